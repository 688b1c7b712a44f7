"""Group commit: everything that arrived while the last commit ran goes into the next one, keys and books with it.

One thread owns the writing connection; the event loop hands it submissions and gets receipts after fdatasync.
"""

import asyncio
import secrets
import sqlite3
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from metrone.spool import files
from metrone.spool.base import Depth, Misfit, Plan, Receipt, SpoolFailed, Submission
from metrone.spool.group import Group

T = TypeVar("T")


Tell = Callable[[Receipt | SpoolFailed], None]


@dataclass(slots=True)
class _Waiting:
    submission: Submission
    loop: asyncio.AbstractEventLoop
    tell: Tell


@dataclass(slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    done: "Future[Any]"
    is_transaction: bool = True


class Spool:
    """The durable queue in front of the store. `clock` gives epoch seconds, `max_bytes` bounds what waits."""

    def __init__(self, path: Path, max_bytes: int, clock: Callable[[], float]) -> None:
        self.path = path
        self.clock = clock
        self._max_bytes = max_bytes
        self._connection = files.connect(path)
        self.identity = files.create(self._connection, secrets.token_hex(8))
        self._books: Counter[tuple[int, str, str]] = Counter()
        self._books_lock = threading.Lock()
        self._events, self._bytes, self._version = 0, 0, 0
        self._oldest: float | None = None
        self._count(self._connection)
        self._rejected: Counter[tuple[int, str]] = Counter()
        self._queue: deque[_Waiting | _Job] = deque()
        self._wake = threading.Event()
        self._is_called = False
        self._is_closing = False
        self.trouble = ""  # what the last write failed of; empty when it did not
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    @property
    def thread_id(self) -> int:
        """The system's number of the thread that commits."""
        return self._thread.native_id or 0

    def append(self, submission: Submission) -> "asyncio.Future[Receipt]":
        """A receipt, once the events are on disk. The future raises SpoolFailed when nothing was written."""
        done: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()

        def tell(outcome: Receipt | SpoolFailed) -> None:
            if done.done():  # its client went away
                return
            if isinstance(outcome, SpoolFailed):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)

        self.hand_in(submission, tell)
        return done

    def hand_in(self, submission: Submission, tell: Tell) -> None:
        """Keep the events; `tell` is called on the event loop with the receipt, once they are on disk."""
        if self._is_closing:
            tell(SpoolFailed("the server is stopping"))
        elif self._bytes > self._max_bytes:
            tell(SpoolFailed("the spool is at its bound because the store does not take events"))
        else:
            loop = asyncio.get_running_loop()
            self._queue.append(_Waiting(submission, loop, tell))
            if not self._is_called:
                # Once the loop comes round: what it handles in one go shares a commit, and the thread is woken once.
                self._is_called = True
                loop.call_soon(self._call)

    def execute(self, work: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Run work on the writing connection, as part of a commit group. Errors come out of the future."""
        done: Future[T] = Future()
        if self._thread.is_alive():
            self._queue.append(_Job(work, done))
            self._wake.set()
        else:
            done.set_exception(SpoolFailed("the spool is closed"))
        return done

    def catch_up(self) -> None:
        """Finish a checkpoint that another connection has nearly done, between two commits. Blocks."""
        done: Future[None] = Future()
        self._queue.append(_Job(files.checkpoint, done, is_transaction=False))
        self._wake.set()
        done.result()

    def reject(self, project_no: int, reason: str, events: int) -> None:
        """Count events that were refused; written with the next commit."""
        with self._books_lock:
            self._rejected[project_no, f"rejected:{reason}"] += events
        self._wake.set()

    def depth(self) -> Depth:
        """What waits for the store, now."""
        oldest = self.clock() - self._oldest if self._oldest and self._events else 0.0
        return Depth(self._events, self._bytes, max(0.0, oldest))

    def books(self) -> dict[tuple[int, str, str], int]:
        """Events by (project_no, month, outcome); outcomes are accepted, duplicate, stored and rejected:<reason>."""
        with self._books_lock:
            return dict(self._books)

    def accepted(self, project_no: int, month: str) -> int:
        """Events that a project had accepted in a month ("2026-11"); for quotas."""
        return self._books[project_no, month, "accepted"]

    def next_plan(self, max_bytes: int) -> Plan | None:
        """What to load next, at most `max_bytes` of it; None when nothing waits. Blocks.

        Other processes may write into the same file (`metrone demo`): what they did is counted here, before it leaves.
        """
        return self.execute(lambda c: self._choose(c, max_bytes)).result()

    def settle(self, plan: Plan, bad: list[Misfit], size: int) -> int:
        """The store has a plan's rows, `size` bytes, but the bad ones: let them go. Blocks; the rows that left."""
        now, month = self.clock(), self.month()
        job = self.execute(lambda c: (files.settle(c, plan, bad, now, month), files.oldest(c)))
        stored, oldest = job.result()
        with self._books_lock:
            for project_no, events in stored.items():
                self._books[project_no, month, "stored"] += events
            for misfit in bad:
                self._books[misfit.project_no, month, "unstorable"] += 1
            gone = stored.total() + len(bad)
            self._events -= gone
            self._bytes -= size
            self._oldest = oldest or now
        return gone

    def month(self) -> str:
        """The month that is being booked, in UTC: 2026-11."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m")

    def close(self) -> None:
        """Commit what was handed in, then stop. Idempotent."""
        self._is_closing = True
        self._wake.set()
        self._thread.join()
        self._connection.close()

    def _call(self) -> None:
        self._is_called = False
        self._wake.set()

    def _choose(self, connection: sqlite3.Connection, max_bytes: int) -> Plan | None:
        if files.version(connection) != self._version:
            self._count(connection)
        return files.choose_plan(connection, self.identity, max_bytes)

    def _count(self, connection: sqlite3.Connection) -> None:
        """Take the counters from the file."""
        self._version = files.version(connection)
        with self._books_lock:
            self._events, self._bytes, self._oldest = files.measure(connection)
            self._books.clear()
            for project_no, month, outcome, events in files.read_books(connection):
                self._books[project_no, month, outcome] = events

    def _run(self) -> None:
        group: list[_Waiting | _Job] = []
        try:
            while True:
                self._wake.wait()
                self._wake.clear()
                group = [self._queue.popleft() for _ in range(len(self._queue))]
                if group or self._rejected:
                    self._commit(group)
                if self._is_closing and not self._queue:
                    return
        finally:
            # Whatever ended this thread: nobody may wait for it for ever, and nothing more may come in.
            self._is_closing = True
            _refuse([*group, *self._queue])

    def _commit(self, group: list[_Waiting | _Job]) -> None:
        waiting = [item for item in group if isinstance(item, _Waiting)]
        for item in group:
            if isinstance(item, _Job):
                self._do(item)
        rejected = self._take_rejected()
        if not waiting and not rejected:
            return
        batch = Group(self.clock(), self.month())
        batch.books.update(rejected)
        try:
            receipts = batch.fill(self._connection, [item.submission for item in waiting])
            files.take_in(self._connection, batch.note(), batch.rows)
        except sqlite3.Error as error:
            failure = SpoolFailed(f"the spool could not be written ({error})")
            self.trouble = str(failure)
            self._put_back(rejected)
            _tell(waiting, [failure] * len(waiting))
            return
        self.trouble = ""
        self._book(batch)
        _tell(waiting, receipts)

    def _do(self, job: _Job) -> None:
        try:
            if job.is_transaction:
                self._connection.execute("begin immediate")
            result = job.work(self._connection)
            if job.is_transaction:
                self._connection.execute("commit")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            job.done.set_exception(SpoolFailed(f"the spool could not be written ({error})"))
            return
        job.done.set_result(result)

    def _book(self, batch: Group) -> None:
        with self._books_lock:
            for (project_no, outcome), events in batch.books.items():
                self._books[project_no, batch.month, outcome] += events
            if not self._events:
                self._oldest = batch.now
            self._events += len(batch.rows)
            self._bytes += sum(map(len, batch.rows)) + max(0, len(batch.rows) - 1)

    def _take_rejected(self) -> Counter[tuple[int, str]]:
        with self._books_lock:
            taken, self._rejected = self._rejected, Counter()
        return taken

    def _put_back(self, rejected: Counter[tuple[int, str]]) -> None:
        with self._books_lock:
            self._rejected.update(rejected)


def _tell(waiting: list[_Waiting], outcomes: Sequence[Receipt | SpoolFailed]) -> None:
    if not waiting:
        return
    pairs = list(zip(waiting, outcomes, strict=True))
    with suppress(RuntimeError):  # the loop is closed: the server stopped without waiting for these clients
        waiting[0].loop.call_soon_threadsafe(_resolve, pairs)


def _refuse(group: list[_Waiting | _Job]) -> None:
    failure = SpoolFailed("the spool is closed")
    waiting = [item for item in group if isinstance(item, _Waiting)]
    _tell(waiting, [failure] * len(waiting))
    for item in group:
        if isinstance(item, _Job) and not item.done.done():
            item.done.set_exception(failure)


def _resolve(pairs: list[tuple[_Waiting, Receipt | SpoolFailed]]) -> None:
    for item, outcome in pairs:
        item.tell(outcome)
