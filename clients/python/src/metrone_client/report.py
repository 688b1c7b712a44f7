"""What became of the events that were handed over. Counting only."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from metrone_client.errors import MetroneError

ERRORS_KEPT = 20


@dataclass(frozen=True)
class FlushResult:
    """What became of all events since the last report.

    `sent`: on the server's disk, among them `duplicates`, which it had already from an attempt whose answer was lost.
    `failed`: refused for good. `dropped`: pushed out of a full queue, or handed over after `shutdown()`. `waiting`: still
    waiting. `errors`: the last twenty.
    """

    sent: int = 0
    duplicates: int = 0
    failed: int = 0
    dropped: int = 0
    waiting: int = 0
    errors: tuple[MetroneError, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every event arrived."""
        return not (self.failed or self.dropped or self.waiting)


class Tally:
    """The counts since the last report. Its owner locks."""

    def __init__(self) -> None:
        self.sent = self.duplicates = self.failed = self.dropped = 0
        self.errors: deque[MetroneError] = deque(maxlen=ERRORS_KEPT)

    def report(self, waiting: int) -> FlushResult:
        """The counts so far, as a report."""
        return FlushResult(self.sent, self.duplicates, self.failed, self.dropped, waiting, tuple(self.errors))
