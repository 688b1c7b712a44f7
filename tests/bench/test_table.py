"""Bars: which side of them is the right one."""

import pytest

from bench.table import Bar, row


@pytest.mark.parametrize(
    ("value", "bar", "verdict"),
    [
        (0.39, Bar(0.4, 0.6, is_floor=True), "fail"),
        (0.4, Bar(0.4, 0.6, is_floor=True), "bar"),
        (0.6, Bar(0.4, 0.6, is_floor=True), "pass"),
        (26.0, Bar(25, 15), "fail"),
        (25.0, Bar(25, 15), "bar"),
        (15.0, Bar(25, 15), "pass"),
    ],
)
def test_row_is_judged_by_its_bar(value: float, bar: Bar, verdict: str) -> None:
    assert row("x", value, "ms", bar).verdict == verdict


def test_row_without_a_bar_has_no_verdict() -> None:
    assert (row("x", 1.0, "ms").verdict, row("x", 1.0, "ms").least) == ("", None)
