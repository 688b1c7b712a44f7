"""Which other period stands beside a period: the one before, a year before, or any; begun on the same weekday if asked.

Pure calendar arithmetic; `now` is an argument.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from metrone.errors import MetroneError
from metrone.reports.period import Asked, Period, midnight, previous, read_period, whole_days, year_before

Compare = Literal["previous", "year", "custom"]
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AskedComparison:
    """What a caller said about the other period, as it came."""

    kind: Compare
    start: str | None = None
    end: str | None = None
    is_same_weekday: bool = False


def other_period(period: Period, asked: AskedComparison, now: datetime) -> Period:
    """The period to compare with. Raises INVALID_PAYLOAD where `custom` has no days, or days are given without it."""
    if asked.kind == "custom":
        if not asked.start or asked.is_same_weekday:
            message = "compare_from: custom needs it, with compare_to, and without compare_weekday."
            raise MetroneError("INVALID_PAYLOAD", message)
        try:
            return read_period(Asked(1, asked.start, asked.end or asked.start), period.tz, now)
        except MetroneError as error:  # it begins with `from:` or `to:`
            raise MetroneError(error.code, f"compare_{error.message}") from None
    if asked.start or asked.end:
        raise MetroneError("INVALID_PAYLOAD", "compare_from: goes with compare=custom only.")
    other = previous(period) if asked.kind == "previous" else year_before(period)
    return on_same_weekday(period, other) if asked.is_same_weekday else other


def on_same_weekday(period: Period, other: Period) -> Period:
    """`other` moved by at most three days to begin on the weekday of `period`, and a week back where the two would meet only so.

    So a Monday is compared with the Monday before, and 30 days with 30 that begin on the same weekday.
    """
    if period.first is None or other.first is None or other.last is None:
        return other
    shift = (period.first.weekday() - other.first.weekday() + 3) % 7 - 3
    first, last = other.first + timedelta(days=shift), other.last + timedelta(days=shift)
    if last >= period.first > other.last:
        first, last = first - _WEEK, last - _WEEK
    return whole_days(first, last, other.tz)


def so_far(period: Period, other: Period, now: datetime) -> Period | None:
    """As much of `other` as has passed of `period`; None where `period` is over, has not begun, or `other` is no longer.

    Of whole days it is as many days and the same time of the day: this morning is compared with that morning.
    """
    if not period.start < now < period.end:
        return None
    end = other.start + (now - period.start)
    if period.first is not None and other.first is not None:
        zone = ZoneInfo(period.tz)
        local = now.astimezone(zone)
        end = _at(other.first + (local.date() - period.first), local.time(), other.tz)
    return Period(other.start, end, other.tz) if other.start < end < other.end else None


def _at(day: date, moment: time, tz: str) -> datetime:
    start = midnight(day, tz)
    wall = datetime.combine(day, moment, ZoneInfo(tz)).astimezone(start.tzinfo)
    return wall.replace(microsecond=wall.microsecond // 1000 * 1000)
