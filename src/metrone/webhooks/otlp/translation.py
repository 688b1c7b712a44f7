"""An export of spans, one report an interaction. Never an exception, never half a report.

Which interaction a span belongs to is told by the span alone wherever it can be: by its provider, and its conversation or
else its trace. So an export that comes in other portions, or twice, tells the same.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from metrone.events.incoming import IncomingEvent
from metrone.webhooks.adapter import HashPerson, Inbound, Refusal, Report, Told, report
from metrone.webhooks.bodies import Content, Unreadable
from metrone.webhooks.counting import fill
from metrone.webhooks.delivery import EMPTY_JSON, Answer
from metrone.webhooks.fields import ident
from metrone.webhooks.interaction import Kind, Talk, Update
from metrone.webhooks.merge import merge
from metrone.webhooks.otlp import objects, protobuf
from metrone.webhooks.otlp.attributes import is_read
from metrone.webhooks.otlp.reading import Reading, conversation_of, read
from metrone.webhooks.otlp.span import Span, Unfit
from metrone.webhooks.persons import person, phone_of

EVENT = "traces"
EMPTY_PROTOBUF = Answer(200, "application/x-protobuf", b"")


class Traces(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an export comes to. `spans` were in it, of which `dropped` were no operation of a generative AI, or unusable.

    `answer` is an ExportTraceServiceResponse of full success, in the encoding of the request.
    """

    reports: tuple[Report, ...] = ()
    spans: int = 0
    dropped: int = 0
    answer: Answer = EMPTY_PROTOBUF


class _Which(NamedTuple):
    """An interaction."""

    provider: str
    kind: Kind
    external_id: str


def translate_traces(body: bytes, content_type: str, received_at: float, hash_person: HashPerson) -> Traces | Refusal:
    """What an export of OTLP/HTTP tells. `body` is not compressed, `received_at` is epoch seconds, `hash_person` as in
    `webhooks.translation.translate`. A Refusal is for bodies that cannot be read: 400, and no exporter sends them again.
    """
    encoding = content_type.partition(";")[0].strip().lower()
    if encoding not in ("application/x-protobuf", "application/protobuf", "application/json"):
        return Refusal(code="INVALID_PAYLOAD", reason="OTLP comes as application/x-protobuf or application/json.")
    is_json = encoding == "application/json"
    try:
        spans = objects.read_spans(body, is_read) if is_json else protobuf.read_spans(body, is_read)
    except Unfit as unfit:
        return Refusal(code="INVALID_PAYLOAD", reason=str(unfit))
    if isinstance(spans, Unreadable):
        return Refusal(code="INVALID_JSON", reason=spans.reason)
    usable = [span for span in spans if span is not None]
    groups = _group(usable, [reading for span in usable if (reading := read(span))], hash_person)
    reports = tuple(_report(which, group, received_at, hash_person) for which, group in groups.items())
    return Traces(
        reports=reports,
        spans=len(spans),
        dropped=len(spans) - sum(len(group) for group in groups.values()),
        answer=EMPTY_JSON if is_json else EMPTY_PROTOBUF,
    )


def _group(spans: list[Span], readings: list[Reading], hash_person: HashPerson) -> dict[_Which, list[Reading]]:
    """The readings by interaction, each group in order of its ends. A span that does not name its provider or conversation
    has those of its trace as far as this export tells; a tool or agent without any provider is left out."""
    providers: dict[str, str] = {}
    for reading in sorted(readings, key=lambda each: (each.role != "model", each.span.started_at)):
        if reading.provider:
            providers.setdefault(reading.span.trace_id, reading.provider)
    conversations: dict[str, str] = {}
    for span in spans:
        if named := conversation_of(span):
            conversations.setdefault(span.trace_id, named)
    groups: dict[_Which, list[Reading]] = {}
    for reading in sorted(readings, key=_end):
        trace_id = reading.span.trace_id
        provider = reading.provider or providers.get(trace_id, "")
        named = reading.conversation or conversations.get(trace_id, "")
        if provider:
            which = (
                _Which(provider, "chat", _named(named, hash_person))
                if named
                else _Which(provider, "assistant", trace_id)
            )
            groups.setdefault(which, []).append(reading)
    return groups


def _end(reading: Reading) -> tuple[float, bool, bool]:
    """What comes last tells how it ended; of two that end together the one that failed, and the outer one."""
    return (reading.span.ended_at, reading.outcome == "failed", reading.role == "agent")


def _named(conversation: str, hash_person: HashPerson) -> str:
    """The id of a conversation. Where an application uses an address or number of a person as such, its hash."""
    is_number = phone_of(conversation) and len(conversation) >= 10  # a shorter one is a row in somebody's table
    is_personal = "@" in conversation or is_number
    return conversation if ident(conversation) and not is_personal else hash_person(conversation)


def _report(which: _Which, group: list[Reading], received_at: float, hash_person: HashPerson) -> Report:
    inbound = Inbound(
        provider=which.provider,
        event=EVENT,
        content=Content(),
        headers={},
        received_at=received_at,
        hash_person=hash_person,
    )
    users = (reading.user for reading in reversed(group) if reading.user)
    links = tuple(reading.links for reading in reversed(group) if reading.links)
    turns = (reading.words.turns for reading in reversed(group) if reading.words.turns)
    told = Told(who=person(own_id=next(users, None)), links=links, talk=Talk(turns=next(turns, ())))
    made = report(inbound, _update(which, group), told)
    return msgspec.structs.replace(made, event=_counted(made) if made.event else None)


def _update(which: _Which, group: list[Reading]) -> Update:
    runs = [reading for reading in group if reading.role in ("model", "agent")]
    begun = [reading.span.started_at for reading in group if reading.span.started_at]
    # An answer ends it: a tool or an index that runs on does not, in whatever portion it comes.
    said_at, ended_at = group[-1].span.ended_at, runs[-1].span.ended_at if runs else 0.0
    return Update(
        provider=which.provider,
        external_id=which.external_id,
        kind=which.kind,
        event_at=ended_at or said_at,
        opens=bool(runs),  # an embedding is no conversation: of an index that is built there are thousands
        agent_id=_last(reading.agent for reading in runs),
        started_at=min(begun, default=None),
        ended_at=ended_at or None,
        outcome=runs[-1].outcome if runs else None,  # type: ignore[arg-type]
        end_reason=runs[-1].end_reason if runs else None,
        resolution=_last(reading.resolution for reading in group),  # type: ignore[arg-type]
        steps={reading.span.key: reading.step for reading in group},
    )


def _last(values: Iterable[str | None]) -> str | None:
    return next((value for value in reversed(list(values)) if value), None)


def _counted(made: Report) -> IncomingEvent | None:
    """The event with the sums of this export. Its key is of these steps: the same export again adds no event, the next
    portion of the same interaction does."""
    if made.event is None:
        return None
    event = fill(made.event, merge([made.update]))
    told = (made.update.provider, made.update.external_id, sorted(made.update.steps.items()))
    event.idempotency_key = f"otlp:{hashlib.blake2b(msgspec.json.encode(told), digest_size=16).hexdigest()}"
    event.sdk_version = "otlp"
    return event
