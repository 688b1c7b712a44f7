"""Group commit: everything that arrived while the last commit ran goes into the next one, keys and books with it.

One thread appends to the log; the event loop hands it submissions and gets receipts after fdatasync.
"""

import asyncio
import secrets
import sqlite3
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from metrone.spool import ledger
from metrone.spool.base import Depth, Receipt, Seen, SpoolFailed, Submission
from metrone.spool.group import WINDOW_SEC, Group
from metrone.spool.ledger import Note, Settled, decode_note, encode_note, seen_in
from metrone.spool.log import Head, Log
from metrone.spool.outcome import outcome_of

# Where many send, a commit begins this long after the one before: it costs 0.4 ms of CPU before its first event, fdatasync and
# hand-overs of the interpreter (measured at 3,500 events a second: 78 µs of CPU an event at once, 55 with 3 ms, 35 with 6; beside
# reads half the p99 with 5). A client that sends one event after another does not wait for others.
GATHER_SEC = 0.005
MANY_AT_ONCE = 4

T = TypeVar("T")
Tell = Callable[[Receipt | SpoolFailed], None]


@dataclass(slots=True)
class _Waiting:
    submission: Submission
    loop: asyncio.AbstractEventLoop
    tell: Tell


@dataclass(slots=True)
class _Job:
    work: Callable[[], Any]
    done: "Future[Any]"


