"""The other period: which days it has, and how much of it has passed when its own counterpart still runs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.reports.comparison import AskedComparison, on_same_weekday, other_period, so_far
from metrone.reports.period import Asked, Period, previous, read_period, whole_days

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 3, 30, 8, 30, tzinfo=UTC)  # 10:30 of Monday the 30th in Berlin, one day after the clocks changed


def _days(first: str, last: str) -> Period:
    return whole_days(date.fromisoformat(first), date.fromisoformat(last), BERLIN)


@pytest.mark.parametrize(
    ("first", "last", "kind", "expected"),
    [
        ("2026-03-30", "2026-03-30", "previous", ("2026-03-23", "2026-03-23")),  # Monday, the Monday before
        ("2026-03-24", "2026-03-30", "previous", ("2026-03-17", "2026-03-23")),
        ("2026-03-01", "2026-03-30", "previous", ("2026-01-25", "2026-02-23")),  # Sunday, a week back: they would meet
        ("2026-03-03", "2026-03-30", "previous", ("2026-02-03", "2026-03-02")),
        ("2026-03-30", "2026-03-30", "year", ("2025-03-31", "2025-03-31")),
        ("2026-03-01", "2026-03-30", "year", ("2025-03-02", "2025-03-31")),
        ("2024-01-01", "2026-03-30", "year", ("2023-01-02", "2025-03-31")),  # met before, too
    ],
)
def test_the_other_period_begins_on_the_same_weekday(
    first: str, last: str, kind: str, expected: tuple[str, str]
) -> None:
    asked = AskedComparison("previous" if kind == "previous" else "year", is_same_weekday=True)
    assert other_period(_days(first, last), asked, NOW) == _days(*expected)


@given(st.dates(date(2001, 6, 1), date(2099, 1, 1)), st.integers(1, 400))
def test_periods_of_the_same_weekday_are_as_long_and_do_not_meet(first: date, days: int) -> None:
    period = whole_days(first, first + timedelta(days=days - 1), BERLIN)
    other = on_same_weekday(period, previous(period))
    assert other.first is not None
    assert other.last is not None
    assert other.first.weekday() == first.weekday()
    assert (other.last - other.first).days == days - 1
    assert timedelta(0) < first - other.last < timedelta(days=8)


@pytest.mark.parametrize(
    ("period", "other", "end"),
    [
        (("2026-03-30", "2026-03-30"), ("2026-03-29", "2026-03-29"), "2026-03-29T10:30:00+02:00"),
        (("2026-03-30", "2026-03-30"), ("2026-03-28", "2026-03-28"), "2026-03-28T10:30:00+01:00"),
        (("2026-03-01", "2026-03-31"), ("2025-03-01", "2025-03-31"), "2025-03-30T10:30:00+02:00"),
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-10"), None),  # shorter: all of it has passed
        (("2026-03-28", "2026-03-29"), ("2026-03-26", "2026-03-27"), None),  # over
    ],
)
def test_a_running_period_is_compared_up_to_the_same_time_of_the_other(
    period: tuple[str, str], other: tuple[str, str], end: str | None
) -> None:
    begun = so_far(_days(*period), _days(*other), NOW)
    assert (begun and begun.label()["to"]) == end
    assert begun is None or begun.start == _days(*other).start


def test_a_running_stretch_is_compared_up_to_as_many_seconds_of_the_other() -> None:
    period = read_period(Asked(1, "2026-03-30T10:00", "2026-03-30T11:00"), BERLIN, NOW)
    begun = so_far(period, previous(period), NOW)
    assert begun is not None
    assert begun.label() == {"from": "2026-03-30T09:00:00+02:00", "to": "2026-03-30T09:30:00+02:00"}
