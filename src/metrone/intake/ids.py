"""Event ids: 63-bit numbers that rise with time, so that they sort as they came and take a byte or two on disk."""

from collections.abc import Callable

EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
SEQUENCE_BITS = 22


class EventIds:
    """Gives the next id, to the event loop alone. Unique as long as the clock was not set back across a restart."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def take(self, count: int) -> int:
        """The first of `count` ids in a row."""
        now = (int(self._clock() * 1000) - EPOCH_MS) << SEQUENCE_BITS
        first = max(now, self._last + 1)
        self._last = first + count - 1
        return first
