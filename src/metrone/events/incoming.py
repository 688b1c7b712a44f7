"""What clients send: one event or a batch, decoded and validated in one pass. Knows nothing of keys, HTTP or storage.

Field meanings and bounds: wire.md, "One event". Unknown fields are ignored; null is the same as absent.
"""

import re
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from metrone.errors import MetroneError

BATCH_MAX = 100
PROPERTY_KEYS_MAX = 64
PROPERTY_KEY_LENGTH_MAX = 64
PROPERTIES_BYTES_MAX = 16 * 1024
PROPERTY_DEPTH_MAX = 16

T = TypeVar("T")

Text = str | None
Name = Annotated[str, Meta(max_length=120)] | None
Id = Annotated[str, Meta(max_length=128)] | None
Seconds = Annotated[float, Meta(ge=0, le=1e9)] | None
Amount = Annotated[float, Meta(ge=0, le=1e12)] | None
Count = Annotated[int, Meta(ge=0, le=2**31)] | None
Tokens = Annotated[int, Meta(ge=0, le=2**53)] | None


class IncomingEvent(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One event as a client sends it. Only event_type is required."""

    event_type: Annotated[str, Meta(min_length=1, max_length=64, description="Open vocabulary; see docs/events.md.")]
    event_name: Name = None
    source: Id = None
    channel: Id = None
    page_url: Text = None
    page_path: Text = None
    page_title: Text = None
    referrer: Text = None
    session_id: Id = None
    user_id: Text = None
    utm_source: Text = None
    utm_medium: Text = None
    utm_campaign: Text = None
    utm_term: Text = None
    utm_content: Text = None
    ai_provider: Id = None
    ai_call_id: Text = None
    ai_session_id: Text = None
    ai_intent: Id = None
    ai_outcome: Id = None
    ai_model: Id = None
    ai_sentiment: Id = None
    ai_duration_sec: Seconds = None
    ai_cost_usd: Amount = None
    ai_messages: Count = None
    ai_tokens_in: Tokens = None
    ai_tokens_out: Tokens = None
    ai_latency_ms: Amount = None
    ai_resolved: bool | None = None
    agent_id: Text = None
    agent_type: Id = None
    user_agent: Text = None
    idempotency_key: Annotated[str, Meta(max_length=255)] | None = None
    timestamp: str | int | float | None = None
    sdk_version: Id = None
    properties: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    api_key: Text = None


class _Envelope(msgspec.Struct):
    events: list[IncomingEvent]


class _LooseEnvelope(msgspec.Struct):
    events: list[msgspec.Raw]


_ONE = msgspec.json.Decoder(IncomingEvent)
_MANY = msgspec.json.Decoder(list[IncomingEvent])
_ENVELOPE = msgspec.json.Decoder(_Envelope)
_LOOSE_MANY = msgspec.json.Decoder(list[msgspec.Raw])
_LOOSE_ENVELOPE = msgspec.json.Decoder(_LooseEnvelope)
_PLACE = re.compile(r"\$((?:\.events)?(?:\[(\d+)\])?(?:\.(.+))?)`?$")


def decode_event(body: bytes) -> IncomingEvent:
    """The one event in `body`. Raises MetroneError INVALID_JSON or INVALID_PAYLOAD (details: field)."""
    event = _decode(_ONE, body)
    check_properties(event, None)
    return event


def decode_batch(body: bytes) -> list[IncomingEvent]:
    """The 1–100 events in `body`: a bare array, or {"events": [...]}.

    Raises MetroneError INVALID_JSON, BATCH_EMPTY, BATCH_TOO_LARGE or INVALID_PAYLOAD (details: index, field).
    """
    is_array = body.lstrip()[:1] == b"["
    try:
        events = _decode(_MANY, body) if is_array else _decode(_ENVELOPE, body).events
    except MetroneError as error:
        if error.code == "INVALID_PAYLOAD":
            _check_size(count_events(body))  # the size of the batch is the clearer complaint
        raise
    _check_size(len(events))
    for index, event in enumerate(events):
        check_properties(event, index)
    return events


def is_batch(body: bytes) -> bool:
    """Whether a body sent to the single-event address is in truth a batch, as some field clients send it."""
    start = body[:64].lstrip()
    return start[:1] == b"[" or (start[:1] == b"{" and b'"events"' in start)


def count_events(body: bytes) -> int:
    """How many events a body that failed to decode was meant to hold; at least 1. For the books."""
    try:
        if body.lstrip()[:1] == b"[":
            return len(_LOOSE_MANY.decode(body))
        return len(_LOOSE_ENVELOPE.decode(body).events)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 1


def check_properties(event: IncomingEvent, index: int | None) -> None:
    """Move `metadata` into `properties` and hold their bounds. Raises MetroneError INVALID_PAYLOAD."""
    if event.metadata is not None:
        event.properties = event.metadata if event.properties is None else {**event.metadata, **event.properties}
        event.metadata = None
    properties = event.properties
    if not properties:
        return
    if len(properties) > PROPERTY_KEYS_MAX:
        raise _invalid(f"has {len(properties)} keys; at most {PROPERTY_KEYS_MAX} are kept", index, "properties")
    for key, value in properties.items():
        if len(key) > PROPERTY_KEY_LENGTH_MAX:
            raise _invalid(f"has a key longer than {PROPERTY_KEY_LENGTH_MAX} characters", index, "properties")
        if isinstance(value, dict | list) and _depth(value) > PROPERTY_DEPTH_MAX:
            raise _invalid(f"is nested deeper than {PROPERTY_DEPTH_MAX} levels", index, f"properties.{key}")


def properties_text(event: IncomingEvent, index: int | None = None) -> str:
    """The properties as JSON text, '{}' when there are none. Raises MetroneError INVALID_PAYLOAD over 16 KB."""
    if not event.properties:
        return "{}"
    text = msgspec.json.encode(event.properties)
    if len(text) > PROPERTIES_BYTES_MAX:
        raise _invalid(f"takes {len(text)} bytes; at most {PROPERTIES_BYTES_MAX} are kept", index, "properties")
    return text.decode()


def _decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _from_validation(str(error)) from None
    except RecursionError:
        raise MetroneError("INVALID_PAYLOAD", "The JSON is nested too deeply. Flatten the properties.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MetroneError("INVALID_JSON", f"The request body is not valid JSON: {_reason(error)}.") from None


def _reason(error: Exception) -> str:
    # msgspec's sentence names a byte position and never repeats the body.
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error).rstrip(".")


def _from_validation(text: str) -> MetroneError:
    what, _, where = text.partition(" - at `")
    place = _PLACE.match(where)
    index = int(place[2]) if place and place[2] else None
    field = (place[3] or "").strip("`") if place else ""
    missing = re.search(r"missing required field `(\w+)`", what)
    return _invalid(what[:1].lower() + what[1:], index, field or (missing[1] if missing else ""))


def _invalid(what: str, index: int | None, field: str) -> MetroneError:
    where = f"events[{index}]" if index is not None else "the event"
    named = f"{where}.{field}" if index is not None and field else (field or where)
    details: dict[str, object] = {}
    if index is not None:
        details["index"] = index
    if field:
        details["field"] = field
    return MetroneError("INVALID_PAYLOAD", f"{named}: {what}. Correct it and send again.", details=details)


def _check_size(count: int) -> None:
    if count == 0:
        raise MetroneError("BATCH_EMPTY")
    if count > BATCH_MAX:
        raise MetroneError("BATCH_TOO_LARGE", f"The batch holds {count} events. Split it into batches of at most 100.")


def _depth(value: object) -> int:
    level, nodes = 0, [value]
    while nodes and level <= PROPERTY_DEPTH_MAX:
        level += 1
        nodes = [
            child
            for node in nodes
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return level
