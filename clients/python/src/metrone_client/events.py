"""What goes over the wire for one thing that happened. Pure, except for the clock and the dice of a key."""

from __future__ import annotations

import json
import math
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from metrone_client.errors import MetroneValidationError
from metrone_client.wire import SDK

Properties = Mapping[str, Any]


class EventFields(TypedDict, total=False):
    """Fields that every event may carry; docs/events.md says what they mean. `metrone_session` is the browser's `sessionId`."""

    event_name: str | None
    source: str | None
    channel: str | None
    page_url: str | None
    page_path: str | None
    page_title: str | None
    referrer: str | None
    session_id: str | None
    user_id: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    utm_term: str | None
    utm_content: str | None
    agent_id: str | None
    agent_type: str | None
    user_agent: str | None
    idempotency_key: str | None
    timestamp: datetime | str | float | None


class Interaction(TypedDict, total=False):
    """What is known of a call, a chat or an assistant's session. Durations in seconds, costs in US dollars.

    `session_id` is the chat's or the assistant's own; `metrone_session` the visit on the website that it belongs to.
    """

    call_id: str | None
    session_id: str | None
    provider: str | None
    intent: str | None
    outcome: str | None
    model: str | None
    sentiment: str | None
    duration: float | None
    cost_usd: float | None
    messages: int | None
    tokens_in: int | None
    tokens_out: int | None
    latency_ms: float | None
    resolved: bool | None
    metrone_session: str | None
    user_id: str | None
    channel: str | None
    source: str | None
    agent_id: str | None
    agent_type: str | None
    page_url: str | None
    idempotency_key: str | None
    timestamp: datetime | str | float | None
    properties: Properties | None


# What an interaction's fields are called on the wire, where they are called otherwise there.
WIRE_NAMES = {
    "session_id": "ai_session_id",
    "metrone_session": "session_id",
    "duration": "ai_duration_sec",
    "duration_sec": "ai_duration_sec",
    "message_count": "ai_messages",
} | {
    name: f"ai_{name}"
    for name in (
        "call_id", "provider", "intent", "outcome", "model", "sentiment", "cost_usd", "messages", "tokens_in",
        "tokens_out", "latency_ms", "resolved",
    )
}  # fmt: skip


def build_event(event_type: str, fields: Mapping[str, Any], properties: Iterable[Properties | None]) -> dict[str, Any]:
    """One event as the server takes it: what is None is left out, time and key are made where they are not given.

    Later `properties` win over earlier ones. Raises MetroneValidationError where they are no mapping.
    """
    event: dict[str, Any] = {
        "event_type": event_type,
        "timestamp": int(time.time() * 1000),
        "idempotency_key": uuid.uuid4().hex,
        "sdk_version": SDK,
    }
    event |= {name: value for name, value in fields.items() if value is not None}
    merged: dict[str, Any] = {}
    for part in properties:
        if part is not None and not isinstance(part, Mapping):
            raise MetroneValidationError("properties must be a mapping from names to values.")
        merged |= {name: value for name, value in (part or {}).items() if value is not None}
    return event | {"properties": merged} if merged else event


def name_for_wire(interaction: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an interaction under their names on the wire; a name that is not known stays as it is."""
    return {WIRE_NAMES.get(name, name): value for name, value in interaction.items() if name != "properties"}


def encode_event(event: Mapping[str, Any]) -> bytes:
    """Its JSON; raises MetroneValidationError where there is none.

    What JSON has no form for becomes text (a date its ISO form), a number that is none (NaN) becomes null.
    """
    try:
        try:
            text = json.dumps(event, default=_plain, allow_nan=False, separators=(",", ":"))
        except ValueError:  # a number that is none, or a structure that contains itself
            text = json.dumps(_finite(event), default=_plain, allow_nan=False, separators=(",", ":"))
    except Exception as error:  # noqa: BLE001 (whatever a stranger's __str__ or mapping raises)
        raise MetroneValidationError(f"This event cannot be written as JSON: {type(error).__name__}.") from None
    return text.encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)


def _finite(value: Any) -> Any:
    """The same without NaN and infinities; raises RecursionError where it contains itself."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_finite(item) for item in value]
    return value
