"""One span of a generative AI read whole: what it is, whose, of which conversation, and the step that it makes."""

from collections.abc import Mapping

import msgspec

from metrone.webhooks.bodies import Unreadable, read_json
from metrone.webhooks.fields import at, count, first, ident, mapping, model, moment, number, text, word
from metrone.webhooks.interaction import Resolution, Role, Step
from metrone.webhooks.otlp.attributes import LINKS, find
from metrone.webhooks.otlp.operations import role_of
from metrone.webhooks.otlp.prices import Tokens, price_of, provider_of_model
from metrone.webhooks.otlp.providers import OTHER, provider_of
from metrone.webhooks.otlp.span import Happening, Span
from metrone.webhooks.otlp.words import Words, read_words

# Span events that mark the first piece of a streamed answer, of OpenInference, OpenLLMetry and the AI SDK.
_FIRST_CHUNKS = frozenset({"First Token Stream Event", "llm.content.completion.chunk", "ai.stream.firstChunk"})
_JUDGED = frozenset(
    {
        "resolution", "issue_resolution", "task_resolution", "intent_resolution", "intentresolution", "task_completion",
        "taskcompletion", "task_success", "goal_success", "goal_completion",
    }
)  # fmt: skip
_LABELS: Mapping[str, Resolution] = {
    "resolved": "resolved", "pass": "resolved", "passed": "resolved", "true": "resolved", "yes": "resolved",
    "success": "resolved", "unresolved": "unresolved", "fail": "unresolved", "failed": "unresolved", "false": "unresolved",
    "no": "unresolved", "failure": "unresolved",
}  # fmt: skip


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A span of use. `provider` is '' where neither the span nor its model tells; `conversation` is raw, '' for none."""

    span: Span
    role: Role
    provider: str
    conversation: str
    step: Step
    agent: str | None
    words: Words
    outcome: str  # completed or failed
    end_reason: str
    resolution: Resolution | None
    user: str | None
    links: dict[str, object]

    def __repr__(self) -> str:
        return f"Reading({self.role}, {self.span!r})"  # never words or the user


def read(span: Span) -> Reading | None:
    """What the span tells, None where it is no operation of a generative AI."""
    role = role_of(span)
    if role is None:
        return None
    named = find(span.attributes, "model", model)
    provider = find(span.attributes, "provider", lambda value: provider_of(text(value)) or None)
    if provider is None and role in ("model", "embedding"):
        provider = (provider_of_model(named) if named else "") or OTHER
    words = read_words(span) if role in ("model", "agent") else Words()
    reason = _failure(span)
    return Reading(
        span=span,
        role=role,
        provider=provider or "",
        conversation=conversation_of(span),
        step=_step(span, role, provider or "", words),
        agent=find(span.attributes, "agent", lambda value: first(ident(value), word(value)))
        if role != "tool"
        else None,
        words=words,
        outcome="failed" if reason else "completed",
        end_reason=reason or words.finish or "completed",
        resolution=_resolution(span),
        user=find(span.attributes, "user", _name),
        links={name.rpartition(".")[2]: value for name, value in span.attributes.items() if name.endswith(LINKS)},
    )


def conversation_of(span: Span) -> str:
    """The conversation that any span names, '' where it names none."""
    return find(span.attributes, "conversation", _name) or ""


def _name(value: object) -> str | None:
    """An application's own name for something: text of any kind, or a number."""
    return first(text(value, limit=256), ident(value))


def _step(span: Span, role: Role, provider: str, words: Words) -> Step:
    if role == "tool":
        return Step(role=role, parent=span.parent_key)
    named, tokens = find(span.attributes, "model", model), _tokens(span, role)
    cost = _cost(span.attributes)
    if cost is None and named:
        cost = price_of(provider, named, tokens, span.ended_at or span.started_at)
    return Step(
        role=role,
        parent=span.parent_key,
        model=named,
        tokens_in=tokens.inputs,
        tokens_out=tokens.outputs,
        cost_usd=cost,
        latency_ms=_latency(span) if role != "embedding" else None,
        tool_calls=words.tool_calls,
        messages=words.messages,
    )


