"""Which stretch of time a read is about: days, from, to and tz turned into a Period, and the periods to compare it with.

No clock here: `now` is an argument. Calendars are zoneinfo's, so a day has 23, 24 or 25 hours as it really had.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from metrone.errors import MetroneError

MAX_DAYS = 3660
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|z|[+ -]\d\d:?\d\d)?")
# The store keeps times as 32-bit seconds, 1970 to early 2106; the longest period and the one before it must fit, too.
_EARLIEST, _LATEST = date(2000, 1, 1), date(2105, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end` (exclusive), both UTC; `first` and `last` (inclusive) where it is whole calendar days of tz."""

    start: datetime
    end: datetime
    tz: str
    first: date | None = None
    last: date | None = None

    def label(self) -> dict[str, str]:
        """`{from, to}`: ISO 8601 with the offset of the time zone; `to` is the first moment after the period."""
        zone = ZoneInfo(self.tz)
        return {"from": self.start.astimezone(zone).isoformat(), "to": self.end.astimezone(zone).isoformat()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller said about time, as it came."""

    days: int
    start: str | None
    end: str | None


def read_period(asked: Asked, tz: str, now: datetime) -> Period:
    """The period that `asked` means at `now` in `tz`. Raises INVALID_PAYLOAD.

    days=N is N calendar days that end with today. A plain date in `to` is inclusive, a date-time exclusive; a date-time
    without an offset is in `tz`. `from` alone runs to the end of today, `to` alone starts `days` before it.
    """
    zone = read_zone(tz)
    until = _parse("to", asked.end, zone) if asked.end else now.astimezone(zone).date()
    since = _parse("from", asked.start, zone) if asked.start else _days_before(until, asked.days, zone)
    if isinstance(since, datetime) or isinstance(until, datetime):
        start = since if isinstance(since, datetime) else midnight(since, tz)
        end = until if isinstance(until, datetime) else midnight(until + timedelta(days=1), tz)
        return _checked(Period(_utc(start), _utc(end), tz))
    return _checked(whole_days(since, until, tz))


def read_zone(tz: str) -> ZoneInfo:
    """The zone of an IANA name. Raises INVALID_PAYLOAD."""
    if tz not in _zones():
        raise MetroneError("INVALID_PAYLOAD", "tz: not a time zone. Send an IANA name such as Europe/Berlin or UTC.")
    return ZoneInfo(tz)


def whole_days(first: date, last: date, tz: str) -> Period:
    """The calendar days `first` to `last`, both included, of `tz`."""
    return Period(midnight(first, tz), midnight(last + timedelta(days=1), tz), tz, first, last)


def midnight(day: date, tz: str) -> datetime:
    """The UTC moment at which `day` begins in `tz`: where midnight is skipped, the moment the clocks jump."""
    return datetime.combine(day, time(), ZoneInfo(tz)).astimezone(UTC)


def previous(period: Period) -> Period:
    """The period of the same length just before: as many calendar days, or as many seconds."""
    if period.first is not None and period.last is not None:
        length = period.last - period.first + timedelta(days=1)
        return whole_days(period.first - length, period.last - length, period.tz)
    return Period(period.start - (period.end - period.start), period.start, period.tz)


def year_before(period: Period) -> Period:
    """The same dates one year earlier; 29 February becomes the 28th."""
    if period.first is not None and period.last is not None:
        return whole_days(_year_back(period.first), _year_back(period.last), period.tz)
    zone = ZoneInfo(period.tz)
    return Period(_moment_year_back(period.start, zone), _moment_year_back(period.end, zone), period.tz)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _parse(name: str, text: str, zone: ZoneInfo) -> date | datetime:
    try:
        if _DATE.fullmatch(text):
            return _bounded(name, date.fromisoformat(text))
        if match := _DATE_TIME.fullmatch(text):
            # A plus sign that was not escaped in a query string arrives as a space.
            offset = (match[3] or "").replace(" ", "+").upper()
            moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{offset}")
            _bounded(name, moment.date())
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except ValueError:
        pass
    raise MetroneError(
        "INVALID_PAYLOAD", f"{name}: not an ISO 8601 date or date-time. Send 2026-03-01 or 2026-03-01T09:30:00Z."
    )


def _bounded(name: str, day: date) -> date:
    if _EARLIEST <= day <= _LATEST:
        return day
    raise MetroneError("INVALID_PAYLOAD", f"{name}: outside {_EARLIEST} to {_LATEST}. Ask for a date between them.")


def _checked(period: Period) -> Period:
    if period.start >= period.end:
        raise MetroneError("INVALID_PAYLOAD", "from: must be before `to`. Swap them, or leave `to` out for today.")
    if period.end - period.start > timedelta(days=MAX_DAYS, hours=1):  # an hour that the clocks may give
        raise MetroneError("INVALID_PAYLOAD", f"from: a period has at most {MAX_DAYS} days. Ask for a shorter one.")
    return period


def _days_before(until: date | datetime, days: int, zone: ZoneInfo) -> date | datetime:
    if isinstance(until, datetime):
        return until.astimezone(zone) - timedelta(days=days)
    return until - timedelta(days=days - 1)


def _utc(moment: datetime) -> datetime:
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)  # events are kept to the millisecond


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _moment_year_back(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    return datetime.combine(_year_back(local.date()), local.timetz()).astimezone(UTC)
