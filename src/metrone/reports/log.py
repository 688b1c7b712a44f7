"""The read `events`: the raw log, newest first, page by page without a gap or a repeat while new events arrive."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from string import Template

from metrone.reports.answers import read_scope
from metrone.reports.binds import Binds
from metrone.reports.context import Context
from metrone.reports.cursors import Cursor, decode_cursor, encode_cursor
from metrone.reports.filters import Filter
from metrone.reports.params import EventsParams
from metrone.reports.period import Period
from metrone.reports.rows import present_event
from metrone.reports.scope import Scope, where

_SQL = Template((Path(__file__).parent / "sql" / "events.sql").read_text())
# Newest first is not the order of the table, so the search goes back in stretches that grow: the last hour of a busy
# project has the whole page, and an empty year costs six small queries.
_FIRST_STRETCH = timedelta(hours=1)
_GROWTH = 8
_OURS = re.compile("ses_[0-9a-f]{16}")  # a session that brought no id of its own
_AHEAD = timedelta(hours=1)  # events are taken up to five minutes ahead of our clock


@dataclass(frozen=True, slots=True)
class _Asked:
    """What narrows the rows beside the scope."""

    cursor: Cursor | None
    session_id: str | None


def read_events(context: Context, params: EventsParams) -> dict[str, object]:
    """`{data: [event, newest first], meta: {limit, offset, count, next_cursor, period}}`; count = rows in `data`."""
    scope = read_scope(context, params)
    scope = replace(scope, filters=(*scope.filters, *_own_filters(params)))
    asked = _Asked(decode_cursor(params.cursor) if params.cursor else None, params.session_id)
    wanted = params.offset + params.limit + 1
    rows: list[dict[str, object]] = []
    for stretch in _stretches(scope.period, asked.cursor, context.now):
        rows += _newest(context, replace(scope, period=stretch), asked, wanted - len(rows))
        if len(rows) >= wanted:
            break
    page = rows[params.offset : params.offset + params.limit]
    return {
        "data": [present_event(row, context.country_name) for row in page],
        "meta": {
            "limit": params.limit,
            "offset": params.offset,
            "count": len(page),
            "next_cursor": encode_cursor(page[-1]["timestamp_ms"], page[-1]["event_id"])
            if page and len(rows) == wanted
            else None,
            "period": scope.period.label(),
        },
    }


def _of_session(name: str, binds: Binds) -> str:
    """The rows of a session by the name that events.event.session_name gives it."""
    own = f"session_id = {binds.add(name, 'String')}"
    if not _OURS.fullmatch(name):
        return own
    return f"({own} or session_id = '' and session_key = {binds.add(int(name[4:], 16), 'UInt64')})"


def _own_filters(params: EventsParams) -> Iterator[Filter]:
    for name in ("event_type", "event_name", "source"):
        if value := getattr(params, name):
            yield Filter("is", name, (value,))


def _stretches(period: Period, cursor: Cursor | None, now: datetime) -> Iterator[Period]:
    """The period from its end to its start, each stretch longer than the one before it."""
    newest = now + _AHEAD
    if cursor is not None:
        period = replace(period, end=min(period.end, cursor.moment + timedelta(milliseconds=1)))
        newest = min(newest, period.end)
    start = min(period.end, newest) - _FIRST_STRETCH - _AHEAD
    end, length = period.end, _FIRST_STRETCH
    while period.start < end:
        start = max(start, period.start)
        yield Period(start, end, period.tz)
        length *= _GROWTH
        start, end = start - length, start


def _newest(context: Context, scope: Scope, asked: _Asked, limit: int) -> list[dict[str, object]]:
    binds = Binds(context.project_no)
    conditions = where(scope, "events", binds)
    if asked.cursor is not None:
        moment = f"fromUnixTimestamp64Milli({binds.add(asked.cursor.timestamp_ms, 'Int64')}, 'UTC')"
        conditions += f" and (timestamp, event_id) < ({moment}, {binds.add(asked.cursor.number, 'UInt64')})"
    if asked.session_id:
        conditions += f" and {_of_session(asked.session_id, binds)}"
    sql = _SQL.substitute(filters=conditions)
    return context.store.query(sql, {**binds.params, "limit": limit}).dicts()
