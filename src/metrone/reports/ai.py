"""The read `ai`: how the calls, chats and assistants did, whole and by what they differ in. Its numbers are METRICS."""

from collections.abc import Mapping
from dataclasses import replace

from metrone.reports.answers import Group, ask, read_scope, series, totals
from metrone.reports.context import Context
from metrone.reports.interactions import own_filters
from metrone.reports.params import AIParams
from metrone.reports.question import Cut, Order, Part, Question

# The parts of `totals`, by the name that each metric has in it.
SECTIONS: dict[str, dict[str, str]] = {
    "interactions": {"total": "ai_interactions", "calls": "ai_calls", "chats": "ai_chats", "queries": "ai_queries"},
    "outcomes": {
        "completed": "ai_completed",
        "not_answered": "ai_not_answered",
        "failed": "ai_failed",
        "unknown": "ai_unknown",
        "voicemail": "ai_voicemail",
        "handoff": "ai_handoffs",
    },
    "resolution": {
        "resolved": "ai_resolved",
        "unresolved": "ai_unresolved",
        "escalated": "ai_escalated",
        "known": "ai_resolution_known",
        "rate": "ai_resolution_rate",
    },
    "duration_sec": {
        "total": "ai_duration_sec",
        "avg": "avg_ai_duration_sec",
        "p50": "p50_ai_duration_sec",
        "p90": "p90_ai_duration_sec",
        "p95": "p95_ai_duration_sec",
    },
    "latency_ms": {"avg": "avg_ai_latency_ms", "p50": "p50_ai_latency_ms", "p95": "p95_ai_latency_ms"},
    "cost_usd": {
        "total": "ai_cost_usd",
        "known": "ai_cost_known",
        "avg": "avg_ai_cost_usd",
        "per_resolved": "ai_cost_per_resolved_usd",
    },
    "messages": {"total": "ai_messages", "avg": "avg_ai_messages"},
    "tokens": {"in": "ai_tokens_in", "out": "ai_tokens_out"},
    "csat": {"avg": "avg_ai_csat"},
}
ALL = tuple(name for section in SECTIONS.values() for name in section.values())
# What each row of a group has.
ROW = (
    "ai_interactions", "ai_completed", "ai_not_answered", "ai_failed", "ai_unknown", "ai_resolved", "ai_resolution_known",
    "ai_resolution_rate", "ai_handoffs", "avg_ai_duration_sec", "p50_ai_duration_sec", "p95_ai_latency_ms", "ai_cost_usd",
    "ai_cost_per_resolved_usd", "ai_messages", "ai_tokens_in", "ai_tokens_out",
)  # fmt: skip
GROUPS = ("provider", "endpoint", "model", "assistant", "intent", "outcome")


def read_ai(context: Context, params: AIParams) -> dict[str, object]:
    """`{totals: {section: {name: value}}, by_<dimension>: [{value, metric: …}], by_day: [{start, metric: …}], meta}`."""
    scope = read_scope(context, params)
    scope = replace(scope, filters=(*scope.filters, *own_filters(params)))
    whole = Question(scope, ALL, (Part(),))
    days = Question(scope, ROW, (Part(interval="day"),))
    groups = Question(scope, ROW, tuple(Part((name,)) for name in GROUPS), Cut(Order("ai_interactions"), params.limit))
    found = ask(context, groups)
    return {
        "totals": _sections(totals(whole, ask(context, whole)[0])),
        **{f"by_{name}": [_row(group) for group in part.groups] for name, part in zip(GROUPS, found, strict=True)},
        "by_day": series(days, 0, ask(context, days)[0]),
        "meta": {"limit": params.limit, "period": scope.period.label()},
    }


def _sections(metrics: Mapping[str, object]) -> dict[str, dict[str, object]]:
    return {section: {short: metrics[name] for short, name in names.items()} for section, names in SECTIONS.items()}


def _row(group: Group) -> dict[str, object]:
    return {"value": group.key[0] or None, **group.metrics}
