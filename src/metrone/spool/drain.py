"""From the spool into its sinks, exactly once: a plan is written down, loaded under its own token, then settled.

A crash between any two of these steps repeats the same load under the same token, which adds nothing. What the log says
of keys and books is absorbed into the ledger here, some commits at once, whether or not the store takes events.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from typing import Protocol

from metrone.spool import ledger
from metrone.spool.append import Spool
from metrone.spool.base import Erase, Misfit, Plan, SpoolFailed
from metrone.spool.group import WINDOW_SEC
from metrone.spool.ledger import Note

LOAD_BYTES = 4 * 1024 * 1024
FORGET_AT_ONCE = 20_000
KEPT_SEC = (
    90 * 24 * 3600
)  # a text that nothing was added to for so long is forgotten; no platform tells of a call that late


class Sink(Protocol):
    """Where rows go. The same token again must add nothing."""

    def __call__(self, rows: bytes, token: str) -> None: ...


class Drain:
    """Moves what waits in `spool` into `sink`, and rows of other tables into those `beside` it. A sink raises `rejection` for
    rows that it will never take. May be called from several threads; there is one drain a spool. `halt` gives the earliest
    moment (epoch seconds) of which something is to be erased: what was written from then on waits until that is done.
    """

    def __init__(
        self, spool: Spool, sink: Sink, rejection: type[Exception], beside: Mapping[str, Sink] | None = None
    ) -> None:
        self.halt: Callable[[], float] = lambda: inf
        self._spool = spool
        self._sink = sink
        self._beside = beside or {}
        self._rejection = rejection
        self._ledger = ledger.connect(spool.path)
        self._one_at_a_time = threading.Lock()

    def drain_once(self) -> int:
        """Load one plan; the number of rows, 0 when nothing waits. Blocks. Raises SpoolFailed and what the sink raises."""
        with self._failing():
            plan = self._next_plan()
            return self._load(plan) if plan else 0

    def erase(self, wanted: Erase, work: Callable[[], None]) -> None:
        """Load what was written before the moment, then do `work` while nothing else is loaded, then forget the rest.

        Until `halt` is told that it is done, nothing that was written later comes into the sinks. Blocks. Raises SpoolFailed
        and what the sinks and `work` raise; to be tried again.
        """
        with self._failing():
            while plan := self._next_plan(wanted.before):
                self._load(plan)
            work()
            with ledger.transaction(self._ledger):
                ledger.erase(self._ledger, wanted)
                _, settled = ledger.marks(self._ledger)
            if wanted.is_all:
                self._spool.turn_page(settled)

    def drain_due(self) -> int:
        """Load what waits now; the number of rows. What comes meanwhile waits for the next time: loads that followed each
        other at once would be small, and each costs 25 ms before its first row (measured at 5,000 events a second: twelve
        loads a second, and acknowledgements that waited 80 ms for them).
        """
        total = rows = self.drain_once()
        while rows and self._spool.depth().size_bytes >= LOAD_BYTES:
            rows = self.drain_once()
            total += rows
        return total

    def drain_all(self) -> int:
        """Load until nothing waits; the number of rows."""
        total = 0
        while rows := self.drain_once():
            total += rows
        return total

    def forget(self) -> int:
        """Drop idempotency keys that are past their window, and texts past theirs; how many went."""
        now = self._spool.clock()
        with self._failing():
            self._absorb()
            with ledger.transaction(self._ledger):
                keys = ledger.forget_seen(self._ledger, now - WINDOW_SEC, FORGET_AT_ONCE)
                return keys + ledger.forget_kept(self._ledger, now - KEPT_SEC, FORGET_AT_ONCE)

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            with self._one_at_a_time:
                yield
        except (sqlite3.Error, OSError) as error:
            raise SpoolFailed(f"the spool could not be kept ({error})") from error

    def _absorb(self) -> None:
        log, last = self._spool.log, self._spool.turn()
        absorbed, _ = ledger.marks(self._ledger)
        if absorbed < last:
            with ledger.transaction(self._ledger):
                heads = log.heads(absorbed, last)
                groups = [(head.written_at, ledger.decode_note(log.note(head))) for head in heads]
                ledger.absorb(self._ledger, groups, last)
        self._spool.turned()

    def _next_plan(self, before: float = inf) -> Plan | None:
        """The load under way, or a new one of the oldest groups up to LOAD_BYTES, at least one; None when nothing waits that
        was written before the moment and may be loaded.
        """
        self._absorb()
        plan = ledger.read_plan(self._ledger)
        absorbed, settled = ledger.marks(self._ledger)
        if plan or absorbed == settled:
            return plan
        # Asked after the end of the log was: what lies before it is no younger than what we are told of.
        before = min(before, self.halt())
        total, last = 0, settled
        for head in self._spool.log.heads(settled, absorbed):
            if head.written_at >= before or (total and total + head.size_bytes > LOAD_BYTES):
                break
            total, last = total + head.size_bytes, head.end
        if last == settled:
            return None
        plan = Plan(settled, last, f"{self._spool.identity}:{settled}-{last}")
        with ledger.transaction(self._ledger):
            ledger.write_plan(self._ledger, plan)
        return plan

    def _load(self, plan: Plan) -> int:
        heads = list(self._spool.log.heads(plan.first, plan.last))
        notes = [ledger.decode_note(self._spool.log.note(head)) for head in heads]
        rows = b"\n".join(self._spool.log.rows(head) for head in heads if head.events)
        bad = load(self._sink, self._rejection, rows, plan.token) if rows else []
        # In no books; and last, for its values are newer than those that the table of interactions has of the same plan's events.
        bad_beside = self._load_beside(notes, plan.token)
        spool, counts = self._spool, count_outcomes(notes, bad)
        settled = ledger.Settled(spool.clock(), spool.month(), counts, bad + bad_beside)
        return self._settle(plan, sum(head.size_bytes for head in heads), settled)

    def _settle(self, plan: Plan, size_bytes: int, settled: ledger.Settled) -> int:
        """Let go of what the store has; the number of events that left."""
        with ledger.transaction(self._ledger):
            ledger.settle(self._ledger, plan, settled)
        self._spool.settled(plan.last, settled, size_bytes)
        return settled.counts.total()

    def _load_beside(self, notes: list[Note], token: str) -> list[Misfit]:
        """Load the rows of other tables, each table under a token of its own; those that were refused."""
        rows: dict[str, list[str]] = {}
        for note in notes:
            for item in note.beside:
                rows.setdefault(item.table, []).append(item.row)
        bad: list[Misfit] = []
        for table, lines in rows.items():
            bad += load(self._beside[table], self._rejection, "\n".join(lines).encode(), f"{token}:{table}")
        return bad


def count_outcomes(notes: list[Note], bad: list[Misfit]) -> Counter[tuple[int, str]]:
    """Events by project and what became of them: stored, but those that the store will never take."""
    stored: Counter[int] = Counter()
    for note in notes:
        stored.update(dict(note.counts))
    unstorable = Counter(misfit.project_no for misfit in bad)
    stored.subtract(unstorable)
    counts = Counter({(project_no, "stored"): events for project_no, events in stored.items()})
    counts.update({(project_no, "unstorable"): events for project_no, events in unstorable.items()})
    return counts


def load(sink: Sink, rejection: type[Exception], rows: bytes, token: str) -> list[Misfit]:
    """Load the rows, in halves where one of them will never be taken; those that were refused.

    The halves have tokens of their own, the same ones at each try; a token for each row would soon push the store
    out of those that it remembers.
    """
    try:
        sink(rows, token)
    except rejection as error:
        apart = rows.split(b"\n")
        if len(apart) == 1:
            return [Misfit(int(rows[1 : rows.index(b",")]), str(error), rows)]
        middle = len(apart) // 2
        front, back = b"\n".join(apart[:middle]), b"\n".join(apart[middle:])
        return [*load(sink, rejection, front, f"{token}:a"), *load(sink, rejection, back, f"{token}:b")]
    return []
