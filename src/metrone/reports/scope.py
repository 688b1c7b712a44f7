"""Which rows a read may look at: one project, one period, human and real unless asked otherwise, and the filters.

`where` is the only maker of conditions: every FROM of every query gets its own, and each names the project.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from metrone.reports.binds import Binds
from metrone.reports.buckets import epoch_ms
from metrone.reports.dimensions import Table, find_dimension
from metrone.reports.filters import Filter, condition, on_dimension
from metrone.reports.period import Period

TestEvents = Literal["exclude", "only", "include"]
VisitorType = Literal["human", "ai_agent", "bot", "all"]

_TEST: dict[TestEvents, str] = {"exclude": "is_test = 0", "only": "is_test = 1", "include": ""}
# A session lies under the hour that its first event to arrive stamped. A late event may move its real start, seldom by
# more than a day: the key is searched that much wider and `started_at` decides.
_LATE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of one question. A filter on visitor_type takes the place of `visitor_type`."""

    project_no: int
    period: Period
    filters: tuple[Filter, ...] = ()
    visitor_type: VisitorType = "human"
    test: TestEvents = "exclude"


def where(scope: Scope, table: Table, binds: Binds, page_sql: str = "") -> str:
    """The conditions of one FROM, joined with `and`.

    A filter on what the table has not becomes a question about the sessions: at least one event that all such filters
    let pass. `page_sql` is the column of `sessions` that stands for the page when rows are pages.
    """
    return " and ".join([*_base(scope, table, binds), *_filters(scope, table, binds, page_sql)])


def has_dimension(name: str, table: Table) -> bool:
    """Whether the table itself holds the dimension."""
    return table in find_dimension(name, "''").tables


def started_earlier(scope: Scope) -> Scope:
    """The scope widened to sessions that started up to a day before it and may still have events in it."""
    return replace(scope, period=replace(scope.period, start=scope.period.start - _LATE))


def _base(scope: Scope, table: Table, binds: Binds) -> list[str]:
    conditions = ["project_no = {project_no:UInt32}", *filter(None, [_TEST[scope.test]])]
    if scope.visitor_type != "all" and all(asked.dimension != "visitor_type" for asked in scope.filters):
        conditions.append(f"visitor_type = {binds.add(scope.visitor_type, 'String')}")
    return [*conditions, *_times(scope.period, table, binds)]


def _times(period: Period, table: Table, binds: Binds) -> list[str]:
    start, end = (
        f"fromUnixTimestamp64Milli({binds.add(epoch_ms(moment), 'Int64')}, 'UTC')"
        for moment in (period.start, period.end)
    )
    if table == "events":
        return [f"timestamp >= {start}", f"timestamp < {end}"]
    if table == "hourly":
        return [f"hour >= {start}", f"hour < {end}"]
    first, last = (
        f"fromUnixTimestamp64Milli({binds.add(epoch_ms(moment), 'Int64')}, 'UTC')"
        for moment in (period.start - _LATE, period.end + _LATE)
    )
    return [f"started_hour >= {first}", f"started_hour < {last}", f"started_at >= {start}", f"started_at < {end}"]


def _filters(scope: Scope, table: Table, binds: Binds, page_sql: str) -> list[str]:
    conditions: list[str] = []
    elsewhere: list[Filter] = []
    for asked in scope.filters:
        if page_sql and asked.dimension == "page":
            conditions.append(condition(asked, page_sql, binds))
        elif has_dimension(asked.dimension, table):
            conditions.append(on_dimension(asked, binds))
        else:
            elsewhere.append(asked)
    if elsewhere:
        conditions.append(_sessions_that(scope, table, elsewhere, binds))
    return conditions


def _sessions_that(scope: Scope, table: Table, filters: list[Filter], binds: Binds) -> str:
    # From events and hourly entry and exit page are missing, which `sessions` has; from `sessions` what one event has.
    if table == "sessions":
        source, inner = "events", where(_only(scope, filters), "events", binds)
    else:
        source, inner = "sessions final", where(_only(started_earlier(scope), filters), "sessions", binds)
    return f"session_key in (select session_key from {source} where {inner})"  # noqa: S608


def _only(scope: Scope, filters: list[Filter]) -> Scope:
    # A filter on the visitor type stays, since it also decides which visitors are looked at.
    kept = [asked for asked in scope.filters if asked.dimension == "visitor_type" and asked not in filters]
    return replace(scope, filters=(*filters, *kept))
