"""The read `events`: the raw log, newest first, page by page without a gap or a repeat while new events arrive."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template

import msgspec

from metrone.errors import MetroneError
from metrone.reports.answers import read_scope
from metrone.reports.binds import Binds
from metrone.reports.context import Context
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
_AHEAD = timedelta(hours=1)  # events are taken up to five minutes ahead of our clock


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last event of a page: what comes after it is older, or as old with a smaller id."""

    timestamp_ms: int
    event_id: int


def read_events(context: Context, params: EventsParams) -> dict[str, object]:
    """`{data: [event, newest first], meta: {limit, offset, count, next_cursor, period}}`; count = rows in `data`."""
    scope = read_scope(context, params)
    scope = replace(scope, filters=(*scope.filters, *_own_filters(params)))
    cursor = _decode(params.cursor) if params.cursor else None
    wanted = params.offset + params.limit + 1
    rows: list[dict[str, object]] = []
    for stretch in _stretches(scope.period, cursor, context.now):
        rows += _newest(context, replace(scope, period=stretch), cursor, wanted - len(rows))
        if len(rows) >= wanted:
            break
    page = rows[params.offset : params.offset + params.limit]
    return {
        "data": [present_event(row, context.country_name) for row in page],
        "meta": {
            "limit": params.limit,
            "offset": params.offset,
            "count": len(page),
            "next_cursor": _encode(page[-1]) if page and len(rows) == wanted else None,
            "period": scope.period.label(),
        },
    }


def _own_filters(params: EventsParams) -> Iterator[Filter]:
    for name in ("event_type", "event_name", "source"):
        if value := getattr(params, name):
            yield Filter("is", name, (value,))


def _stretches(period: Period, cursor: Cursor | None, now: datetime) -> Iterator[Period]:
    """The period from its end to its start, each stretch longer than the one before it."""
    newest = now + _AHEAD
    if cursor is not None:
        period = replace(period, end=min(period.end, _moment(cursor) + timedelta(milliseconds=1)))
        newest = min(newest, period.end)
    start = min(period.end, newest) - _FIRST_STRETCH - _AHEAD
    end, length = period.end, _FIRST_STRETCH
    while period.start < end:
        start = max(start, period.start)
        yield Period(start, end, period.tz)
        length *= _GROWTH
        start, end = start - length, start


def _newest(context: Context, scope: Scope, cursor: Cursor | None, limit: int) -> list[dict[str, object]]:
    binds = Binds(context.project_no)
    conditions = where(scope, "events", binds)
    if cursor is not None:
        moment = f"fromUnixTimestamp64Milli({binds.add(cursor.timestamp_ms, 'Int64')}, 'UTC')"
        conditions += f" and (timestamp, event_id) < ({moment}, {binds.add(cursor.event_id, 'UInt64')})"
    sql = _SQL.substitute(filters=conditions)
    return context.store.query(sql, {**binds.params, "limit": limit}).dicts()


def _moment(cursor: Cursor) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=cursor.timestamp_ms)


def _encode(row: dict[str, object]) -> str:
    text = msgspec.json.encode([row["timestamp_ms"], row["event_id"]])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _decode(text: str) -> Cursor:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        timestamp_ms, event_id = msgspec.json.decode(raw, type=tuple[int, int])
        _moment(Cursor(timestamp_ms, event_id))
    except (binascii.Error, msgspec.DecodeError, ValueError, OverflowError):
        raise _bad_cursor() from None
    if not (0 <= timestamp_ms < 2**42 and 0 <= event_id < 2**64):
        raise _bad_cursor()
    return Cursor(timestamp_ms, event_id)


def _bad_cursor() -> MetroneError:
    return MetroneError(
        "INVALID_PAYLOAD", "cursor: not one of ours. Send `meta.next_cursor` of the page before as it is."
    )
