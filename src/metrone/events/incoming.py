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
Cost = Annotated[float, Meta(ge=0, le=1e9)] | None  # the column takes less than 1e12
Count = Annotated[int, Meta(ge=0, le=2**31)] | None
Tokens = Annotated[int, Meta(ge=0, le=2**53)] | None
_PROPERTIES_SCHEMA = {"maxProperties": PROPERTY_KEYS_MAX, "propertyNames": {"maxLength": PROPERTY_KEY_LENGTH_MAX}}


class IncomingEvent(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One event as a client sends it. Only event_type is required."""

    event_type: Annotated[str, Meta(min_length=1, max_length=64, description="Open vocabulary; see docs/events.md.")]
    event_name: Annotated[Name, Meta(description="Name of a custom event, of a click or of a conversion.")] = None
    source: Annotated[
        Id,
        Meta(
            description="Channel of the event: web, voice, chat, assistant or server; others are kept and reported as "
            "server. Default: from event_type, else web where a page is given, else server.",
        ),
    ] = None
    channel: Annotated[Id, Meta(description="Finer channel of your own, for example phone.")] = None
    page_url: Annotated[
        Text,
        Meta(
            description="Address of the page. Campaigns and click ids are read from its query, which is then dropped."
        ),
    ] = None
    page_path: Annotated[Text, Meta(description="Path of the page. Default: that of page_url.")] = None
    page_title: Annotated[Text, Meta(description="Title of the page; 300 characters are kept.")] = None
    referrer: Annotated[Text, Meta(description="Address of the page before. Its query is dropped.")] = None
    session_id: Annotated[
        Id, Meta(description="Your own session. Default: events of one visitor with no gap over 30 minutes.")
    ] = None
    user_id: Annotated[Text, Meta(description="Your own id of the person. Only a keyed hash of it is stored.")] = None
    utm_source: Annotated[
        Text, Meta(description="Campaign source; wins over the one in page_url, as do the other utm_ fields.")
    ] = None
    utm_medium: Annotated[Text, Meta(description="Campaign medium.")] = None
    utm_campaign: Annotated[Text, Meta(description="Campaign name.")] = None
    utm_term: Annotated[Text, Meta(description="Campaign term.")] = None
    utm_content: Annotated[Text, Meta(description="Campaign content.")] = None
    ai_provider: Annotated[Id, Meta(description="Platform of a call, chat or query, for example vapi.")] = None
    ai_call_id: Annotated[
        Text, Meta(description="The platform's id of the call. Events with the same id are one interaction.")
    ] = None
    ai_session_id: Annotated[Text, Meta(description="The platform's id of the chat or assistant session.")] = None
    ai_intent: Annotated[Id, Meta(description="What the person wanted, for example book_appointment.")] = None
    ai_outcome: Annotated[Id, Meta(description="How it ended, for example completed, not_answered or failed.")] = None
    ai_model: Annotated[Id, Meta(description="Language model that answered.")] = None
    ai_sentiment: Annotated[Id, Meta(description="Sentiment as the platform judged it.")] = None
    ai_duration_sec: Annotated[Seconds, Meta(description="Length in seconds.")] = None
    ai_cost_usd: Annotated[Cost, Meta(description="Cost in US dollars.")] = None
    ai_messages: Annotated[Count, Meta(description="Messages of the conversation.")] = None
    ai_tokens_in: Annotated[Tokens, Meta(description="Tokens read by the model.")] = None
    ai_tokens_out: Annotated[Tokens, Meta(description="Tokens written by the model.")] = None
    ai_latency_ms: Annotated[Amount, Meta(description="Time to the answer in milliseconds.")] = None
    ai_resolved: Annotated[bool | None, Meta(description="Whether the person's request was resolved.")] = None
    agent_id: Annotated[Text, Meta(description="Which agent of yours sent this; 128 characters are kept.")] = None
    agent_type: Annotated[Id, Meta(description="What kind of agent sent this.")] = None
    user_agent: Annotated[
        Text,
        Meta(
            description="The visitor's User-Agent where your server forwards the event. Used to tell browsers, AI agents "
            "and bots apart, then discarded.",
        ),
    ] = None
    idempotency_key: (
        Annotated[
            str,
            Meta(
                max_length=255,
                description="An event whose key was seen within 24 hours is skipped and counted in `duplicates`.",
            ),
        ]
        | None
    ) = None
    timestamp: Annotated[
        str | int | float | None,
        Meta(
            description="ISO 8601 text or epoch milliseconds. Default: arrival. More than 30 days back or 5 minutes ahead, "
            "the arrival is used instead.",
        ),
    ] = None
    sdk_version: Annotated[Id, Meta(description="Name and version of the sending library.")] = None
    properties: Annotated[
        dict[str, Any] | None,
        Meta(
            extra_json_schema=_PROPERTIES_SCHEMA,
            description="Your own data: at most 64 keys of at most 64 characters, 16 KB of JSON, 16 levels deep. A "
            "conversion's value and currency go here.",
        ),
    ] = None
    metadata: Annotated[
        dict[str, Any] | None,
        Meta(
            extra_json_schema=_PROPERTIES_SCHEMA,
            description="Another name for `properties`; where both have a key, `properties` wins.",
        ),
    ] = None
    api_key: Annotated[Text, Meta(description="The API key, where no header or query parameter carries one.")] = None


class _Envelope(msgspec.Struct):
    events: list[IncomingEvent]


class _LooseEnvelope(msgspec.Struct):
    events: list[msgspec.Raw]


_ONE = msgspec.json.Decoder(IncomingEvent)
_MANY = msgspec.json.Decoder(list[IncomingEvent])
_ENVELOPE = msgspec.json.Decoder(_Envelope)
_LOOSE_MANY = msgspec.json.Decoder(list[msgspec.Raw])
_LOOSE_ENVELOPE = msgspec.json.Decoder(_LooseEnvelope)
# An array, or an object that begins with its events: an event may well have a name or a property "events".
_BATCH = re.compile(rb'\s*(?:\[|\{\s*(?:"batch"\s*:\s*\w{4,5}\s*,\s*)?"events"\s*:\s*\[)')
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
    return _BATCH.match(body) is not None


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
    """The properties as JSON text, '' when there are none. Raises MetroneError INVALID_PAYLOAD over 16 KB."""
    if not event.properties:
        return ""
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
