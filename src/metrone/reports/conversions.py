"""The read `goals`: how often each goal of the project was reached, by how many, and what that brought."""

from dataclasses import replace

from metrone.errors import MetroneError
from metrone.reports.answers import Group, ask, read_order, read_scope, totals
from metrone.reports.context import Context
from metrone.reports.goals import DIMENSION
from metrone.reports.metrics import nothing
from metrone.reports.params import GoalsParams
from metrone.reports.question import Order, Part, Question
from metrone.reports.scope import Scope

# What each goal has; `unique_visitors` are those who reached it.
ROW = ("conversions", "unique_visitors", "conversion_rate", "revenue")
_COUNTED = ("conversions", "unique_visitors", "revenue")

Row = dict[str, object]


def read_goals(context: Context, params: GoalsParams) -> dict[str, object]:
    """`{data: [{value, metric: …}], meta: {total, limit, offset, period, visitors_are}}`; goals that nobody reached too."""
    order = read_order(params.order_by, ROW)
    if order.by not in (*ROW, "value"):
        raise MetroneError("INVALID_PAYLOAD", f"order_by: goals have {', '.join(ROW)} and value.")
    scope = read_scope(context, params)
    wanted = (params.search or "").strip().casefold()
    names = [goal.name for goal in context.goals if wanted in goal.name.casefold()]
    rows = _rows(context, scope, names) if names else []
    rows.sort(key=lambda row: str(row["value"]))
    rows.sort(key=lambda row: _rank(row, order), reverse=order.is_descending)
    return {
        "data": rows[params.offset : params.offset + params.limit],
        "meta": {
            "total": len(rows),
            "limit": params.limit,
            "offset": params.offset,
            "period": scope.period.label(),
            "visitors_are": "daily",
        },
    }


def _rows(context: Context, scope: Scope, names: list[str]) -> list[Row]:
    reached = Question(scope, _COUNTED, (Part((DIMENSION,)),))
    groups = {group.key[0]: group for group in ask(context, reached)[0].groups}
    # A goal that the reader filters by is no reason to count only those who reached it.
    others = tuple(asked for asked in scope.filters if asked.dimension != DIMENSION)
    everybody = Question(replace(scope, filters=others), ("unique_visitors",), (Part(),))
    visitors = totals(everybody, ask(context, everybody)[0])["unique_visitors"]
    assert isinstance(visitors, int)
    return [_row(name, groups.get(name), visitors) for name in names]


def _row(name: str, group: Group | None, visitors: int) -> Row:
    counted = group.metrics if group else {metric: nothing(metric) for metric in _COUNTED}
    reached = counted["unique_visitors"]
    assert isinstance(reached, int)
    rate = round(100 * reached / visitors, 2) if visitors else 0.0
    return {"value": name, **{metric: {**counted, "conversion_rate": rate}[metric] for metric in ROW}}


def _rank(row: Row, order: Order) -> tuple[float, str]:
    value = row[order.by]
    if isinstance(value, dict):
        value = max(value.values(), default=0.0)  # as in breakdowns: amounts of different currencies are never added
    return (0.0, value.casefold()) if isinstance(value, str) else (float(str(value)), "")
