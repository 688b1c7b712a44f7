"""A delivery of each platform as it sends them, with nobody in it: what the test button of an endpoint sends. Pure.

Each tells of one interaction that ends a moment ago, under an id of its own, so that a second test is no repetition.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

LASTED_SEC = 60
AGO_SEC = 5
CALLER, CALLED = "+12025550142", "+12025550101"  # 555-01xx is for fiction

JSON, FORM = "application/json", "application/x-www-form-urlencoded; charset=UTF-8"


class Example(msgspec.Struct, frozen=True):
    """One body with its Content-Type."""

    body: bytes
    content_type: str = JSON


class Times(msgspec.Struct, frozen=True):
    """When the interaction began and ended: epoch seconds."""

    began: float
    ended: float


def make_example(platform: str, example_id: str, now: float) -> Example:
    """The example of a platform of the registry, or of `otlp`. `example_id` is 32 hexadecimal digits."""
    made = _BODIES[platform](example_id, Times(now - LASTED_SEC - AGO_SEC, now - AGO_SEC))
    return made if isinstance(made, Example) else Example(json.dumps(made).encode())


def _twilio(id_: str, times: Times) -> Example:
    form = {
        "CallSid": f"CA{id_}",
        "AccountSid": f"AC{'0' * 32}",
        "CallStatus": "completed",
        "CallDuration": str(LASTED_SEC),
        "Direction": "inbound",
        "From": CALLER,
        "To": CALLED,
        "Timestamp": datetime.fromtimestamp(times.ended, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": "3",
    }
    return Example(urlencode(form).encode(), FORM)


def _telnyx(id_: str, times: Times) -> dict[str, Any]:
    payload = {
        "call_control_id": f"v3:{id_}",
        "call_leg_id": id_,
        "call_session_id": id_,
        "from": CALLER,
        "to": CALLED,
        "start_time": _iso(times.began),
        "end_time": _iso(times.ended),
        "hangup_cause": "normal_clearing",
        "hangup_source": "caller",
    }
    data = {"event_type": "call.hangup", "id": id_, "occurred_at": _iso(times.ended), "payload": payload}
    return {"data": {**data, "record_type": "event"}, "meta": {"attempt": 1}}


def _vapi(id_: str, times: Times) -> dict[str, Any]:
    message = {
        "type": "end-of-call-report",
        "timestamp": _ms(times.ended),
        "endedReason": "customer-ended-call",
        "startedAt": _iso(times.began),
        "endedAt": _iso(times.ended),
        "durationSeconds": LASTED_SEC,
        "cost": 0.05,
        "call": {"id": id_, "type": "inboundPhoneCall", "status": "ended", "assistantId": "test"},
    }
    return {"message": message}


def _retell(id_: str, times: Times) -> dict[str, Any]:
    call = {
        "call_id": f"call_{id_}",
        "call_type": "phone_call",
        "agent_id": "agent_test",
        "call_status": "ended",
        "direction": "inbound",
        "start_timestamp": _ms(times.began),
        "end_timestamp": _ms(times.ended),
        "duration_ms": LASTED_SEC * 1000,
        "disconnection_reason": "user_hangup",
    }
    return {"event": "call_ended", "call": call}


def _bland(id_: str, times: Times) -> dict[str, Any]:
    return {
        "call_id": id_,
        "c_id": id_,
        "to": CALLED,
        "from": CALLER,
        "inbound": True,
        "completed": True,
        "status": "completed",
        "answered_by": "human",
        "call_ended_by": "USER",
        "created_at": _iso(times.began),
        "started_at": _iso(times.began),
        "end_at": _iso(times.ended),
        "corrected_duration": str(LASTED_SEC),
        "price": 0.09,
    }


def _openai(id_: str, times: Times) -> dict[str, Any]:
    head = {"id": f"evt_{id_}", "object": "event", "created_at": int(times.ended)}
    return {**head, "type": "response.completed", "data": {"id": f"resp_{id_}"}}


def _anthropic(id_: str, times: Times) -> dict[str, Any]:
    data = {"type": "session.archived", "id": f"sesn_{id_}", "organization_id": "test", "workspace_id": "test"}
    return {"type": "event", "id": f"whe_{id_}", "created_at": _iso(times.ended), "data": data}


def _intercom(id_: str, times: Times) -> dict[str, Any]:
    item = {
        "type": "conversation",
        "id": id_,
        "created_at": int(times.began),
        "updated_at": int(times.ended),
        "source": {"type": "conversation", "delivered_as": "customer_initiated"},
        "open": False,
        "state": "closed",
        "statistics": {"type": "conversation_statistics", "last_close_at": int(times.ended)},
    }
    data = {"type": "notification_event_data", "item": item}
    head = {"type": "notification_event", "id": f"notif_{id_}", "created_at": int(times.ended)}
    return {**head, "topic": "conversation.admin.closed", "delivery_attempts": 1, "data": data}


def _zendesk(id_: str, times: Times) -> dict[str, Any]:
    ticket = str(int(id_[:12], 16))
    detail = {
        "id": ticket,
        "created_at": _iso(times.began),
        "updated_at": _iso(times.ended),
        "status": "OPEN",
        "tags": ["metrone_test"],
        "via": {"channel": "web_service"},
    }
    head = {"type": "zen:event-type:ticket.created", "id": id_, "time": _iso(times.ended)}
    return {**head, "subject": f"zen:ticket:{ticket}", "detail": detail, "event": {}}


def _generic(id_: str, times: Times) -> dict[str, Any]:
    return {
        "type": "ended",
        "id": id_,
        "kind": "call",
        "direction": "inbound",
        "started_at": _iso(times.began),
        "ended_at": _iso(times.ended),
        "outcome": "completed",
        "resolution": "resolved",
    }


def _otlp(id_: str, times: Times) -> dict[str, Any]:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o-mini",
    }
    span = {
        "traceId": id_,
        "spanId": id_[:16],
        "name": "chat gpt-4o-mini",
        "kind": 3,
        "startTimeUnixNano": f"{_ms(times.began)}000000",
        "endTimeUnixNano": f"{_ms(times.ended)}000000",
        "attributes": [{"key": name, "value": {"stringValue": value}} for name, value in attributes.items()],
    }
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "test"}, "spans": [span]}]}]}


_BODIES: dict[str, Callable[[str, Times], Example | dict[str, Any]]] = {
    "twilio": _twilio,
    "telnyx": _telnyx,
    "vapi": _vapi,
    "retell": _retell,
    "bland": _bland,
    "openai": _openai,
    "anthropic": _anthropic,
    "intercom": _intercom,
    "zendesk": _zendesk,
    "generic": _generic,
    "otlp": _otlp,
}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _ms(at: float) -> int:
    return round(at * 1000)
