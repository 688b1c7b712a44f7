"""A period cut into minutes, hours, days, weeks or months of its time zone: where each really starts, also when clocks change."""

import math
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from metrone.errors import MetroneError
from metrone.reports.period import Period, midnight

MONDAY = 1
Interval = Literal["minute", "hour", "day", "week", "month"]

MAX_BUCKETS = 5000
_MINUTE, _HOUR = 60, 3600
_SHORTEST_SEC = {
    "minute": _MINUTE,
    "hour": _HOUR // 2,
    "day": 23 * _HOUR,
    "week": 7 * 23 * _HOUR,
    "month": 28 * 23 * _HOUR,
}


def cut(period: Period, interval: Interval, week_start: int = MONDAY) -> list[int]:
    """The starts (UTC epoch seconds, rising) of every bucket that the period touches; the first may begin before it.

    Weeks start on the ISO weekday `week_start`. More than MAX_BUCKETS raise INVALID_PAYLOAD.
    """
    if (period.end - period.start).total_seconds() / _SHORTEST_SEC[interval] > 3 * MAX_BUCKETS:
        raise _too_many(interval)
    zone = ZoneInfo(period.tz)
    begin, end = int(period.start.timestamp()), period.end.timestamp()
    if interval == "minute":
        starts = list(range(begin - begin % _MINUTE, math.ceil(end), _MINUTE))  # no zone is off by less, since 1972
    else:
        starts = _hours(begin, end, zone) if interval == "hour" else _days((begin, end), interval, zone, week_start)
    if len(starts) > MAX_BUCKETS:
        raise _too_many(interval)
    return starts


def label(start: int, tz: str) -> str:
    """A bucket's start as ISO 8601 with the offset that holds then in `tz`."""
    return datetime.fromtimestamp(start, ZoneInfo(tz)).isoformat()


def _hours(begin: int, end: float, zone: ZoneInfo) -> list[int]:
    start = begin - _past_hour(begin, zone)
    starts = []
    while start < end:
        starts.append(start)
        # Where clocks change by half an hour (Lord Howe), the bucket after it is the half that is left.
        start += _HOUR - _past_hour(start, zone)
    return starts


def _past_hour(moment: int, zone: ZoneInfo) -> int:
    local = datetime.fromtimestamp(moment, zone)
    return local.minute * 60 + local.second


def _days(span: tuple[int, float], interval: Interval, zone: ZoneInfo, week_start: int) -> list[int]:
    begin, end = span
    day = _first_day(datetime.fromtimestamp(begin, zone).date(), interval, week_start)
    starts = []
    while (start := int(midnight(day, zone.key).timestamp())) < end:
        starts.append(start)
        day = _next_day(day, interval)
    # A calendar day that a zone skipped (Apia, 30 December 2011) has no length and no bucket.
    return [start for start, after in pairwise([*starts, int(end) + 1]) if start < after]


def _first_day(day: date, interval: Interval, week_start: int) -> date:
    if interval == "week":
        return day - timedelta(days=(day.isoweekday() - week_start) % 7)
    return day.replace(day=1) if interval == "month" else day


def _next_day(day: date, interval: Interval) -> date:
    if interval == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if interval == "week" else 1)


def _too_many(interval: Interval) -> MetroneError:
    return MetroneError(
        "INVALID_PAYLOAD",
        f"interval: more than {MAX_BUCKETS} buckets of one {interval}. Ask for a longer interval or a shorter period.",
    )


def is_whole_hours(starts: list[int]) -> bool:
    """Whether every start lies on a whole hour of UTC, where the hourly roll-up can be cut."""
    return all(start % _HOUR == 0 for start in starts)


def epoch_ms(moment: datetime) -> int:
    """A UTC moment as epoch milliseconds, exactly."""
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
