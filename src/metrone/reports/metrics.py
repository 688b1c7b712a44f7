"""METRICS: every number that Metrone shows, with its one definition. docs/metrics.md is held to this table by a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from metrone.errors import MetroneError

Unit = Literal["count", "number", "percent", "seconds", "milliseconds", "currency", "usd"]

MAX_METRICS = 60


@dataclass(frozen=True, slots=True)
class Metric:
    """`formula` is SQL over the `measures`; `definition` is the sentence that users read."""

    title: str
    unit: Unit
    definition: str
    measures: tuple[str, ...]
    formula: str

    @property
    def is_nullable(self) -> bool:
        """Whether it is null where nothing is known, and not 0."""
        return self.formula.startswith("if(") and ", null," in self.formula


def _plain(title: str, definition: str, measure: str, unit: Unit = "count") -> Metric:
    return Metric(title, unit, definition, (measure,), measure)


def _ratio(title: str, unit: Unit, definition: str, over: tuple[str, str], scale: str = "1") -> Metric:
    top, bottom = over
    return Metric(title, unit, definition, over, f"if({bottom} = 0, 0, round({scale} * {top} / {bottom}, 2))")


def _mean(title: str, unit: Unit, definition: str, over: tuple[str, str], scale: str = "1") -> Metric:
    """As _ratio, and null where there is nothing to divide by."""
    top, bottom = over
    places = 6 if unit == "usd" else 2
    formula = f"if({bottom} = 0, null, round({scale} * {top} / {bottom}, {places}))"
    return Metric(title, unit, f"{definition}; null where none is known.", over, formula)


def _level(title: str, unit: Unit, definition: str, measure: str) -> Metric:
    return Metric(
        title,
        unit,
        f"{definition}; null where none is known.",
        (measure,),
        f"if(isNull({measure}), null, round({measure}, 2))",
    )


METRICS: dict[str, Metric] = {
    "total_events": _plain(
        "Events", "Events of every type, automatic ones such as engagement included.", "event_count"
    ),
    "pageviews": _plain("Pageviews", "Events of type pageview.", "view_count"),
    "conversions": _plain(
        "Conversions",
        "Events that reach any goal of the project; before it has goals, events of type conversion.",
        "conversion_count",
    ),
    "unique_visitors": _plain(
        "Visitors",
        "Distinct visitors with at least one event. Without cookies a person who comes back on another day "
        "counts again on that day.",
        "visitor_count",
    ),
    "unique_sessions": _plain("Sessions", "Distinct sessions with at least one event in the period.", "session_count"),
    "ai_interactions": _plain(
        "AI interactions",
        "Voice calls, chat sessions and assistant queries, each counted once.",
        "interaction_count",
    ),
    "conversion_rate": _ratio(
        "Conversion rate",
        "percent",
        "Visitors with a conversion ÷ visitors.",
        ("converter_count", "visitor_count"),
        "100",
    ),
    "bounce_rate": _ratio(
        "Bounce rate",
        "percent",
        "Sessions with one pageview and no other interactive event ÷ sessions with a pageview, "
        "among the sessions that started in the period.",
        ("bounce_count", "entry_count"),
        "100",
    ),
    "avg_session_duration_sec": _ratio(
        "Average session duration",
        "seconds",
        "Last minus first event of a session, averaged over all sessions that started in the period.",
        ("duration_sum", "start_count"),
        "0.001",
    ),
    "views_per_session": _ratio(
        "Views per session", "number", "Pageviews ÷ sessions.", ("view_count", "session_count")
    ),
    "revenue": _plain(
        "Revenue",
        "Sum of the value of conversions, one amount for each currency; currencies are never added up.",
        "revenue_sums",
        "currency",
    ),
    "entries": _plain(
        "Entries",
        "Sessions that started in the period and have a pageview; by page: those that entered on it.",
        "entry_count",
    ),
    "exits": _plain(
        "Exits",
        "Sessions that started in the period and have a pageview; by page: those whose last pageview it was.",
        "exit_count",
    ),
    "ai_calls": _plain("Voice calls", "Voice calls, each counted once.", "call_count"),
    "ai_chats": _plain("Chat sessions", "Chat sessions with an AI, each counted once.", "chat_count"),
    "ai_queries": _plain("Assistant queries", "Questions to an assistant, each counted once.", "query_count"),
    "ai_completed": _plain(
        "Completed",
        "AI interactions that connected and ended normally, by either side or a time limit.",
        "completed_count",
    ),
    "ai_not_answered": _plain(
        "Not answered", "AI interactions that nobody took: busy, no answer, declined, cancelled.", "not_answered_count"
    ),
    "ai_failed": _plain(
        "Failed", "AI interactions that a technical fault ended, before they began or during.", "failed_count"
    ),
    "ai_unknown": _plain(
        "Outcome unknown",
        "AI interactions that are under way, or whose end no table of ours explains. With completed, not answered and "
        "failed they add up to all.",
        "unclear_count",
    ),
    "ai_voicemail": _plain(
        "Voicemail", "Calls that reached a voicemail; their outcome counts beside.", "voicemail_count"
    ),
    "ai_handoffs": _plain("Hand-overs", "AI interactions that reached a human.", "handoff_count"),
    "ai_resolved": _plain(
        "Resolved", "AI interactions that the platform, or your own mapping, calls resolved.", "resolved_count"
    ),
    "ai_unresolved": _plain("Unresolved", "AI interactions that the platform calls unresolved.", "unresolved_count"),
    "ai_escalated": _plain("Escalated", "AI interactions that a human took over.", "escalated_count"),
    "ai_resolution_known": _plain(
        "Resolution known",
        "AI interactions whose resolution is known: what the resolution rate is of.",
        "settled_count",
    ),
    "ai_resolution_rate": _mean(
        "Resolution rate",
        "percent",
        "Resolved ÷ AI interactions whose resolution is known",
        ("resolved_count", "settled_count"),
        "100",
    ),
    "ai_cost_usd": Metric(
        "AI cost",
        "usd",
        "Sum of the cost that the platforms reported, in US dollars; null where none reported one.",
        ("cost_sum", "costed_count"),
        "if(costed_count = 0, null, round(cost_sum, 6))",
    ),
    "ai_cost_known": _plain("Cost known", "AI interactions whose cost is known.", "costed_count"),
    "avg_ai_cost_usd": _mean(
        "Average AI cost", "usd", "Cost ÷ AI interactions whose cost is known", ("cost_sum", "costed_count")
    ),
    "ai_cost_per_resolved_usd": _mean(
        "Cost per resolved",
        "usd",
        "Cost of the AI interactions whose cost and resolution are known ÷ the resolved ones among them",
        ("settled_cost_sum", "costed_resolved_count"),
    ),
    "ai_duration_sec": Metric(
        "AI time",
        "seconds",
        "Length of all AI interactions whose length is known, added up; null where none is.",
        ("talk_sum", "timed_count"),
        "if(timed_count = 0, null, round(talk_sum, 2))",
    ),
    "avg_ai_duration_sec": Metric(
        "Average AI duration",
        "seconds",
        "Average length of the AI interactions whose length is known; null where none is.",
        ("talk_sum", "timed_count"),
        "if(timed_count = 0, null, round(talk_sum / timed_count, 2))",
    ),
    "p50_ai_duration_sec": _level(
        "Median AI duration", "seconds", "Half of the AI interactions are shorter", "talk_p50"
    ),
    "p90_ai_duration_sec": _level(
        "AI duration, 90th percentile", "seconds", "Nine of ten AI interactions are shorter", "talk_p90"
    ),
    "p95_ai_duration_sec": _level(
        "AI duration, 95th percentile", "seconds", "Nineteen of twenty AI interactions are shorter", "talk_p95"
    ),
    "avg_ai_latency_ms": _mean(
        "Average AI latency",
        "milliseconds",
        "Average time to the answer of the AI interactions that report one",
        ("latency_sum", "latency_count"),
    ),
    "p50_ai_latency_ms": _level(
        "Median AI latency", "milliseconds", "Half of the AI interactions answer faster", "latency_p50"
    ),
    "p95_ai_latency_ms": _level(
        "AI latency, 95th percentile", "milliseconds", "Nineteen of twenty AI interactions answer faster", "latency_p95"
    ),
    "ai_messages": _plain("AI messages", "Messages of all AI interactions that report them.", "message_sum"),
    "avg_ai_messages": _mean(
        "Average messages",
        "number",
        "Messages ÷ AI interactions that report them",
        ("message_sum", "messaged_count"),
    ),
    "ai_tokens_in": _plain("Tokens read", "Tokens that the models read, as far as reported.", "token_in_sum"),
    "ai_tokens_out": _plain("Tokens written", "Tokens that the models wrote, as far as reported.", "token_out_sum"),
    "avg_ai_csat": _mean(
        "Satisfaction",
        "number",
        "Average rating, 1 to 5, of the AI interactions that were rated",
        ("csat_sum", "rated_count"),
    ),
}

# What `stats` answers (wire.md), in its order.
STATS: tuple[str, ...] = (
    "total_events",
    "pageviews",
    "conversions",
    "unique_visitors",
    "unique_sessions",
    "ai_interactions",
    "conversion_rate",
    "bounce_rate",
    "avg_session_duration_sec",
    "views_per_session",
    "revenue",
)


def read_metrics(asked: str | Sequence[str], where: str = "metrics") -> tuple[str, ...]:
    """The names of a list or a comma-separated text, each once. Raises INVALID_PAYLOAD that begins with `where`."""
    names = [name.strip() for name in asked.split(",")] if isinstance(asked, str) else asked
    if not names or len(names) > MAX_METRICS:
        raise MetroneError("INVALID_PAYLOAD", f"{where}: name 1 to {MAX_METRICS} metrics.")
    for name in names:
        if name not in METRICS:
            raise MetroneError("INVALID_PAYLOAD", f"{where}: unknown metric. Use any of {', '.join(METRICS)}.")
    return tuple(dict.fromkeys(names))


def present(name: str, value: object) -> object:
    """A metric's value as it is shown: counts are integers, every other number is a float, revenue a map of floats."""
    if isinstance(value, dict):
        return {currency: float(amount) for currency, amount in sorted(value.items())}
    if METRICS[name].unit == "count" or not isinstance(value, int | float):
        return value
    return float(value)


def nothing(name: str) -> object:
    """The metric where there was no event at all."""
    metric = METRICS[name]
    if metric.unit == "currency":
        return {}
    if metric.is_nullable:
        return None
    return 0 if metric.unit == "count" else 0.0
