"""Buckets start where the calendar of the zone really starts them, also on the days when clocks change."""

from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.errors import MetroneError
from metrone.reports.buckets import MAX_BUCKETS, Interval, cut, label
from metrone.reports.period import Period, whole_days


def _labels(first: str, last: str, tz: str, interval: Interval) -> list[str]:
    period = whole_days(date.fromisoformat(first), date.fromisoformat(last), tz)
    return [label(start, tz) for start in cut(period, interval)]


@pytest.mark.parametrize(
    ("day", "tz", "count", "some"),
    [
        ("2026-03-29", "Europe/Berlin", 23, ["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"]),
        ("2026-10-25", "Europe/Berlin", 25, ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]),
        ("2026-03-29", "UTC", 24, ["2026-03-29T00:00:00+00:00", "2026-03-29T01:00:00+00:00"]),
        ("2026-03-29", "Asia/Kolkata", 24, ["2026-03-29T00:00:00+05:30", "2026-03-29T01:00:00+05:30"]),
        ("2026-03-29", "Asia/Kathmandu", 24, ["2026-03-29T00:00:00+05:45", "2026-03-29T01:00:00+05:45"]),
        ("2026-10-04", "Australia/Lord_Howe", 24, ["2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00"]),
        ("2026-04-05", "Australia/Lord_Howe", 25, ["2026-04-05T01:30:00+10:30", "2026-04-05T02:00:00+10:30"]),
    ],
)
def test_cut_gives_the_hours_that_the_day_had(day: str, tz: str, count: int, some: list[str]) -> None:
    labels = _labels(day, day, tz, "hour")
    assert len(labels) == count
    assert some == [text for text in labels if text in some]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ("day", ["2026-03-28T00:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"]),
        ("week", ["2026-03-23T00:00:00+01:00", "2026-03-30T00:00:00+02:00"]),
        ("month", ["2026-03-01T00:00:00+01:00"]),
    ],
)
def test_cut_follows_the_calendar_across_a_clock_change(interval: Interval, expected: list[str]) -> None:
    assert _labels("2026-03-28", "2026-03-30", "Europe/Berlin", interval) == expected


@pytest.mark.parametrize(
    ("week_start", "expected"),
    [
        (1, ["2026-03-09", "2026-03-16"]),
        (7, ["2026-03-08", "2026-03-15"]),
        (3, ["2026-03-11", "2026-03-18"]),
        (4, ["2026-03-05", "2026-03-12", "2026-03-19"]),
    ],
)
def test_cut_begins_weeks_on_the_day_of_the_project(week_start: int, expected: list[str]) -> None:
    # A Wednesday to the Thursday of the week after it, two days longer than a week.
    period = whole_days(date(2026, 3, 11), date(2026, 3, 19), "Europe/Berlin")
    assert [label(start, period.tz)[:10] for start in cut(period, "week", week_start)] == expected


def test_cut_leaves_out_a_day_that_never_was() -> None:
    days = [text[:10] for text in _labels("2011-12-29", "2011-12-31", "Pacific/Apia", "day")]
    assert days == ["2011-12-29", "2011-12-31"]


def test_cut_refuses_too_many_buckets() -> None:
    with pytest.raises(MetroneError) as caught:
        _labels("2020-01-01", "2026-01-01", "UTC", "hour")
    assert (caught.value.code, str(MAX_BUCKETS) in caught.value.message) == ("INVALID_PAYLOAD", True)


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 100 * 3600),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo"]),
    st.sampled_from(get_args(Interval)),
)
def test_cut_covers_the_period_without_a_gap(start: datetime, seconds: int, tz: str, interval: Interval) -> None:
    if interval == "minute":
        seconds = min(seconds, 80 * 3600)  # more are refused
    start = start.replace(microsecond=0)
    end = datetime.fromtimestamp(start.timestamp() + seconds, UTC)
    starts = cut(Period(start, end, tz), interval)
    assert starts == sorted(set(starts))
    assert starts[0] <= start.timestamp()
    assert all(start.timestamp() < later < end.timestamp() for later in starts[1:])