class Spool:
    """The durable queue in front of the store: a log beside the SQLite file at `path`. `clock` gives epoch seconds,
    `max_bytes` bounds what waits. Raises OSError or sqlite3.Error where they cannot be opened.
    """

    def __init__(self, path: Path, max_bytes: int, clock: Callable[[], float]) -> None:
        self.path = path
        self.clock = clock
        self._max_bytes = max_bytes
        self._ledger = ledger.connect(path)
        self._reader = ledger.connect(path)
        self._reader_lock = threading.Lock()
        self.identity = ledger.create(self._ledger, secrets.token_hex(8))
        absorbed, settled = ledger.marks(self._ledger)
        self.log = Log(path.parent / "log", absorbed)
        self._books: Counter[tuple[int, str, str]] = Counter()
        self._books_lock = threading.Lock()
        self._events, self._bytes, self._oldest = 0, 0, 0.0
        # Keys that are in the log and not in the ledger yet: of the time since the last `turn`, and from before it.
        self._recent: dict[str, str] = {}
        self._turned: dict[str, str] = {}
        # The same with texts that are kept by name.
        self._recent_kept: dict[str, str] = {}
        self._turned_kept: dict[str, str] = {}
        for project_no, month, outcome, events in ledger.read_books(self._ledger):
            self._books[project_no, month, outcome] = events
        for head in self.log.heads(settled, self.log.end):
            self._count(head, decode_note(self.log.note(head)) if head.at >= absorbed else None)
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
        return outcome_of(lambda tell: self.hand_in(submission, tell))

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

    def kept(self, name: str) -> str | None:
        """The text that was last submitted under the name, once it is on disk. Raises SpoolFailed."""
        # In this order: a text moves on from the first to the last.
        for known in (self._recent_kept, self._turned_kept):
            if name in known:
                return known[name]
        try:
            with self._reader_lock:
                return ledger.find_kept(self._reader, name)
        except sqlite3.Error as error:
            raise SpoolFailed(f"the spool cannot be read ({error})") from error

    def reject(self, project_no: int, reason: str, events: int) -> None:
        """Count events that were refused; written with the next commit."""
        with self._books_lock:
            self._rejected[project_no, f"rejected:{reason}"] += events
        self._wake.set()

    def depth(self) -> Depth:
        """What waits for the store, now."""
        oldest = self.clock() - self._oldest if self._events else 0.0
        return Depth(self._events, self._bytes, max(0.0, oldest))

    def books(self) -> dict[tuple[int, str, str], int]:
        """Events by (project_no, month, outcome); outcomes are accepted, duplicate, stored and rejected:<reason>."""
        with self._books_lock:
            return dict(self._books)

    def accepted(self, project_no: int, month: str) -> int:
        """Events that a project had accepted in a month ("2026-11"); for quotas."""
        return self._books[project_no, month, "accepted"]

    def turn(self) -> int:
        """The end of the log now, what other processes have appended included. Blocks. Raises SpoolFailed.

        The keys before it are held until `turned` says that the ledger has them.
        """

        def work() -> int:
            with self.log.lock():
                self._catch_up()
            self._turned |= self._recent
            self._turned_kept |= self._recent_kept
            self._recent, self._recent_kept = {}, {}
            return self.log.end

        return self._do(work)

    def turned(self) -> None:
        """The ledger has the keys and texts from before the last turn."""
        self._turned, self._turned_kept = {}, {}

    def settled(self, last: int, settled: Settled, size_bytes: int) -> None:
        """The store has what lies before `last`, which was `size_bytes` of the log. Blocks. Raises SpoolFailed."""
        head = next(self.log.heads(last, self.log.end), None)
        with self._books_lock:
            for (project_no, outcome), events in settled.counts.items():
                self._books[project_no, settled.month, outcome] += events
            self._events -= settled.counts.total()
            self._bytes -= size_bytes
            self._oldest = head.written_at if head else self.clock()
        self._do(lambda: self.log.forget(last))

    def turn_page(self, last: int) -> None:
        """What comes from now on goes into another file, and those go that hold nothing behind `last`, which the store has:
        the one before it as soon as all of it is loaded. Blocks. Raises SpoolFailed.
        """

        def work() -> None:
            with self.log.lock():
                self._catch_up()
                self.log.turn_page()
            self.log.forget(last)

        self._do(work)

    def month(self) -> str:
        """The month that is being booked, in UTC: 2026-11."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m")

    def close(self) -> None:
        """Commit what was handed in, then stop. Idempotent."""
        self._is_closing = True
        self._wake.set()
        self._thread.join()
        self._ledger.close()
        self._reader.close()
        self.log.close()

    def _do(self, work: Callable[[], T]) -> T:
        """Run work on the thread that appends, between two commits. Blocks. Raises SpoolFailed."""
        done: Future[T] = Future()
        if not self._thread.is_alive():
            raise SpoolFailed("the spool is closed")
        self._queue.append(_Job(work, done))
        self._wake.set()
        return done.result()

    def _call(self) -> None:
        self._is_called = False
        self._wake.set()

    def _count(self, head: Head, note: Note | None) -> None:
        """A group waits for the store; with its note, also its keys and what it adds to the books."""
        with self._books_lock:
            if not self._events:
                self._oldest = head.written_at
            self._events += head.events
            self._bytes += head.size_bytes
            if note:
                for project_no, outcome, events in note.books:
                    self._books[project_no, note.month, outcome] += events
        if note:
            self._recent.update((text[:20], text) for text in note.seen)
            self._recent_kept.update(note.kept)

    def _catch_up(self) -> None:
        for head in self.log.catch_up():
            self._count(head, decode_note(self.log.note(head)))

    def _run(self) -> None:
        group: list[_Waiting | _Job] = []
        began = 0.0
        try:
            while True:
                self._wake.wait()
                if len(group) >= MANY_AT_ONCE:
                    time.sleep(max(0.0, began + GATHER_SEC - time.monotonic()))
                began = time.monotonic()
                self._wake.clear()
                # Asked before the rest is taken: what came before the close is in this round, refusals too.
                is_last = self._is_closing
                group = [self._queue.popleft() for _ in range(len(self._queue))]
                if group or self._rejected:
                    self._commit(group)
                if is_last and not self._queue:
                    return
        finally:
            # Whatever ended this thread: nobody may wait for it for ever, and nothing more may come in.
            self._is_closing = True
            _refuse([*group, *self._queue])

    def _commit(self, group: list[_Waiting | _Job]) -> None:
        waiting = [item for item in group if isinstance(item, _Waiting)]
        rejected = self._take_rejected()
        if waiting or rejected:
            batch = Group(self.clock(), self.month())
            batch.books.update(rejected)
            try:
                receipts = self._write(batch, [item.submission for item in waiting])
            except (OSError, sqlite3.Error) as error:
                failure = SpoolFailed(f"the spool could not be written ({error})")
                self.trouble = str(failure)
                self._put_back(rejected)
                _tell(waiting, [failure] * len(waiting))
            else:
                if waiting:  # refusals take so little room that they find some on a full disk
                    self.trouble = ""
                _tell(waiting, receipts)
        for item in group:
            if isinstance(item, _Job):
                _finish(item)

    def _write(self, batch: Group, submissions: list[Submission]) -> list[Receipt]:
        with self.log.lock():
            self._catch_up()
            receipts = batch.fill(submissions, self._find)
            note = batch.note()
            head = self.log.append(encode_note(note), batch.rows, batch.now)
        self._count(head, note)
        return receipts

    def _find(self, keys: list[str]) -> dict[str, Seen]:
        """Those of `keys` that were used within the window. What is not among the recent ones is looked for in the ledger
        afterwards: `turned` lets keys go once they are there.
        """
        since = self.clock() - WINDOW_SEC
        found: dict[str, Seen] = {}
        for known in (self._recent, self._turned):
            for key in known.keys() & keys:
                if seen := seen_in(known[key], since):
                    found[key] = seen
        return ledger.find_seen(self._ledger, keys, since) | found

    def _take_rejected(self) -> Counter[tuple[int, str]]:
        with self._books_lock:
            taken, self._rejected = self._rejected, Counter()
        return taken

    def _put_back(self, rejected: Counter[tuple[int, str]]) -> None:
        with self._books_lock:
            self._rejected.update(rejected)


def _finish(job: _Job) -> None:
    try:
        job.done.set_result(job.work())
    except OSError as error:
        job.done.set_exception(SpoolFailed(f"the spool's log could not be kept ({error})"))


def _tell(waiting: list[_Waiting], outcomes: Sequence[Receipt | SpoolFailed]) -> None:
    for loop in {item.loop for item in waiting}:
        pairs = [pair for pair in zip(waiting, outcomes, strict=True) if pair[0].loop is loop]
        with suppress(RuntimeError):  # the loop is closed: the server stopped without waiting for these clients
            loop.call_soon_threadsafe(_resolve, pairs)


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
