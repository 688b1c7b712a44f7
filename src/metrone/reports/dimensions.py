"""DIMENSIONS: every column that a read may group or filter by, under its name for users. Identifiers come from here alone."""

from dataclasses import dataclass
from typing import Literal

from metrone.errors import MetroneError

Table = Literal["events", "hourly", "sessions", "interactions"]
# Where what a table lacks is looked up, by the session: the first of these that has it.
ELSEWHERE: tuple[Table, ...] = ("sessions", "events", "interactions")

PROPERTY = "props:"
PROPERTY_KEY = "property"
# The keys of an event's properties that are values of `props:KEY`: no null, no object, no list.
KEYS = (
    "if(properties = '{}', emptyArrayString(), arrayMap(pair -> pair.1, arrayFilter(pair -> pair.2 != 'null' and "
    "substring(pair.2, 1, 1) not in ('{', '['), JSONExtractKeysAndValuesRaw(properties))))"
)
MAX_PROPERTY_KEY = 64  # wire.md: keys of `properties` have at most 64 characters

_SESSION: frozenset[Table] = frozenset({"events", "hourly", "sessions", "interactions"})
_ROLLED: frozenset[Table] = frozenset({"events", "hourly", "interactions"})
_EVENT: frozenset[Table] = frozenset({"events"})
_WHOLE: frozenset[Table] = frozenset({"sessions"})
_AI: frozenset[Table] = frozenset({"events", "interactions"})
_CALL: frozenset[Table] = frozenset({"interactions"})


@dataclass(frozen=True, slots=True)
class Dimension:
    """`sql` gives the value as text ('' = missing) in each of `tables`.

    keeps_missing: a breakdown has a row (value null) for events without a value, because "unknown" is a part of the
    whole there; elsewhere ("no campaign") such events have no row.
    """

    title: str
    sql: str
    tables: frozenset[Table]
    keeps_missing: bool = False


DIMENSIONS: dict[str, Dimension] = {
    "page": Dimension("Page", "page_path", _EVENT),
    "entry_page": Dimension("Entry page", "entry", _WHOLE),
    "exit_page": Dimension("Exit page", "exit", _WHOLE),
    "hostname": Dimension("Host name", "replaceRegexpOne(page_origin, '^[a-z]+://', '')", _EVENT),
    "title": Dimension("Page title", "page_title", _EVENT),
    "event_type": Dimension("Event type", "event_type", _AI, keeps_missing=True),
    "event_name": Dimension("Event name", "event_name", _EVENT),
    # Of a project's own making, and several at once: reports/goals.py writes its SQL.
    "goal": Dimension("Goal", "''", _EVENT),
    # Several at once, as goals are: an event has a row for each of its keys.
    "property": Dimension("Key of a property", f"arrayJoin({KEYS})", _EVENT),
    "source": Dimension("Source (web, voice, chat, assistant, server)", "source_class", _ROLLED, keeps_missing=True),
    "client_channel": Dimension("Channel as the client sent it", "channel", _EVENT),
    "traffic_source": Dimension("Traffic source", "traffic_source", _SESSION, keeps_missing=True),
    "channel": Dimension("Traffic channel", "traffic_channel", _SESSION, keeps_missing=True),
    "referrer": Dimension("Referrer", "referrer_domain", _SESSION),
    "utm_source": Dimension("UTM source", "utm_source", _SESSION),
    "utm_medium": Dimension("UTM medium", "utm_medium", _SESSION),
    "utm_campaign": Dimension("UTM campaign", "utm_campaign", _SESSION),
    "utm_term": Dimension("UTM term", "utm_term", _SESSION),
    "utm_content": Dimension("UTM content", "utm_content", _SESSION),
    "country": Dimension("Country (ISO 3166-1 code)", "country_code", _SESSION, keeps_missing=True),
    "region": Dimension("Region", "region", _SESSION),
    "city": Dimension("City", "city", _SESSION),
    "browser": Dimension("Browser", "browser", _SESSION, keeps_missing=True),
    "os": Dimension("Operating system", "os", _SESSION, keeps_missing=True),
    "device": Dimension("Device type", "device_type", _SESSION, keeps_missing=True),
    "screen": Dimension("Screen", "screen", _SESSION),
    "visitor_type": Dimension("Visitor type (human, ai_agent, bot)", "visitor_type", _SESSION, keeps_missing=True),
    "provider": Dimension("AI provider", "ai_provider", _AI),
    "model": Dimension("AI model", "ai_model", _AI),
    "intent": Dimension("AI intent", "ai_intent", _AI),
    "outcome": Dimension("AI outcome", "ai_outcome", _AI),
    "sentiment": Dimension("AI sentiment", "ai_sentiment", _AI),
    "interaction": Dimension("Kind of AI interaction (call, chat, assistant)", "kind", _CALL),
    "endpoint": Dimension("Endpoint (label of a webhook)", "endpoint", _CALL),
    "assistant": Dimension("Assistant (the platform's id of it)", "assistant", _CALL),
    "direction": Dimension("Direction of calls", "direction", _CALL),
    "resolution": Dimension("Resolution", "resolution", _CALL),
    "end_reason": Dimension("End reason, as the platform says it", "end_reason", _CALL),
    "intent_origin": Dimension("Who told the intent (platform, rules, model)", "intent_origin", _CALL),
    "agent": Dimension("AI agent", "agent_name", _EVENT),
    "agent_operator": Dimension("Operator of the AI agent", "agent_operator", _EVENT),
}


def read_dimension(name: str, where: str) -> str:
    """The name, if it is a dimension or `props:KEY`. Raises INVALID_PAYLOAD that begins with `where`."""
    if name in DIMENSIONS or (name.startswith(PROPERTY) and 0 < len(name) - len(PROPERTY) <= MAX_PROPERTY_KEY):
        return name
    raise MetroneError(
        "INVALID_PAYLOAD", f"{where}: unknown dimension. Use one of {', '.join(DIMENSIONS)}, or {PROPERTY}KEY."
    )


def find_dimension(name: str, bound_key: str = "") -> Dimension:
    """The dimension of a name that read_dimension let pass; `bound_key` is the SQL parameter that holds a props: key."""
    if not name.startswith(PROPERTY):
        return DIMENSIONS[name]
    # Text without its quotes; numbers and booleans as they are written; null and a missing key are ''.
    raw = f"JSONExtractRaw(properties, {bound_key})"
    text = f"if({raw} = 'null', '', if(startsWith({raw}, '\"'), JSONExtractString(properties, {bound_key}), {raw}))"
    return Dimension("Property", text, _EVENT)
