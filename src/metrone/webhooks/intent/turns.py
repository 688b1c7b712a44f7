"""What the caller said: a transcript in any of the usual styles → the caller's words, or the summary where it has one.

Pure text work in linear time over at most TEXT_MAX characters. What the words mean is decided elsewhere.
"""

import json
import re
from typing import Any

from metrone.webhooks.intent.speakers import AGENT, AGENT_PHRASES, CALLER, FIELD, SUMMARY

# The reason of a call is in its beginning; beyond this nothing is read, so that 1 MB costs what 8 KB costs.
TEXT_MAX = 8_000
# Too little to tell anything: "yes", "ok then". The other side's question is read with it.
SAID_MIN = 12

_CLOCK = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?"
_WORD = r"[^\W\d_][\w.'-]{0,24}"
# "[00:12] **Agent 2 (Mia):** hello", "USER> hello", "<caller> hello", "agent - hello", "Sophie: hello", "SPEAKER_01: hello".
_LINE = re.compile(
    rf"^[ \t]{{0,8}}(?:[-*•] )?(?:{_CLOCK}\s?[-–]?\s?)?[\[<(*_]{{0,3}}(?P<name>{_WORD}(?: {_WORD}){{0,2}})(?:[ #]\d{{1,2}})?"
    rf"(?:\s?\([^()\n]{{0,30}}\))?(?:\s?{_CLOCK})?(?P<mark>\s?[*_]{{0,2}}[:：>]|[\])][*_]{{0,2}}[:：]?| [-–—] |[ \t]*$)[*_]{{0,2}}",
    re.MULTILINE,
)
# "AI: hello User: hello" on one line: words for a role only.
_INLINE = re.compile(
    r"(?<=[\s/|>\[])(?P<name>[^\W\d_]{2,20}(?:[ -][^\W\d_]{2,20})?)(?:[ #]?\d{1,2})?\s?(?:[:：]|\][:：]?)"
)
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")

Turn = tuple[str, str]  # speaker: "agent", "caller", a field or a name; what was said
Mark = tuple[int, int, str]
SIDES = frozenset({"agent", "caller"})


def clean(text: str) -> str:
    """Runs of blank and control characters as one space; lone surrogates as U+FFFD. No length is added."""
    whole = text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    return _SPACE.sub(" ", whole).strip()


def read_caller(text: str) -> list[str] | None:
    """The caller's turns in order, cleaned; the summary instead where the text has one; all of a text without speakers.

    None where a transcript has turns of the answering side and the caller said nothing.
    """
    text = text[:TEXT_MAX]
    turns = [(speaker, said) for speaker, said in _from_json(text) or _split(text) if said or speaker == "agent"]
    summary = [said for speaker, said in turns if speaker in SUMMARY and said]
    if summary:
        return summary[:1]
    if not any(speaker == "agent" for speaker, _ in turns):
        return [said for _, said in turns]
    caller = [said for speaker, said in turns if speaker != "agent"]
    if caller and sum(map(len, caller)) < SAID_MIN:
        return [said for _, said in turns if said]
    return caller or None


def _split(text: str) -> list[Turn]:
    """Turns of a text; the speaker is "" for what stands before the first one."""
    marks = sorted(_find_marks(text))
    turns: list[Turn] = [("", clean(text[: marks[0][0]] if marks else text))]
    for index, (_, end, speaker) in enumerate(marks):
        until = marks[index + 1][0] if index + 1 < len(marks) else len(text)
        turns.append((speaker, clean(text[end:until].strip(" \t\r\n/|"))))
    return _name_sides(turns)


def _find_marks(text: str) -> list[Mark]:
    """Where a speaker is named: start, end of the mark, speaker."""
    colons, others = [], []
    for found in _LINE.finditer(text):
        side = _side(found["name"])
        if found["mark"].strip(" *_")[:1] in {":", "："} and found["mark"].strip():
            colons.append((found, side or found["name"].lower()))
        elif side:
            others.append((found, side))
    if any(side in SIDES for _, side in colons):
        others = []  # "Caller: …" tells the turns; "agent" alone on a line is what somebody said.
    chosen = colons + others
    speakers = {speaker for _, speaker in chosen}
    is_lone_word = len(chosen) == 1 and not chosen[0][0]["mark"].strip()
    if is_lone_word or (len(speakers) == 1 and not speakers & (SIDES | FIELD)):
        return []  # "operator" or "PS: …" alone is a sentence, not a speaker.
    marks = [(mark.start(), mark.end(), speaker) for mark, speaker in chosen]
    return marks + (_find_inline(text, {mark.end("name") for mark, _ in chosen}) if speakers & SIDES else [])


def _find_inline(text: str, taken: set[int]) -> list[Mark]:
    marks = []
    for found in _INLINE.finditer(text):
        start, end = found.span("name")
        if not _side(text[start:end]):
            start += found["name"].rfind(" ") + 1
        side = _side(text[start:end])
        if side in SIDES and end not in taken:
            marks.append((start, found.end(), side))
    return marks


def _side(name: str) -> str:
    """agent, caller, the name of a field, or "" for a name that is none of these."""
    word = name.strip().lower().replace(" ", "-").rstrip("-_0123456789")
    if word in AGENT:
        return "agent"
    return "caller" if word in CALLER else word if word in FIELD else ""


def _name_sides(turns: list[Turn]) -> list[Turn]:
    """Give speakers with names a side: who speaks as an agent does, or who faces a known side. Fields keep their name."""
    names = {speaker for speaker, _ in turns if speaker and speaker not in FIELD and speaker not in SIDES}
    known = {speaker for speaker, _ in turns} & SIDES
    agents = {name for name in names if _sounds_like_agent(name, turns)} if "agent" not in known else set()
    if known == {"caller"} and not agents and len(names) == 1:
        agents = names
    return [(_resolve(speaker, names, agents), said) for speaker, said in turns]


def _resolve(speaker: str, names: set[str], agents: set[str]) -> str:
    if speaker not in names:
        return speaker
    return "agent" if speaker in agents else "caller"


def _sounds_like_agent(name: str, turns: list[Turn]) -> bool:
    said = " ".join(said for speaker, said in turns if speaker == name)[:2000].lower()
    return any(phrase in said for phrase in AGENT_PHRASES)


def _from_json(text: str) -> list[Turn]:
    """Turns of a JSON list of messages ({"role", "content"}); empty for everything else."""
    if not text.lstrip().startswith(("[{", "[ {", "[\n")):
        return []
    try:
        items: Any = json.loads(text)
    except (ValueError, RecursionError):
        return []
    turns: list[Turn] = []
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            return []
        role, said = (
            item.get("role", item.get("speaker", "")),
            item.get("content", item.get("message", item.get("text"))),
        )
        if isinstance(role, str) and isinstance(said, str) and role != "tool":
            turns.append((_side(role) or "caller", clean(said)))
    return turns
