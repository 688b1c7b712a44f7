"""Event ids rise with time and never repeat."""

from hypothesis import given
from hypothesis import strategies as st

from metrone.intake.ids import EPOCH_MS, EventIds

SECOND = 1_000 << 22


@given(st.lists(st.tuples(st.integers(1, 100), st.floats(-10, 10)), min_size=1))
def test_take_never_repeats_and_always_rises_whatever_the_clock_does(steps: list[tuple[int, float]]) -> None:
    now = 1_790_000_000.0
    ids = EventIds(lambda: now)
    last = 0
    for count, step in steps:
        now += step
        first = ids.take(count)
        assert last < first < 2**63
        last = first + count - 1


def test_take_tells_the_time() -> None:
    moments = iter([1_790_000_000.0, 1_790_000_001.0])
    ids = EventIds(lambda: next(moments))
    first, second = ids.take(1), ids.take(1)
    assert second - first == SECOND
    assert (first >> 22) + EPOCH_MS == 1_790_000_000_000
