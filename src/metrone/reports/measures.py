"""MEASURES: the sums and distinct counts that metrics are made of, and how each is taken from each table.

A measure either comes from events (and from the hourly roll-up where that holds its columns, with the same answer), or
from whole sessions. Names here are never column names, so that an alias cannot be mistaken for a column.
"""

from dataclasses import dataclass

# What a conversion is, here alone. The hourly roll-up counts the same condition in its column `conversions`.
CONVERSION = "event_type = 'conversion'"
INTERACTION = "interaction_key != 0"
INTERACTIONS = f"uniqExactIf(interaction_key, {INTERACTION})"


@dataclass(frozen=True, slots=True)
class Measure:
    """Aggregates by table; None where the table cannot say.

    only: the events that it looks at (the others need not be read). merge, zero: how the rows of two tables become one.
    """

    events: str | None = None
    hourly: str | None = None
    sessions: str | None = None
    only: str | None = None
    merge: str = "sum"
    zero: str = "toUInt64(0)"


def _interactions(condition: str) -> Measure:
    return Measure(f"uniqExactIf(interaction_key, {INTERACTION} and {condition})", only=INTERACTION)


def _reported(column: str) -> Measure:
    return _interactions(f"isNotNull({column})")


def _total_of_interactions(column: str, number: str) -> Measure:
    # One call comes in many deliveries that repeat or raise its total: each interaction counts with its highest value.
    known = f"{INTERACTION} and isNotNull({column})"
    per_interaction = f"maxMapIf(map(interaction_key, assumeNotNull({column})), {known})"
    return Measure(f"to{number}(arraySum(mapValues({per_interaction})))", only=INTERACTION, zero=f"to{number}(0)")


MEASURES: dict[str, Measure] = {
    "event_count": Measure("count()", "sum(events)"),
    "view_count": Measure("countIf(event_type = 'pageview')", "sum(pageviews)"),
    "conversion_count": Measure(f"countIf({CONVERSION})", "sum(conversions)"),
    "visitor_count": Measure("uniqExact(visitor_key)", "uniqExact(visitor_key)"),
    "session_count": Measure("uniqExact(session_key)", "uniqExact(session_key)"),
    "converter_count": Measure(
        f"uniqExactIf(visitor_key, {CONVERSION})", "uniqExactIf(visitor_key, conversions > 0)", only=CONVERSION
    ),
    "revenue_sums": Measure(
        f"sumMapIf(map(toString(currency), value), {CONVERSION} and currency != '')",
        "sumMapIf(map(toString(sold_in), sold_for), sold_in != '')",
        only=CONVERSION,
        merge="sumMap",
        zero="cast(map(), 'Map(String, Decimal(38, 4))')",
    ),
    "interaction_count": Measure(INTERACTIONS, INTERACTIONS, only=INTERACTION),
    "call_count": _interactions("event_type = 'ai_call'"),
    "chat_count": _interactions("event_type = 'ai_chat'"),
    "query_count": _interactions("event_type = 'ai_query'"),
    "cost_sum": _total_of_interactions("ai_cost_usd", "Float64"),
    "costed_count": _reported("ai_cost_usd"),
    "talk_sum": _total_of_interactions("ai_duration_sec", "Float64"),
    "timed_count": _reported("ai_duration_sec"),
    "origin": Measure("max(toString(page_origin))", merge="max", zero="''"),
    "start_count": Measure(sessions="count()"),
    "entry_count": Measure(sessions="countIf(pageviews > 0)"),
    "exit_count": Measure(sessions="countIf(pageviews > 0)"),
    "bounce_count": Measure(sessions="countIf(pageviews = 1 and interactives = 0)"),
    "duration_sum": Measure(sessions="sum(dateDiff('millisecond', started_at, ended_at))", zero="toInt64(0)"),
}
