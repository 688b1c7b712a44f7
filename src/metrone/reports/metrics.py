"""METRICS: every number that Metrone shows, with its one definition. docs/metrics.md is held to this table by a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from metrone.errors import MetroneError

Unit = Literal["count", "number", "percent", "seconds", "currency", "usd"]

MAX_METRICS = 20


@dataclass(frozen=True, slots=True)
class Metric:
    """`formula` is SQL over the `measures`; `definition` is the sentence that users read."""

    title: str
    unit: Unit
    definition: str
    measures: tuple[str, ...]
    formula: str


def _plain(title: str, definition: str, measure: str, unit: Unit = "count") -> Metric:
    return Metric(title, unit, definition, (measure,), measure)


def _ratio(title: str, unit: Unit, definition: str, over: tuple[str, str], scale: str = "1") -> Metric:
    top, bottom = over
    return Metric(title, unit, definition, over, f"if({bottom} = 0, 0, round({scale} * {top} / {bottom}, 2))")


METRICS: dict[str, Metric] = {
    "total_events": _plain(
        "Events", "Events of every type, automatic ones such as engagement included.", "event_count"
    ),
    "pageviews": _plain("Pageviews", "Events of type pageview.", "view_count"),
    "conversions": _plain("Conversions", "Events of type conversion.", "conversion_count"),
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
    "ai_cost_usd": Metric(
        "AI cost",
        "usd",
        "Sum of the cost that the platforms reported, in US dollars; null where none reported one.",
        ("cost_sum", "costed_count"),
        "if(costed_count = 0, null, round(cost_sum, 6))",
    ),
    "avg_ai_duration_sec": Metric(
        "Average AI duration",
        "seconds",
        "Average length of the AI interactions whose length is known; null where none is.",
        ("talk_sum", "timed_count"),
        "if(timed_count = 0, null, round(talk_sum / timed_count, 2))",
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
    if metric.formula.startswith("if(") and ", null," in metric.formula:
        return None
    return 0 if metric.unit == "count" else 0.0
