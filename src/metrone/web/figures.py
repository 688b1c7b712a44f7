"""The shapes of answers that are made of metrics. They come from METRICS, so a metric has one title and one meaning here,
too. ANSWERS names the shape of every read.
"""

from collections.abc import Mapping
from keyword import iskeyword
from types import GenericAlias
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from metrone.reports.ai import GROUPS, ROW, SECTIONS
from metrone.reports.conversions import ROW as GOAL_ROW
from metrone.reports.metrics import METRICS, Metric
from metrone.web.ai_shapes import AIMeta, Deliveries, InteractionDetail, Interactions
from metrone.web.shapes import Count, Events, LiveNow, RowsMeta, Sources, Span, TimeseriesMeta, VisitorsAre

_BY_UNIT: dict[str, Any] = {
    "count": Count,
    "number": float,
    "percent": Annotated[float, Meta(ge=0, le=100)],
    "seconds": float,
    "milliseconds": float,
    "currency": dict[str, float],
    "usd": float,
}


def metric_type(metric: Metric) -> Any:
    """The type of a metric's value, with its definition."""
    kind = _BY_UNIT[metric.unit] | None if metric.is_nullable else _BY_UNIT[metric.unit]
    return Annotated[kind, Meta(title=metric.title, description=metric.definition)]


def _list_of(row: Any) -> Any:
    return GenericAlias(list, (row,))


def _with_metrics(name: str, text: str, names: tuple[str, ...], before: Any = (), after: Any = ()) -> Any:
    """A struct of `before`, these metrics, `after`; every one of them required."""
    fields = [*before, *((metric, metric_type(METRICS[metric])) for metric in names), *after]
    return msgspec.defstruct(name, fields, namespace={"__doc__": text}, kw_only=True)


def _with_names(name: str, text: str, names: Mapping[str, str]) -> Any:
    """A struct of metrics under names of its own, which may be words of Python such as `in`."""
    spelled = {short: f"{short}_" if iskeyword(short) else short for short in names}
    fields = [(spelled[short], metric_type(METRICS[metric])) for short, metric in names.items()]
    rename = {spelling: short for short, spelling in spelled.items()}
    return msgspec.defstruct(name, fields, namespace={"__doc__": text}, rename=rename, kw_only=True)


def _any_metrics(name: str, text: str, before: Any = (), after: Any = ()) -> Any:
    """A struct of `before`, whichever metrics were asked for, and `after`."""
    optional = [(metric, metric_type(spec) | UnsetType, UNSET) for metric, spec in METRICS.items()]
    return msgspec.defstruct(name, [*before, *optional, *after], namespace={"__doc__": text}, kw_only=True)


_PAGE_METRICS = (
    "pageviews", "unique_visitors", "unique_sessions", "entries", "exits", "bounce_rate", "conversions",
)  # fmt: skip
_START = ("start", Annotated[str, Meta(description="Where the bucket begins, ISO 8601 in the time zone.")])

# Without `metrics` those of STATS.
StatsBucket = _any_metrics("StatsBucket", "The numbers of one stretch of time.", [_START])
_PERIOD = [
    ("visitors_are", VisitorsAre),
    ("period", Span),
    (
        "timeseries",
        Annotated[_list_of(StatsBucket), Meta(description="With `interval`: one for each bucket.")] | UnsetType,
        UNSET,
    ),
]
StatsSoFar = _any_metrics(
    "StatsSoFar", "The numbers of the other period up to the same moment of it.", after=_PERIOD[:2]
)
PreviousStats = _any_metrics(
    "PreviousStats",
    "The same numbers of the other period.",
    after=[
        *_PERIOD,
        ("so_far", Annotated[StatsSoFar, Meta(description="With `compare_so_far`.")] | UnsetType, UNSET),
    ],
)
Stats = _any_metrics(
    "Stats",
    "The numbers of a period.",
    after=[
        *_PERIOD,
        ("previous", Annotated[PreviousStats, Meta(description="With `compare`.")] | UnsetType, UNSET),
    ],
)
PageRow = _with_metrics(
    "PageRow", "The numbers of one page.", _PAGE_METRICS, [("page_path", str), ("page_url", str | None)]
)
Pages = msgspec.defstruct(
    "Pages", [("data", _list_of(PageRow)), ("meta", RowsMeta)], namespace={"__doc__": "Pages, most viewed first."}
)
_VALUE = ("value", Annotated[str | None, Meta(description="A value of the dimension; null where it is missing.")])
BreakdownRow = _any_metrics("BreakdownRow", "The metrics that were asked for, of one value.", [_VALUE])
Breakdown = msgspec.defstruct(
    "Breakdown",
    [("data", _list_of(BreakdownRow)), ("meta", RowsMeta)],
    namespace={"__doc__": "Metrics by the values of a dimension."},
)
TimeseriesRow = _any_metrics("TimeseriesRow", "The metrics that were asked for, of one bucket.", [_START])
Timeseries = msgspec.defstruct(
    "Timeseries",
    [("data", _list_of(TimeseriesRow)), ("meta", TimeseriesMeta)],
    namespace={"__doc__": "Metrics over time, one row for every bucket."},
)
GoalRow = _with_metrics(
    "GoalRow",
    "The numbers of one goal: its visitors are those who reached it, its rate is of all visitors.",
    GOAL_ROW,
    [("value", Annotated[str, Meta(description="Name of the goal.")])],
)
Goals = msgspec.defstruct(
    "Goals",
    [("data", _list_of(GoalRow)), ("meta", RowsMeta)],
    namespace={"__doc__": "Goals, the one reached most often first."},
)
_SECTIONS = [
    (section, _with_names(f"AI{section.title().replace('_', '')}", f"Part `{section}` of the totals.", names))
    for section, names in SECTIONS.items()
]
AITotals = msgspec.defstruct("AITotals", _SECTIONS, namespace={"__doc__": "The numbers of all AI interactions."})
AIRow = _with_metrics("AIRow", "The numbers of the AI interactions with one value.", ROW, [_VALUE])
AIBucket = _with_metrics("AIBucket", "The numbers of one day.", ROW, [_START])
AI = msgspec.defstruct(
    "AI",
    [
        ("totals", AITotals),
        *((f"by_{name}", _list_of(AIRow)) for name in GROUPS),
        ("by_day", _list_of(AIBucket)),
        ("meta", AIMeta),
    ],
    namespace={"__doc__": "How AI interactions did, whole and by what they differ in."},
)
ANSWERS: dict[str, Any] = {
    "stats": Stats,
    "events": Events,
    "pages": Pages,
    "sources": Sources,
    "live": LiveNow,
    "breakdown": Breakdown,
    "timeseries": Timeseries,
    "goals": Goals,
    "ai": AI,
    "interactions": Interactions,
    "interaction": InteractionDetail,
    "deliveries": Deliveries,
}
