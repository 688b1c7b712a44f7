"""From the spool into a sink, exactly once: a plan is written down, loaded under its own token, then settled.

A crash between any two of these steps repeats the same load under the same token, which adds nothing.
"""

import sqlite3
from typing import Protocol

from metrone.spool import files
from metrone.spool.append import Spool
from metrone.spool.base import Misfit, SpoolFailed
from metrone.spool.group import WINDOW_SEC

LOAD_BYTES = 4 * 1024 * 1024
FORGET_AT_ONCE = 20_000
LOG_BYTES = 32 * 1024 * 1024


class Sink(Protocol):
    """Where rows go. The same token again must add nothing."""

    def __call__(self, rows: bytes, token: str) -> None: ...


class Drain:
    """Moves what waits in `spool` into `sink`, which raises `rejection` for rows that it will never take."""

    def __init__(self, spool: Spool, sink: Sink, rejection: type[Exception]) -> None:
        self._spool = spool
        self._sink = sink
        self._rejection = rejection
        self._reader = files.connect(spool.path)

    def drain_once(self) -> int:
        """Load one plan; the number of rows, 0 when nothing waits. Blocks. Raises SpoolFailed and what the sink raises."""
        try:
            return self._drain_once()
        except sqlite3.Error as error:
            raise SpoolFailed(f"the spool could not be read ({error})") from error

    def _drain_once(self) -> int:
        spool = self._spool
        plan = spool.next_plan(LOAD_BYTES)
        if plan is None:
            return 0
        bodies = files.read_segments(self._reader, plan)
        bad = self._load(b"\n".join(bodies), plan.token)
        left = spool.settle(plan, bad, sum(map(len, bodies)))
        self._checkpoint()
        return left

    def drain_all(self) -> int:
        """Load until nothing waits; the number of rows."""
        total = 0
        while rows := self.drain_once():
            total += rows
        return total

    def forget(self) -> int:
        """Drop idempotency keys that are past their window; how many went."""
        before = self._spool.clock() - WINDOW_SEC
        return self._spool.execute(lambda c: files.forget_seen(c, before, FORGET_AT_ONCE)).result()

    def close(self) -> None:
        """Let go of the reading connection."""
        self._reader.close()

    def _checkpoint(self) -> None:
        """Keep the write-ahead log short: most of the work here, beside the commits, the rest between two of them."""
        files.checkpoint(self._reader)
        if files.log_size(self._spool.path) > LOG_BYTES:
            self._spool.catch_up()

    def _load(self, rows: bytes, token: str) -> list[Misfit]:
        """Load the rows, in halves where one of them will never be taken; those that were refused.

        The halves have tokens of their own, the same ones at each try; a token for each row would soon push the store
        out of those that it remembers.
        """
        try:
            self._sink(rows, token)
        except self._rejection as error:
            apart = rows.split(b"\n")
            if len(apart) == 1:
                return [Misfit(int(rows[1 : rows.index(b",")]), str(error), rows)]
            middle = len(apart) // 2
            front, back = b"\n".join(apart[:middle]), b"\n".join(apart[middle:])
            return [*self._load(front, f"{token}:a"), *self._load(back, f"{token}:b")]
        return []
