"""MEASURES: the sums and distinct counts that metrics are made of, and how each is taken from each table.

A measure either comes from events (and from the hourly roll-up where that holds its columns, with the same answer), or
from whole sessions. Names here are never column names, so that an alias cannot be mistaken for a column.
"""

from dataclasses import dataclass

# What a conversion is before a project has goals. The hourly roll-up counts the same condition in its column `conversions`.
# Where there are goals, their condition stands in its place (goals.conversion_sql), and the roll-up cannot say.
CONVERSION = "event_type = 'conversion'"


@dataclass(frozen=True, slots=True)
class Measure:
    """Aggregates by table; None where the table cannot say.

    only: the events that it looks at (the others need not be read). merge, zero: how the rows of two tables become one.
    """

    events: str | None = None
    hourly: str | None = None
    sessions: str | None = None
    interactions: str | None = None
    only: str | None = None
    merge: str = "sum"
    zero: str = "toUInt64(0)"

    @property
    def is_of_conversions(self) -> bool:
        """Whether it asks what a conversion is."""
        return CONVERSION in (self.events or "")


def _interactions(condition: str) -> Measure:
    return Measure(interactions=f"countIf({condition})")


def _known(column: str) -> Measure:
    return _interactions(f"isNotNull({column})")


def _total(column: str, condition: str = "1") -> Measure:
    total = f"toFloat64(sumIf(ifNull({column}, 0), {condition}))"
    return Measure(interactions=total, zero="toFloat64(0)")


def _share(level: float, column: str) -> Measure:
    """A quantile of the interactions that have the value; null where none has."""
    found = f"quantileExactInclusiveIf({level})(ifNull({column}, 0), isNotNull({column}))"
    return Measure(
        interactions=f"if(countIf(isNotNull({column})) = 0, null, toNullable({found}))",
        merge="max",
        zero="cast(null, 'Nullable(Float64)')",
    )


_SETTLED = "resolution in ('resolved', 'unresolved', 'escalated')"

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
    "interaction_count": Measure(interactions="count()"),
    "call_count": _interactions("kind = 'call'"),
    "chat_count": _interactions("kind = 'chat'"),
    "query_count": _interactions("kind = 'assistant'"),
    "completed_count": _interactions("ai_outcome = 'completed'"),
    "not_answered_count": _interactions("ai_outcome = 'not_answered'"),
    "failed_count": _interactions("ai_outcome = 'failed'"),
    "unclear_count": _interactions("ai_outcome not in ('completed', 'not_answered', 'failed')"),
    "voicemail_count": _interactions("voicemail = 1"),
    "handoff_count": _interactions("handoff = 1"),
    "resolved_count": _interactions("resolution = 'resolved'"),
    "unresolved_count": _interactions("resolution = 'unresolved'"),
    "escalated_count": _interactions("resolution = 'escalated'"),
    "settled_count": _interactions(_SETTLED),
    "cost_sum": _total("cost_usd"),
    "costed_count": _known("cost_usd"),
    "settled_cost_sum": _total("cost_usd", _SETTLED),
    "costed_resolved_count": _interactions("resolution = 'resolved' and isNotNull(cost_usd)"),
    "talk_sum": _total("duration_sec"),
    "timed_count": _known("duration_sec"),
    "talk_p50": _share(0.5, "duration_sec"),
    "talk_p90": _share(0.9, "duration_sec"),
    "talk_p95": _share(0.95, "duration_sec"),
    "latency_sum": _total("latency_ms"),
    "latency_count": _known("latency_ms"),
    "latency_p50": _share(0.5, "latency_ms"),
    "latency_p95": _share(0.95, "latency_ms"),
    "message_sum": Measure(interactions="sum(ifNull(messages, 0))"),
    "messaged_count": _known("messages"),
    "token_in_sum": Measure(interactions="sum(ifNull(tokens_in, 0))"),
    "token_out_sum": Measure(interactions="sum(ifNull(tokens_out, 0))"),
    "csat_sum": _total("csat"),
    "rated_count": _known("csat"),
    "origin": Measure("max(toString(page_origin))", merge="max", zero="''"),
    "start_count": Measure(sessions="count()"),
    "entry_count": Measure(sessions="countIf(pageviews > 0)"),
    "exit_count": Measure(sessions="countIf(pageviews > 0)"),
    "bounce_count": Measure(sessions="countIf(pageviews = 1 and interactives = 0)"),
    "duration_sum": Measure(sessions="sum(dateDiff('millisecond', started_at, ended_at))", zero="toInt64(0)"),
}
