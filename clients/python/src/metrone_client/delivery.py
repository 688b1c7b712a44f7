"""Events on their way out: a bounded queue, batches, retries. Knows no field of an event.

A thread lives while something waits, and no longer. Any thread may send, one at a time: the background's, whoever calls
`flush`, and the interpreter's last.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Set
from typing import Any, Final

from metrone_client import lifetime
from metrone_client.backoff import wait_after
from metrone_client.config import Config, log
from metrone_client.errors import MetroneError
from metrone_client.report import FlushResult, Tally
from metrone_client.wire import Request, Wire

PATH: Final = "/v1/events/batch"
BATCH_MAX = 100  # the server takes no more events at once
BATCH_BYTES = 500_000  # nor more than 512 KB; a single larger event is for the server to refuse
DIVISIBLE = (400, 413)  # refusals that one event may have brought upon its whole batch
LEAST_TIMEOUT_SEC = 0.001  # zero would mean "do not wait" to a socket


class Delivery:
    """All events of one client that the server has not answered for."""

    def __init__(self, wire: Wire, config: Config) -> None:
        self._wire = wire
        self._config = config
        self._is_closed = False
        self._begin()
        lifetime.watch(self)

    def _begin(self) -> None:
        self._changed = threading.Condition()  # guards all of the below
        self._sending = threading.Lock()  # held while a batch is under way
        self._waiting: deque[bytes] = deque()
        self._under_way = 0
        self._tally = Tally()
        self._untold: list[MetroneError] = []
        self._thread: threading.Thread | None = None
        self._due_at = 0.0  # when the background sends next
        self._obeying_until = 0.0  # until when the server asked for quiet
        self._failures = 0  # in a row
        self._trouble: MetroneError | None = None  # the last of them
        self._largest = BATCH_MAX
        self._has_told_dropping = False

    def after_fork(self) -> None:
        """Begin anew in a forked child: the parent sends what waited, over connections that are its own."""
        self._wire.forget()
        self._begin()

    def at_exit(self, timeout_sec: float) -> None:
        """Send what waits with the interpreter's last; a connection left open would be warned of as it is torn down."""
        if self.count_waiting():
            self.flush(timeout_sec)
        self._wire.close()

    def add(self, event: bytes) -> None:
        """Take one event, as JSON. The oldest gives way where the queue is full."""
        with self._changed:
            if self._is_closed:
                self._drop(1, "An event came after shutdown().")
            else:
                self._enqueue(event)
        self._tell()

    def refuse(self, error: MetroneError) -> None:
        """Count an event that cannot be sent at all."""
        with self._changed:
            self._tally.failed += 1
            self._note(error)
        self._tell()

    def flush(self, timeout_sec: float) -> FlushResult:
        """Send all that waits now, trying again `max_retries` times, for `timeout_sec` at most; what became of it.

        Never raises.
        """
        until = time.monotonic() + timeout_sec
        if self._sending.acquire(timeout=max(0.0, timeout_sec)):
            try:
                self._send_all(until)
            finally:
                self._sending.release()
        self._tell()
        with self._changed:
            tally, self._tally = self._tally, Tally()
            if self._trouble is not None and self._trouble not in tally.errors:
                tally.errors.append(self._trouble)
            return tally.report(self.count_waiting())

    def close(self, timeout_sec: float) -> FlushResult:
        """Flush, then take nothing more and give up what is left; `waiting` says how much."""
        report = self.flush(timeout_sec)
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()
        if report.waiting:
            log.warning("%d events were given up at shutdown", report.waiting)
        return report

    def count_waiting(self) -> int:
        """Events that wait or are under way."""
        return len(self._waiting) + self._under_way

    def _enqueue(self, event: bytes) -> None:
        if not self._waiting and not self._failures:
            self._due_at = time.monotonic() + self._config.flush_interval_ms / 1000
        self._waiting.append(event)
        self._trim()
        self._hurry()
        self._ensure_thread()
        self._changed.notify_all()

    def _hurry(self) -> None:
        """A whole batch does not wait for the interval; it does wait for a server in trouble."""
        if len(self._waiting) >= min(self._config.batch_size, self._largest) and not self._failures:
            self._due_at = 0.0

    def _ensure_thread(self) -> None:
        if self._thread is not None:
            return
        thread = threading.Thread(target=self._run, name="metrone-delivery", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no thread to be had, as at the interpreter's end: the next flush sends
            return
        self._thread = thread

    def _run(self) -> None:
        try:
            while self._wait_until_due():
                with self._sending:
                    if self._waiting:
                        self._send_next(self._config.timeout_sec)
                self._tell()
        finally:
            with self._changed:
                if self._thread is threading.current_thread():  # it ends before its time: the next event starts another
                    self._thread = None

    def _wait_until_due(self) -> bool:
        """Sleep until there is a batch to send; False, and the thread is forgotten, where nothing waits any more."""
        with self._changed:
            while self._waiting:
                wait = max(self._due_at, self._obeying_until) - time.monotonic()
                if wait <= 0:
                    return True
                self._changed.wait(wait)
            self._thread = None
            return False

    def _send_all(self, until: float) -> None:
        left, failures = len(self._waiting), 0
        while left > 0 and self._waiting and failures <= self._config.max_retries:
            backoff = wait_after(failures, None, random.random()) if failures else 0.0
            pause = max(backoff, self._obeying_until - time.monotonic())
            if time.monotonic() + pause >= until:
                return
            time.sleep(max(0.0, pause))
            settled = self._send_next(min(self._config.timeout_sec, until - time.monotonic()))
            left -= settled
            failures = failures + 1 if self._failures else 0

    def _send_next(self, timeout_sec: float) -> int:
        """Send the oldest batch; on how many events the server has spoken its last word. `_sending` is held."""
        batch = self._take()
        try:
            body = b"[" + b",".join(batch) + b"]"
            answer = self._wire.call(Request("POST", PATH, body), max(timeout_sec, LEAST_TIMEOUT_SEC))
        except MetroneError as error:
            return self._retry_later(batch, error) if error.is_temporary else self._settle_refusal(batch, error)
        except BaseException:  # an interrupt of the host's: nothing is known of the batch, so it stays
            self._put_back(batch)
            raise
        self._settle(batch, answer)
        return len(batch)

    def _take(self) -> list[bytes]:
        with self._changed:
            batch: list[bytes] = []
            size = 0
            while self._waiting and len(batch) < self._largest:
                size += len(self._waiting[0]) + 1
                if batch and size > BATCH_BYTES:
                    break
                batch.append(self._waiting.popleft())
            self._under_way = len(batch)
            return batch

    def _put_back(self, batch: list[bytes]) -> None:
        with self._changed:
            self._under_way = 0
            if self._is_closed:
                self._drop(len(batch), "Events were under way at shutdown() and did not arrive.")
                return
            self._waiting.extendleft(reversed(batch))
            self._trim()
            if self._waiting:
                self._ensure_thread()

    def _settle(self, batch: list[bytes], answer: dict[str, Any]) -> None:
        with self._changed:
            self._under_way = self._failures = 0
            self._trouble = None
            self._largest, self._has_told_dropping = BATCH_MAX, False
            self._tally.sent += len(batch)
            known = answer.get("duplicates")
            self._tally.duplicates += known if isinstance(known, int) else 0
            self._hurry()
        log.debug("%d events sent", len(batch))

    def _settle_refusal(self, batch: list[bytes], error: MetroneError) -> int:
        with self._changed:
            self._failures, self._trouble = 0, None
            refused = self._find_refused(len(batch), error)
            self._put_back([event for index, event in enumerate(batch) if index not in refused])
            self._tally.failed += len(refused)
            self._hurry()
            if refused:
                self._note(error)
        return len(refused)

    def _find_refused(self, size: int, error: MetroneError) -> Set[int]:
        """Which of a batch the refusal is about: the one that it names, all, or none yet: smaller batches will tell."""
        index = error.details.get("index")
        if isinstance(index, int) and 0 <= index < size:
            return {index}
        if error.status in DIVISIBLE and size > 1:
            self._largest = size // 2
            return set()
        return set(range(size))

    def _retry_later(self, batch: list[bytes], error: MetroneError) -> int:
        with self._changed:
            self._failures += 1
            self._trouble = error
            wait = wait_after(self._failures, error.retry_after_sec, random.random())
            self._due_at = time.monotonic() + wait
            if error.retry_after_sec is not None:
                self._obeying_until = self._due_at
            self._put_back(batch)
            self._changed.notify_all()
            log.debug("%d events wait %.1f s: %s", len(self._waiting), wait, error)
            if self._failures == self._config.max_retries + 1:  # once an outage, when it is no hiccup any more
                self._note(error)
        return 0

    def _trim(self) -> None:
        excess = len(self._waiting) - self._config.max_queue_size
        for _ in range(excess):
            self._waiting.popleft()
        if excess > 0:
            self._drop(excess, f"The queue is full ({self._config.max_queue_size} events): the oldest are dropped.")

    def _drop(self, count: int, why: str) -> None:
        self._tally.dropped += count
        if not self._has_told_dropping:  # once an outage: at a thousand events a second, one line is enough
            self._has_told_dropping = True
            self._note(MetroneError(why))

    def _note(self, error: MetroneError) -> None:
        self._tally.errors.append(error)
        self._untold.append(error)

    def _tell(self) -> None:
        """Log what went wrong and call `on_error`, with no lock held: the application may do what it likes there."""
        if not self._untold:
            return
        with self._changed:
            untold, self._untold = self._untold, []
        for error in untold:
            log.warning("events were not delivered: %s", error)
            if self._config.on_error is not None:
                try:
                    self._config.on_error(error)
                except Exception:  # noqa: BLE001 (the application's own code, which must not end delivery)
                    log.exception("on_error failed")
