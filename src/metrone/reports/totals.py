"""The reads that give whole numbers: `stats`, `timeseries` and `live`."""

from datetime import timedelta

from metrone.reports.answers import ask, in_period, read_scope, scope_of, series, totals
from metrone.reports.buckets import Interval
from metrone.reports.comparison import AskedComparison, other_period, so_far
from metrone.reports.context import Context
from metrone.reports.metrics import STATS, read_metrics
from metrone.reports.params import LiveParams, StatsParams, TimeseriesParams
from metrone.reports.period import Period, read_zone, whole_days
from metrone.reports.question import Part, Question
from metrone.reports.scope import Scope

ACTIVE = timedelta(minutes=5)
_AHEAD = timedelta(hours=1)  # events are taken up to five minutes ahead of our clock
_TODAY = {
    "today_events": "total_events",
    "today_pageviews": "pageviews",
    "today_sessions": "unique_sessions",
    "today_conversions": "conversions",
}


def read_stats(context: Context, params: StatsParams) -> dict[str, object]:
    """The metrics asked for, else STATS, with `period`; with compare also `previous`, with interval also `timeseries` in both."""
    scope = read_scope(context, params)
    metrics = STATS if params.metrics is None else read_metrics(params.metrics)
    if not params.compare:
        return _stats(context, scope, metrics, params.interval)
    asked = AskedComparison(params.compare, params.compare_from, params.compare_to, params.compare_weekday)
    other = other_period(scope.period, asked, context.now)
    before = _stats(context, in_period(scope, other), metrics, params.interval)
    begun = so_far(scope.period, other, context.now) if params.compare_so_far else None
    if begun is not None:
        before["so_far"] = _stats(context, in_period(scope, begun), metrics, None)
    return {**_stats(context, scope, metrics, params.interval), "previous": before}


def read_timeseries(context: Context, params: TimeseriesParams) -> dict[str, object]:
    """`{data: [{start, metric: …}, one for every bucket], meta: {interval, period, visitors_are}}`."""
    scope = read_scope(context, params)
    question = Question(scope, read_metrics(params.metrics), (Part(interval=params.interval),))
    meta = {"interval": params.interval, "period": scope.period.label(), "visitors_are": "daily"}
    return {"data": series(question, 0, ask(context, question)[0]), "meta": meta}


def read_live(context: Context, params: LiveParams) -> dict[str, object]:
    """Visitors with an event in the last five minutes, and the numbers of today in the project's time zone."""
    tz = params.tz or context.timezone
    day = context.now.astimezone(read_zone(tz)).date()
    today = scope_of(context, params, whole_days(day, day, tz))
    active = in_period(today, Period(context.now - ACTIVE, context.now + _AHEAD, tz))
    now = Question(active, ("unique_visitors",), (Part(),))
    numbers = Question(today, tuple(_TODAY.values()), (Part(),))
    so_far = totals(numbers, ask(context, numbers)[0])
    return {
        "active_visitors": totals(now, ask(context, now)[0])["unique_visitors"],
        **{name: so_far[metric] for name, metric in _TODAY.items()},
    }


def _stats(context: Context, scope: Scope, metrics: tuple[str, ...], interval: Interval | None) -> dict[str, object]:
    # Totals and buckets in one pass over each table.
    parts = (Part(), Part(interval=interval)) if interval else (Part(),)
    question = Question(scope, metrics, parts)
    answers = ask(context, question)
    result = {**totals(question, answers[0]), "visitors_are": "daily", "period": scope.period.label()}
    if interval:
        result["timeseries"] = series(question, 1, answers[1])
    return result
