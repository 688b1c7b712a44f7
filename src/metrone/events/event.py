"""One stored event: its columns, in the one order that intake writes, the spool carries and the store loads.

There is deliberately no field for an IP address or a User-Agent. tests/test_architecture.py holds COLUMNS to the table.
"""

from typing import get_type_hints

import msgspec


class Event(msgspec.Struct, array_like=True, gc=False):
    """A row of the table `events`. '' means unknown; None leaves an average; times are epoch seconds."""

    project_no: int
    is_test: int
    visitor_type: str
    timestamp: float  # epoch seconds with three decimals: the engine reads a bare integer as seconds
    event_id: int
    is_clock_adjusted: int
    event_type: str
    event_name: str
    source: str
    source_class: str
    channel: str
    visitor_key: int
    session_key: int
    session_id: str
    session_started_at: int  # epoch seconds
    page_origin: str
    page_path: str
    page_title: str
    referrer: str
    referrer_domain: str
    traffic_source: str
    traffic_channel: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_term: str
    utm_content: str
    country_code: str
    region: str
    city: str
    browser: str
    os: str
    device_type: str
    screen: str
    is_interactive: int
    value: str  # a decimal with at most four places: a float would not add up the same way twice
    currency: str
    interaction_key: int
    ai_provider: str
    ai_call_id: str
    ai_session_id: str
    ai_intent: str
    ai_outcome: str
    ai_model: str
    ai_sentiment: str
    ai_duration_sec: float | None
    ai_cost_usd: float | None
    ai_messages: int | None
    ai_tokens_in: int | None
    ai_tokens_out: int | None
    ai_latency_ms: float | None
    ai_resolved: int | None
    agent_id: str
    agent_type: str
    agent_name: str
    agent_operator: str
    sdk_version: str
    properties: str  # a JSON object as text, exactly as it is given back


COLUMNS = tuple(get_type_hints(Event))


def session_name(session_id: str, session_key: int) -> str:
    """A session's id as clients know it: their own, else the one that we hand out, "ses_" and 16 hex digits."""
    return session_id or f"ses_{session_key:016x}"
