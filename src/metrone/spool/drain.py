"""From the spool into a sink, exactly once: a plan is written down, loaded under its own token, then settled.

A crash between any two of these steps repeats the same load under the same token, which adds nothing.
"""

from typing import Protocol

from metrone.spool import files
from metrone.spool.append import WINDOW_SEC, Spool
from metrone.spool.base import Misfit, Plan

LOAD_BYTES = 4 * 1024 * 1024
FORGET_AT_ONCE = 20_000


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
        """Load one plan; the number of rows, 0 when nothing waits. Blocks. Raises what the sink raises."""
        spool = self._spool
        plan = spool.execute(lambda c: files.choose_plan(c, spool.identity, LOAD_BYTES)).result()
        if plan is None:
            return 0
        bodies = files.read_segments(self._reader, plan)
        bad = self._load(plan, b"\n".join(bodies))
        return spool.settle(plan, bad, sum(map(len, bodies)))

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

    def _load(self, plan: Plan, rows: bytes) -> list[Misfit]:
        try:
            self._sink(rows, plan.token)
        except self._rejection:
            return self._load_apart(plan, rows.split(b"\n"))
        return []

    def _load_apart(self, plan: Plan, rows: list[bytes]) -> list[Misfit]:
        """One row of the plan will never be taken: load each by itself; those that were refused."""
        bad: list[Misfit] = []
        for index, row in enumerate(rows):
            try:
                self._sink(row, f"{plan.token}:{index}")
            except self._rejection as error:
                bad.append(Misfit(int(row[1 : row.index(b",")]), str(error), row))
        return bad
