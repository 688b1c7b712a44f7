"""An event as readers see it, the same in the events read and on the stream: '' is null, ids are text, JSON is parsed."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from metrone.events.event import session_name

_TEXTS = (
    "event_type", "event_name", "source", "channel", "page_path", "page_title", "referrer", "referrer_domain",
    "traffic_source", "region", "city", "browser", "os", "device_type", "utm_source", "utm_medium", "utm_campaign",
    "utm_term", "utm_content", "visitor_type", "currency", "ai_provider", "ai_call_id", "ai_session_id",
    "ai_intent", "ai_outcome", "ai_model", "ai_sentiment", "agent_id", "agent_type", "agent_name", "agent_operator",
)  # fmt: skip
_NUMBERS = (
    "ai_duration_sec", "ai_cost_usd", "ai_messages", "ai_tokens_in", "ai_tokens_out", "ai_latency_ms",
)  # fmt: skip


def present_event(row: Mapping[str, object], country_name: Callable[[str], str]) -> dict[str, object]:
    """The row that wire.md describes, from the columns of `events` by name (from the store, or of an events.Event).

    `value` is null unless the event has a currency; `timestamp` is ISO 8601 in UTC with milliseconds.
    """
    country = str(row["country_code"])
    resolved = row["ai_resolved"]
    return {
        "event_id": str(row["event_id"]),
        "timestamp": _iso(row["timestamp"]),
        "page_url": f"{row['page_origin']}{row['page_path']}" if row["page_origin"] else None,
        **{name: row[name] or None for name in _TEXTS},
        "country_code": country or None,
        "country": country_name(country) or None if country else None,
        "value": float(str(row["value"])) if row["currency"] else None,
        **{name: row[name] for name in _NUMBERS},
        "ai_resolved": None if resolved is None else bool(resolved),
        "session_id": session_name(str(row["session_id"]), int(str(row["session_key"]))),
        "is_clock_adjusted": bool(row["is_clock_adjusted"]),
        "is_test": bool(row["is_test"]),
        "properties": msgspec.json.decode(str(row["properties"]) or "{}"),
    }


def _iso(moment: object) -> str:
    if isinstance(moment, str):
        return moment
    assert isinstance(moment, int | float)
    # Milliseconds first: 0.001 has no exact binary form, and the stored text must be the streamed one.
    ms = round(moment * 1000)
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{ms % 1000:03d}Z"
