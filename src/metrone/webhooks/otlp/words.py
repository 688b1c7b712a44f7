"""The messages in a span, where an application chose to record them: what the person said, and how many there were.

For the intent classifier alone. Nothing of it is in an Update, and what the model answered is only counted.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

from metrone.webhooks.bodies import Unreadable, read_json
from metrone.webhooks.fields import TEXT_MAX, items, mapping, text, word
from metrone.webhooks.otlp.attributes import FLATTENED, NAMES
from metrone.webhooks.otlp.span import Span

MESSAGES_MAX = 500  # of one span
TURNS_MAX = 50  # the last ones of a person
_INDEXED = re.compile(r"(\d{1,3})\.(?:message\.)?(.{1,100})")
_ASKED = re.compile(r"tool_calls\.(\d{1,3})\.")
_PARTS = re.compile(r"contents\.\d{1,3}\.message_content\.text")
_ASKS_FOR_TOOLS = frozenset({"tool_calls", "tool_call", "tool-calls", "tool_use", "function_call"})
_SPEAKERS = ("user", "human", "assistant", "ai", "model")


class Words(msgspec.Struct, frozen=True, gc=False):
    """`turns` are the person's own, oldest first. `messages` and `tool_calls` are numbers, None where not known."""

    turns: tuple[str, ...] = ()
    messages: int | None = None
    tool_calls: int | None = None
    finish: str | None = None

    def __repr__(self) -> str:
        return f"Words({len(self.turns)} turns)"  # never the words


class _Message(msgspec.Struct, gc=False):
    role: str = ""
    text: str = ""
    tools: int = 0


def read_words(span: Span) -> Words:
    """What a model's span holds of its conversation. Without recorded content only the finish reason tells."""
    flat: dict[str, list[_Message]] = _flattened(span.attributes)
    shown = flat["messages"] or _listed(span, "messages") or _happened(span)
    answers = flat["answers"] or _listed(span, "answers")
    finish = _finish(span.attributes)
    asked = [sum(message.tools for message in answers), len(_decoded(span.attributes.get("ai.response.toolCalls")))]
    if finish in _ASKS_FOR_TOOLS:
        asked.append(1)
    spoken = [message for message in shown if message.role in _SPEAKERS and message.text]
    has_answer = any(message.text for message in answers) or (not answers and finish not in (None, *_ASKS_FOR_TOOLS))
    return Words(
        turns=tuple(message.text for message in spoken if message.role in ("user", "human"))[-TURNS_MAX:],
        messages=len(spoken) + has_answer if spoken else None,
        tool_calls=max(asked) if answers or finish or any(asked) else None,
        finish=finish,
    )


def _finish(attributes: Mapping[str, object]) -> str | None:
    """The reason, of several choices the last. OpenLLMetry and the AI SDK write it as one text."""
    for name in NAMES["finish"]:
        value = attributes.get(name)
        for each in reversed(value) if isinstance(value, list) else (value,):
            if (found := word(each)) is not None:
                return found.lower()
    return None


def _listed(span: Span, meaning: str) -> list[_Message]:
    """Messages in one attribute: a list, or JSON of one, or of an object that holds it."""
    for name in NAMES[meaning]:
        rows = _decoded(span.attributes.get(name))
        found = [_message(mapping(row)) for row in rows[-MESSAGES_MAX:]]
        if any(message.role for message in found):
            return found
    return []


def _happened(span: Span) -> list[_Message]:
    """Messages as events of the span, as conventions had it up to 1.36."""
    found: list[_Message] = []
    for happening in span.happenings:
        area, _, rest = happening.name.partition("gen_ai.")
        role, _, kind = rest.partition(".")
        if area == "" and kind == "message":
            found.append(_message({"role": role, **happening.attributes}))
        elif happening.name == "gen_ai.content.prompt":
            found += [_message(mapping(row)) for row in _decoded(happening.attributes.get("gen_ai.prompt"))]
    return found[-MESSAGES_MAX:]


def _decoded(value: object) -> list[object]:
    if isinstance(value, str):
        value = read_json(value.encode("utf-8", "replace")) if value.lstrip()[:1] in ("[", "{") else None
    if isinstance(value, Unreadable):
        return []
    return items(value) or items(value, "messages")


def _message(row: dict[str, object]) -> _Message:
    """A message of any of the shapes: text in `content`, or in its parts or those of `parts`."""
    message = _Message(role=(text(row, "role", limit=32) or "").lower(), text=text(row, "content") or "")
    parts = items(row, "parts") or items(row, "content")
    texts = [text(part, "content") or text(part, "text") for part in parts if _kind(part) in ("text", "input_text")]
    message.text = message.text or " ".join(each for each in texts if each)
    asked = [part for part in parts if _kind(part) in ("tool_call", "tool-call", "tool_use")]
    message.tools = len(asked) or len(items(row, "tool_calls"))
    return message


def _kind(part: object) -> str:
    return text(part, "type", limit=32) or "text"


def _flattened(attributes: Mapping[str, object]) -> dict[str, list[_Message]]:
    """Messages that come one attribute a field: "gen_ai.prompt.0.role", "llm.input_messages.0.message.role"."""
    found: dict[str, dict[int, _Message]] = {"messages": {}, "answers": {}}
    asked: set[tuple[str, str, str]] = set()
    for name, prefix, index, field in _fields(attributes):
        message = found[FLATTENED[prefix]].setdefault(int(index), _Message())
        value = text(attributes, name) or ""
        if field == "role":
            message.role = value.lower()[:32]
        elif (field == "content" or _PARTS.fullmatch(field)) and len(message.text) < TEXT_MAX:
            message.text = f"{message.text} {value}".strip()
        elif (call := _ASKED.match(field)) and (prefix, index, call[1]) not in asked:
            asked.add((prefix, index, call[1]))
            message.tools += 1
    return {kind: [each for _, each in sorted(rows.items())][-MESSAGES_MAX:] for kind, rows in found.items()}


def _fields(attributes: Mapping[str, object]) -> Iterator[tuple[str, str, str, str]]:
    for name in attributes:
        for prefix in FLATTENED:
            if name.startswith(prefix) and (parts := _INDEXED.fullmatch(name, len(prefix))):
                yield name, prefix, parts[1], parts[2]
