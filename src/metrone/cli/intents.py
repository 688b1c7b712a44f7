"""`metrone intents`: tell the intents of conversations in a file, and how often that is right. Needs no data folder."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import click

from metrone.cli import Misuse
from metrone.cli.options import json_option
from metrone.cli.screen import print_json, print_table
from metrone.webhooks.intent import LABELS, Classifier, Conversation, Verdict, teach
from metrone.webhooks.intent.own import BadExamples, Example

lines_argument = click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
examples_option = click.option(
    "--examples",
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE",
    help='Intents of your own: JSON lines of {"intent", "text"}, three or more each.',
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled conversation and what the classifier said."""

    line: dict[str, Any]
    verdict: Verdict

    @property
    def is_right(self) -> bool:
        return bool(self.verdict.intent == self.line["intent"])


@click.group("intents")
def command() -> None:
    """Tell what callers wanted, offline."""


@command.command("classify")
@lines_argument
@examples_option
def classify(file: IO[str], examples: IO[str] | None) -> None:
    """Read JSON lines of {"text", "kind"} (- is standard input), print {"intent", "confidence", "second", "origin"}."""
    classifier = _learn(examples)
    for line in _read(file):
        verdict = classifier.classify(_as_conversation(line))
        print_json(
            {
                "intent": verdict.intent,
                "confidence": verdict.confidence,
                "second": verdict.second,
                "origin": verdict.origin,
            }
        )


@command.command("evaluate")
@lines_argument
@click.option("--half", metavar="NAME", help="Only the lines whose `half` is this.")
@click.option("--misses", is_flag=True, help="Also print what was told wrongly.")
@examples_option
@json_option
def evaluate(file: IO[str], half: str | None, misses: bool, examples: IO[str] | None, as_json: bool) -> None:
    """Read JSON lines of {"text", "intent", "language", "half"}, print how many are told rightly."""
    lines = [line for line in _read(file) if half is None or line.get("half") == half]
    if not lines or any(line.get("intent") is None for line in lines):
        raise Misuse("There is nothing to judge: every line needs text and intent.")
    classifier = _learn(examples)
    classifier.classify(Conversation(text="hello, is the model loaded"))
    begun = time.perf_counter()
    judged = [Judged(line, classifier.classify(_as_conversation(line))) for line in lines]
    milliseconds = 1000 * (time.perf_counter() - begun) / len(judged)
    tallies = {by: _tally(judged, by) for by in ("half", "language", "intent", "origin", "confidence")}
    if as_json:
        print_json({"ms": round(milliseconds, 2), "all": _share(judged), **tallies})
        return
    for by, rows in tallies.items():
        print_table(
            (by, "conversations", "right", "%"), [(name, *map(str, row.values())) for name, row in rows.items()]
        )
    right = _share(judged)
    click.echo(
        f"{right['right']} of {right['conversations']} right, {right['percent']} %; {milliseconds:.1f} ms a call"
    )
    for each in judged if misses else ():
        if not each.is_right:
            click.echo(
                f"{each.line['intent']} → {each.verdict.intent} ({each.verdict.confidence:.2f}): {each.line['text']!r}"
            )


def _read(file: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines. Raises Misuse with the number of the line that is none."""
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Misuse(f"Line {number} is not JSON.") from error
        if not isinstance(line, dict) or not isinstance(line.get("text", ""), str | None):
            raise Misuse(f'Line {number} is not an object with a "text".')
        yield line


def _as_conversation(line: dict[str, Any]) -> Conversation:
    words = {
        name: line[name] for name in ("text", "kind", "summary", "subject", "platform_intent") if _is_text(line, name)
    }
    tags = line.get("tags")
    return Conversation(
        **words, tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    )


def _is_text(line: dict[str, Any], name: str) -> bool:
    return isinstance(line.get(name), str)


def _learn(examples: IO[str] | None) -> Classifier:
    if examples is None:
        return Classifier()
    try:
        return teach(Example(str(line.get("intent")), line.get("text") or "") for line in _read(examples))
    except BadExamples as error:
        raise Misuse(str(error)) from error


def _tally(judged: list[Judged], by: str) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(_group(each, by), []).append(each)
    order = {name: at for at, name in enumerate(LABELS)}
    counts = Counter({name: -len(rows) for name, rows in groups.items()})
    names = sorted(groups, key=lambda name: (order.get(name, len(order)), counts[name], name))
    return {name: _share(groups[name]) for name in names}


def _group(each: Judged, by: str) -> str:
    if by == "origin":
        return each.verdict.origin
    if by == "confidence":
        return "≥ 0.8" if each.verdict.confidence >= 0.8 else "≥ 0.5" if each.verdict.confidence >= 0.5 else "< 0.5"
    return str(each.line.get(by, "–"))


def _share(judged: list[Judged]) -> dict[str, Any]:
    right = sum(each.is_right for each in judged)
    return {"conversations": len(judged), "right": right, "percent": round(100 * right / len(judged), 1)}
