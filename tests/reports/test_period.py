"""days, from, to and tz as periods, the periods they are compared with, and what is refused."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.errors import MetroneError
from metrone.reports.period import Asked, Period, previous, read_period, whole_days, year_before

NOW = datetime(2026, 3, 30, 22, 30, tzinfo=UTC)  # already the 31st in Berlin, in summer time
BERLIN, KOLKATA = "Europe/Berlin", "Asia/Kolkata"


@pytest.mark.parametrize(
    ("days", "start", "end", "tz", "expected"),
    [
        (1, None, None, "UTC", ("2026-03-30T00:00:00+00:00", "2026-03-31T00:00:00+00:00")),
        (1, None, None, BERLIN, ("2026-03-31T00:00:00+02:00", "2026-04-01T00:00:00+02:00")),
        (7, None, None, BERLIN, ("2026-03-25T00:00:00+01:00", "2026-04-01T00:00:00+02:00")),
        (30, "2026-03-29", "2026-03-29", BERLIN, ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")),
        (30, "2026-03-28", None, KOLKATA, ("2026-03-28T00:00:00+05:30", "2026-04-01T00:00:00+05:30")),
        (3, None, "2026-03-10", "UTC", ("2026-03-08T00:00:00+00:00", "2026-03-11T00:00:00+00:00")),
        (2, None, "2026-03-10T06:00", BERLIN, ("2026-03-08T06:00:00+01:00", "2026-03-10T06:00:00+01:00")),
        (30, "2026-03-01T10:00", "2026-03-02", BERLIN, ("2026-03-01T10:00:00+01:00", "2026-03-03T00:00:00+01:00")),
        (30, "2026-03-01T10:00:00.1234Z", "2026-03-01T12:00:00+05:30", "UTC", None),
        (30, "2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z", "UTC", ("2026-03-01T10:00:00+00:00", "2026-03-01T10:00:01+00:00")),
        (30, "2026-03-01T10:00:00 01:00", "2026-03-02T00:00Z", "UTC", ("2026-03-01T09:00:00+00:00", "2026-03-02T00:00:00+00:00")),
        (30, "2000-01-01", "2010-01-06", "UTC", ("2000-01-01T00:00:00+00:00", "2010-01-07T00:00:00+00:00")),
        (30, "2000-01-01", "2010-01-08", "UTC", None),
        (30, "2026-03-02", "2026-03-01", "UTC", None),
        (30, "2026-03-01T10:00", "2026-03-01T10:00", "UTC", None),
        (30, "9999-12-31", None, "UTC", None),
        (30, "1999-12-31", "2000-02-01", "UTC", None),
        (30, "2026-02-29", None, "UTC", None),
        (30, "yesterday", None, "UTC", None),
        (30, "2026-W01", None, "UTC", None),
        (30, "'; drop table events", None, "UTC", None),
        (30, None, None, "Mars/Olympus", None),
        (30, None, None, "../../etc/passwd", None),
        (30, None, None, "\0", None),
    ],
)  # fmt: skip
def test_read_period_gives_what_was_asked(
    days: int, start: str | None, end: str | None, tz: str, expected: tuple[str, str] | None
) -> None:
    if expected is None:
        with pytest.raises(MetroneError) as caught:
            read_period(Asked(days, start, end), tz, NOW)
        assert caught.value.code == "INVALID_PAYLOAD"
    else:
        assert tuple(read_period(Asked(days, start, end), tz, NOW).label().values()) == expected


def test_read_period_keeps_milliseconds_and_no_more() -> None:
    period = read_period(Asked(1, "2026-03-01T10:00:00.123956Z", None), "UTC", NOW)
    assert period.start == datetime(2026, 3, 1, 10, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "before", "year"),
    [
        ("2026-03-29", "2026-03-29", ("2026-03-28", "2026-03-28"), ("2025-03-29", "2025-03-29")),
        ("2026-03-01", "2026-03-31", ("2026-01-29", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        ("2028-02-29", "2028-02-29", ("2028-02-28", "2028-02-28"), ("2027-02-28", "2027-02-28")),
        ("2028-02-01", "2028-02-29", ("2028-01-03", "2028-01-31"), ("2027-02-01", "2027-02-28")),
    ],
)
def test_compared_periods_are_whole_days_when_the_period_is(
    first: str, last: str, before: tuple[str, str], year: tuple[str, str]
) -> None:
    period = _days(first, last)
    assert previous(period) == _days(*before)
    assert year_before(period) == _days(*year)


def test_compared_periods_are_as_long_when_the_period_is_not_whole_days() -> None:
    period = read_period(Asked(30, "2026-03-29T00:00", "2026-03-29T12:00"), BERLIN, NOW)
    assert period.end - period.start == timedelta(hours=11)
    assert previous(period).end == period.start
    assert period.start - previous(period).start == timedelta(hours=11)
    assert tuple(year_before(period).label().values()) == ("2025-03-29T00:00:00+01:00", "2025-03-29T12:00:00+01:00")


def _days(first: str, last: str) -> Period:
    return whole_days(date.fromisoformat(first), date.fromisoformat(last), BERLIN)


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["UTC", BERLIN, KOLKATA]))
def test_read_period_only_ever_refuses_politely(start: str, end: str, tz: str) -> None:
    with suppress(MetroneError):
        assert (period := read_period(Asked(30, start or None, end or None), tz, NOW)).start < period.end


@given(
    st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(1, 400), st.sampled_from([BERLIN, "America/Sao_Paulo"])
)
def test_previous_ends_where_the_period_begins(first: date, days: int, tz: str) -> None:
    period = whole_days(first, first + timedelta(days=days - 1), tz)
    assert previous(period).end == period.start
    assert period.start.astimezone(ZoneInfo(tz)).date() == first
