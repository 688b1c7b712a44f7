"""The shapes of answers that are made of metrics. They come from METRICS, so a metric has one title and one meaning here,
too. ANSWERS names the shape of every read.
"""

from types import GenericAlias
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from metrone.reports.metrics import METRICS, STATS, Metric
from metrone.web.shapes import Count, Events, LiveNow, RowsMeta, Sources, Span, TimeseriesMeta, VisitorsAre

_BY_UNIT: dict[str, Any] = {
    "count": Count,
    "number": float,
    "percent": Annotated[float, Meta(ge=0, le=100)],
    "seconds": float | None,
    "currency": dict[str, float],
    "usd": float | None,
}


def metric_type(metric: Metric) -> Any:
    """The type of a metric's value, with its definition."""
    return Annotated[_BY_UNIT[metric.unit], Meta(title=metric.title, description=metric.definition)]


def _list_of(row: Any) -> Any:
    return GenericAlias(list, (row,))


def _with_metrics(name: str, text: str, names: tuple[str, ...], before: Any = (), after: Any = ()) -> Any:
    """A struct of `before`, these metrics, `after`; every one of them required."""
    fields = [*before, *((metric, metric_type(METRICS[metric])) for metric in names), *after]
    return msgspec.defstruct(name, fields, namespace={"__doc__": text}, kw_only=True)


def _any_metrics(name: str, text: str, before: Any) -> Any:
    """A struct of `before` and whichever metrics were asked for."""
    optional = [(metric, metric_type(spec) | UnsetType, UNSET) for metric, spec in METRICS.items()]
    return msgspec.defstruct(name, [*before, *optional], namespace={"__doc__": text}, kw_only=True)


_PAGE_METRICS = (
    "pageviews", "unique_visitors", "unique_sessions", "entries", "exits", "bounce_rate", "conversions",
)  # fmt: skip
_START = ("start", Annotated[str, Meta(description="Where the bucket begins, ISO 8601 in the time zone.")])

StatsBucket = _with_metrics("StatsBucket", "The numbers of one stretch of time.", STATS, [_START])
_PERIOD = [
    ("visitors_are", VisitorsAre),
    ("period", Span),
    (
        "timeseries",
        Annotated[_list_of(StatsBucket), Meta(description="With `interval`: one for each bucket.")] | UnsetType,
        UNSET,
    ),
]
StatsSoFar = _with_metrics(
    "StatsSoFar", "The numbers of the other period up to the same moment of it.", STATS, after=_PERIOD[:2]
)
PreviousStats = _with_metrics(
    "PreviousStats",
    "The same numbers of the other period.",
    STATS,
    after=[
        *_PERIOD,
        ("so_far", Annotated[StatsSoFar, Meta(description="With `compare_so_far`.")] | UnsetType, UNSET),
    ],
)
Stats = _with_metrics(
    "Stats",
    "The numbers of a period.",
    STATS,
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
ANSWERS: dict[str, Any] = {
    "stats": Stats,
    "events": Events,
    "pages": Pages,
    "sources": Sources,
    "live": LiveNow,
    "breakdown": Breakdown,
    "timeseries": Timeseries,
}
