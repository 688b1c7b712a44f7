"""Puts a Question to the store and gives its rows as Python values, and reads a Scope out of parameters."""

from dataclasses import dataclass, replace

from metrone.errors import MetroneError
from metrone.reports.binds import Binds
from metrone.reports.buckets import cut, label
from metrone.reports.context import Context
from metrone.reports.filters import Filter, read_filters
from metrone.reports.metrics import METRICS, nothing, present
from metrone.reports.params import LiveParams, ScopeParams
from metrone.reports.period import Asked, Period, read_period
from metrone.reports.plan import plan
from metrone.reports.question import Order, Question
from metrone.reports.scope import Scope
from metrone.store.base import QueryFailed


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a part: the values of its dimensions ('' = missing), its metrics in the order asked, and extras."""

    key: tuple[str, ...]
    metrics: dict[str, object]
    extra: dict[str, object]


@dataclass(slots=True)
class PartAnswer:
    """The rows of one part of a question, and how many there are without limit and offset."""

    groups: list[Group]
    total: int = 0


def ask(context: Context, question: Question) -> list[PartAnswer]:
    """The answer of each part, in the order of the question. Raises INVALID_PAYLOAD, QueryFailed, StoreUnavailable."""
    planned = plan(question)
    parts = [PartAnswer([]) for _ in question.parts]
    for row in context.store.query(planned.sql, planned.params).dicts():
        part = parts[_integer(row["part"])]
        part.groups.append(_group(question, row))
        part.total = _integer(row.get("total", 0))
    return parts


def totals(question: Question, answer: PartAnswer) -> dict[str, object]:
    """The metrics of an ungrouped part, zeros where nothing happened."""
    return answer.groups[0].metrics if answer.groups else {name: nothing(name) for name in question.metrics}


def series(question: Question, number: int, answer: PartAnswer) -> list[dict[str, object]]:
    """The metrics of the part `number`, which has an interval: `start` and a value for every bucket, zeros included."""
    interval = question.parts[number].interval
    assert interval is not None
    empty = {name: nothing(name) for name in question.metrics}
    found = {group.key[0]: group.metrics for group in answer.groups}
    period = question.scope.period
    starts = cut(period, interval, question.scope.week_start)
    return [{"start": label(start, period.tz), **found.get(str(start), empty)} for start in starts]


def read_scope(context: Context, params: ScopeParams) -> Scope:
    """The rows that the parameters of a read over a period mean. Raises INVALID_PAYLOAD."""
    asked = Asked(params.days, params.start, params.end)
    return scope_of(context, params, read_period(asked, params.tz or context.timezone, context.now))


def scope_of(context: Context, params: LiveParams, period: Period) -> Scope:
    """The rows of a period that the other parameters and the lens let pass. Raises INVALID_PAYLOAD, also for a bad expression,
    and FORBIDDEN.
    """
    filters = read_filters(params.filters)
    for asked in filters:
        context.lens.check(asked.dimension)
    _check_expressions(context, filters)
    return Scope(
        context.project_no,
        period,
        (*context.lens.locked, *filters),
        params.visitor_type,
        params.test,
        goals=context.goals,
        week_start=context.week_start,
    )


def read_order(text: str | None, metrics: tuple[str, ...]) -> Order:
    """What `order_by` means: `NAME`, `NAME:asc` or `NAME:desc`, NAME a metric or `value`. Raises INVALID_PAYLOAD."""
    if text is None:
        return Order(metrics[0])
    name, _, direction = text.partition(":")
    if (name != "value" and name not in METRICS) or direction not in ("", "asc", "desc"):
        raise MetroneError("INVALID_PAYLOAD", "order_by: send a metric or `value`, then :asc or :desc if you like.")
    return Order(name, direction == "desc" if direction else name != "value")


def in_period(scope: Scope, period: Period) -> Scope:
    """The same rows of another period."""
    return replace(scope, period=period)


def _check_expressions(context: Context, filters: tuple[Filter, ...]) -> None:
    # The engine's RE2 is the judge of what it can run; a constant match costs it a millisecond.
    for index, asked in enumerate(filters):
        for text in asked.values if asked.operator == "matches" else ():
            binds = Binds(context.project_no)
            try:
                context.store.query(f"select match('', {binds.add(text, 'String')})", binds.params)
            except QueryFailed as error:
                if "CANNOT_COMPILE_REGEXP" not in str(error):
                    raise
                raise MetroneError(
                    "INVALID_PAYLOAD", f"filters[{index}]: not a regular expression that RE2 accepts."
                ) from error


def _group(question: Question, row: dict[str, object]) -> Group:
    key = row["key"]
    assert isinstance(key, list)
    metrics = {name: present(name, row[name]) for name in question.metrics}
    return Group(tuple(map(str, key)), metrics, {name: row[f"{name}_"] for name in question.extra})


def _integer(value: object) -> int:
    assert isinstance(value, int)
    return value