def _tokens(span: Span, role: Role) -> Tokens:
    attributes = span.attributes
    details = _details(attributes, "usage_details")
    inputs = _known(find(attributes, "tokens_in", count), count(details, "input"), count(details, "input_tokens"))
    outputs = _known(find(attributes, "tokens_out", count), count(details, "output"), count(details, "output_tokens"))
    total = _known(find(attributes, "tokens_total", count), count(details, "total"))
    if total is not None and inputs is not None and outputs is None and total >= inputs:
        outputs = total - inputs
    elif (
        total is not None
        and inputs is None
        and total >= (outputs or 0)
        and (outputs is not None or role == "embedding")
    ):
        inputs = total - (outputs or 0)
    cached = _known(find(attributes, "cache_read", count), count(details, "input_cached_tokens")) or 0
    written = _known(find(attributes, "cache_write", count), count(details, "input_cache_creation")) or 0
    # By convention the cached ones are among the inputs; where they are more, the inputs were told without them.
    if inputs is not None and cached + written > inputs:
        inputs += cached + written
    return Tokens(inputs, outputs, cached, written) if inputs is not None else Tokens(None, outputs)


def _cost(attributes: Mapping[str, object]) -> float | None:
    """US dollars as the span says. Of Langfuse's details the total, else the sum of the parts."""
    said = find(attributes, "cost", number)
    if said is not None:
        return round(said, 10)
    details = _details(attributes, "cost_details")
    total = number(details, "total")
    parts = [value for name in details if name != "total" and (value := number(details, name)) is not None]
    return total if total is not None else (round(sum(parts), 10) if parts else None)


def _details(attributes: Mapping[str, object], meaning: str) -> dict[str, object]:
    """An object that comes as JSON in a text."""
    written = find(attributes, meaning, lambda value: text(value, limit=4_096))
    value = read_json(written.encode("utf-8", "replace")) if written else None
    return {} if isinstance(value, Unreadable) else mapping(value)


def _latency(span: Span) -> float | None:
    """Milliseconds to the first piece of the answer where the span tells, else to its end."""
    seconds = find(span.attributes, "first_chunk_sec", number)
    told = seconds * 1_000 if seconds is not None else find(span.attributes, "first_chunk_ms", number)
    if told is not None:
        return round(told, 3)
    if not span.started_at:
        return None
    chunk = find(span.attributes, "first_chunk_at", lambda value: moment((text(value) or "").strip('"')))
    times = [each.at for each in span.happenings if each.name in _FIRST_CHUNKS and each.at]
    until = chunk or min(times, default=0.0) or span.ended_at
    return round((until - span.started_at) * 1_000, 3) if until >= span.started_at else None


def _failure(span: Span) -> str | None:
    """Why it failed, None where it did not. The message of an error may hold anything: its type alone is read."""
    named = find(span.attributes, "error", word)
    level = find(span.attributes, "level", text)
    if not (named or span.is_failed or level == "ERROR"):
        return None
    thrown = (find(each.attributes, "error", word) for each in span.happenings if each.name == "exception")
    return named or next((name for name in thrown if name), None) or "error"


def _resolution(span: Span) -> Resolution | None:
    """What an evaluation says of the outcome, where it is one of that and clear: a label, or a score of just 0 or 1."""
    for happening in reversed(span.happenings):
        if happening.name == "gen_ai.evaluation.result" and (found := _judgement(happening)) is not None:
            return found
    return None


def _judgement(happening: Happening) -> Resolution | None:
    name = (text(happening.attributes, "gen_ai.evaluation.name", limit=64) or "").lower()
    if name.replace(" ", "_").replace("-", "_") not in _JUDGED:
        return None
    label = text(happening.attributes, "gen_ai.evaluation.score.label", limit=32)
    if label:
        return _LABELS.get(label.lower())
    score = at(happening.attributes, "gen_ai.evaluation.score.value")
    return {0.0: "unresolved", 1.0: "resolved"}.get(number(score))  # type: ignore[arg-type, return-value]


def _known(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
