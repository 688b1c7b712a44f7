"""Which rows a read may look at: one project, one period, human and real unless asked otherwise, and the filters.

`where` is the only maker of conditions: every FROM of every query gets its own, and each names the project.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from metrone.reports.binds import Binds
from metrone.reports.buckets import epoch_ms
from metrone.reports.dimensions import ELSEWHERE, Table, find_dimension
from metrone.reports.filters import Filter, condition, on_dimension
from metrone.reports.goals import DIMENSION, Goals, on_goal
from metrone.reports.period import Period
from metrone.reports.tables import INTERACTIONS, SESSIONS

TestEvents = Literal["exclude", "only", "include"]
VisitorType = Literal["human", "ai_agent", "bot", "all"]

TIME: dict[Table, str] = {"events": "timestamp", "hourly": "hour", "sessions": "started_at", "interactions": "at"}
_TEST: dict[TestEvents, str] = {"exclude": "is_test = 0", "only": "is_test = 1", "include": ""}
# A session lies under the hour that its first event to arrive stamped. A late event may move its real start, seldom by
# more than a day: the key is searched that much wider and `started_at` decides.
_LATE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of one question. A filter on visitor_type takes the place of `visitor_type`. Of the interactions those that
    count, unless all are wanted. `goals` are the project's: they say what a conversion is.
    """

    project_no: int
    period: Period
    filters: tuple[Filter, ...] = ()
    visitor_type: VisitorType = "human"
    test: TestEvents = "exclude"
    with_uncounted: bool = False
    goals: Goals = ()
    week_start: int = 1  # ISO weekday


def rows_of(scope: Scope, table: Table, binds: Binds) -> str:
    """What follows FROM: the table, or for `sessions` (which is none) the sessions made of their rows in `hourly`, and for
    `interactions` their last known values.
    """
    if table == "interactions":
        return INTERACTIONS
    if table != "sessions":
        return table
    filters = [_held(asked, scope, binds) for asked in scope.filters if _is_own(asked.dimension)]
    conditions = " and ".join([*_base(scope, binds), *_started_hours(scope.period, binds), *filters])
    keys = ["started_hour", "session_key", *(["is_test"] if scope.test == "include" else [])]
    # Where there is one type only, it is no key: a text among the keys takes twice the time.
    kind = "any(visitor_type) as visitor_type" if _has_one_type(scope) else "visitor_type"
    grouping = keys if _has_one_type(scope) else [*keys, kind]
    return SESSIONS.substitute(filters=conditions, keys=", ".join([*keys, kind]), grouping=", ".join(grouping))


def where(scope: Scope, table: Table, binds: Binds, page_sql: str = "") -> str:
    """The conditions of one FROM of `rows_of`, joined with `and`.

    A filter on what the table has not becomes a question about the sessions: at least one event that all such filters
    let pass. `page_sql` is the column of `sessions` that stands for the page when rows are pages.
    """
    base = [] if table == "sessions" else _base(scope, binds)
    if table == "interactions" and not scope.with_uncounted:
        base.append("is_counted")
    return " and ".join([*base, *_times(scope.period, table, binds), *_filters(scope, table, binds, page_sql)])


def has_dimension(name: str, table: Table) -> bool:
    """Whether the table itself holds the dimension."""
    return table in find_dimension(name, "''").tables


def started_earlier(scope: Scope) -> Scope:
    """The scope widened to sessions that started up to a day before it and may still have events in it."""
    return replace(scope, period=replace(scope.period, start=scope.period.start - _LATE))


def _base(scope: Scope, binds: Binds) -> list[str]:
    conditions = ["project_no = {project_no:UInt32}", *filter(None, [_TEST[scope.test]])]
    if _has_one_type(scope):
        conditions.append(f"visitor_type = {binds.add(scope.visitor_type, 'String')}")
    return conditions


def _has_one_type(scope: Scope) -> bool:
    return scope.visitor_type != "all" and all(asked.dimension != "visitor_type" for asked in scope.filters)


def _is_own(dimension: str) -> bool:
    """Whether all events of a session, and so all of its rows, have the same value."""
    return has_dimension(dimension, "sessions") and has_dimension(dimension, "hourly")


def _times(period: Period, table: Table, binds: Binds) -> list[str]:
    return _between(TIME[table], period, binds)


def _started_hours(period: Period, binds: Binds) -> list[str]:
    return _between("started_hour", replace(period, start=period.start - _LATE, end=period.end + _LATE), binds)


def _between(column: str, period: Period, binds: Binds) -> list[str]:
    start, end = (
        f"fromUnixTimestamp64Milli({binds.add(epoch_ms(moment), 'Int64')}, 'UTC')"
        for moment in (period.start, period.end)
    )
    return [f"{column} >= {start}", f"{column} < {end}"]


def _filters(scope: Scope, table: Table, binds: Binds, page_sql: str) -> list[str]:
    conditions: list[str] = []
    elsewhere: list[Filter] = []
    for asked in scope.filters:
        if page_sql and asked.dimension == "page":
            conditions.append(condition(asked, page_sql, binds))
        elif has_dimension(asked.dimension, table):
            if table != "sessions" or not _is_own(asked.dimension):  # else in rows_of
                conditions.append(_held(asked, scope, binds))
        else:
            elsewhere.append(asked)
    for other in ELSEWHERE:
        found = [asked for asked in elsewhere if elsewhere_of(asked.dimension) == other]
        if found:
            conditions.append(_sessions_that(scope, other, found, binds))
    return conditions


def _held(asked: Filter, scope: Scope, binds: Binds) -> str:
    """The filter on a table that has its dimension."""
    return on_goal(asked, scope.goals, binds) if asked.dimension == DIMENSION else on_dimension(asked, binds)


def elsewhere_of(dimension: str) -> Table:
    """The table in which a dimension is looked up from one that has it not."""
    return next(table for table in ELSEWHERE if has_dimension(dimension, table))


def _sessions_that(scope: Scope, other: Table, filters: list[Filter], binds: Binds) -> str:
    narrowed = _only(started_earlier(scope) if other == "sessions" else scope, filters)
    source, inner = rows_of(narrowed, other, binds), where(narrowed, other, binds)
    return f"session_key in (select session_key from {source} where {inner})"  # noqa: S608


def _only(scope: Scope, filters: list[Filter]) -> Scope:
    # A filter on the visitor type stays, since it also decides which visitors are looked at.
    kept = [asked for asked in scope.filters if asked.dimension == "visitor_type" and asked not in filters]
    return replace(scope, filters=(*filters, *kept))
