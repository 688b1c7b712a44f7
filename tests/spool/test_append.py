"""The spool takes events in: all or nothing, once, and only what is on disk is acknowledged."""

import asyncio
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from metrone.spool import append as append_module
from metrone.spool import drain as drain_module
from metrone.spool import log as log_module
from metrone.spool.append import GATHER_SEC, MANY_AT_ONCE, Spool
from metrone.spool.base import SpoolFailed
from metrone.spool.drain import Drain
from metrone.spool.group import WINDOW_SEC, Group
from metrone.spool.log import Log
from tests.spool.conftest import Clock
from tests.spool.submissions import append, row, submission


class Refused(Exception):
    """What the stores of these tests say to rows that they will never take."""


def rows_on_disk(path: Path) -> list[bytes]:
    """What another process reads of the log beside the file."""
    log = Log(path.parent / "log", 0)
    try:
        return [line for head in log.heads(0) if head.events for line in log.rows(head).split(b"\n")]
    finally:
        log.close()


def outcomes(spool: Spool, project_no: int = 1) -> dict[str, int]:
    """The books of a project, over all months."""
    totals: Counter[str] = Counter()
    for (number, _, outcome), events in spool.books().items():
        if number == project_no:
            totals[outcome] += events
    return dict(totals)


def test_append_is_readable_by_others_when_acknowledged(spool: Spool, path: Path) -> None:
    append(spool, submission(1, 2), submission(3, project_no=2))
    assert rows_on_disk(path) == [row(1, 1), row(1, 2), row(2, 3)]
    assert path.stat().st_mode & 0o077 == 0
    assert spool.depth().events == 3


def test_append_keeps_many_requests_at_once_apart(spool: Spool, path: Path) -> None:
    receipts = append(spool, *[submission(number, keys={number: f"k{number % 50}"}) for number in range(200)])
    taken = [number for number, receipt in enumerate(receipts) if not receipt.duplicates]
    assert len(taken) == 50
    assert sorted(rows_on_disk(path)) == sorted(row(1, number) for number in taken)
    assert outcomes(spool) == {"accepted": 50, "duplicate": 150}
    assert all(receipts[n].duplicates[0].event_id % 50 == n % 50 for n in range(200) if n not in taken)


def test_append_skips_seen_events_when_a_batch_mixes_them(spool: Spool) -> None:
    append(spool, submission(1, keys={1: "a"}))
    receipt = append(spool, submission(2, 3, 4, 5, keys={2: "a", 3: "b", 4: "b"}))[0]
    assert {index: seen.event_id for index, seen in receipt.duplicates.items()} == {0: 1, 2: 3}
    assert spool.depth().events == 3


def test_append_writes_nothing_when_the_header_key_was_seen(spool: Spool, path: Path) -> None:
    append(spool, submission(1, key="h"))
    receipt = append(spool, submission(2, 3, key="h", keys={2: "inner"}))[0]
    assert receipt.repeated is not None
    assert (receipt.repeated.request_id, receipt.repeated.event_id) == ("req_1", 1)
    assert rows_on_disk(path) == [row(1, 1)]
    assert not append(spool, submission(4, keys={4: "inner"}))[0].duplicates  # a refused request burns no inner key


@pytest.mark.parametrize(("age", "is_repeated"), [(WINDOW_SEC, True), (WINDOW_SEC + 1, False)])
def test_append_remembers_keys_for_a_day(spool: Spool, clock: Clock, age: int, is_repeated: bool) -> None:
    append(spool, submission(1, key="h", keys={1: "e"}))
    clock.now += age
    header, event = append(spool, submission(2, key="h"), submission(3, keys={3: "e"}))
    assert (header.repeated is not None, bool(event.duplicates)) == (is_repeated, is_repeated)


def test_append_remembers_a_key_anew_when_it_is_used_after_its_window(spool: Spool, clock: Clock) -> None:
    append(spool, submission(1, keys={1: "e"}))
    append(spool, submission(2, keys={2: "old"}))
    clock.now += WINDOW_SEC + 1
    append(spool, submission(3, keys={3: "e"}))
    drain = Drain(spool, lambda rows, token: None, Refused)
    assert drain.forget() == 1  # `old` alone, which lies behind the renewed key in no order of ids
    drain.close()
    assert append(spool, submission(4, keys={4: "e"}))[0].duplicates[0].event_id == 3


def test_append_survives_a_restart(path: Path, clock: Clock) -> None:
    first = Spool(path, 1_000_000, clock)
    append(first, submission(1, key="h"), submission(2, keys={2: "e"}))
    first.reject(1, "INVALID_JSON", 5)
    first.close()
    second = Spool(path, 1_000_000, clock)
    assert (second.identity, second.depth()) == (first.identity, first.depth())
    assert outcomes(second) == {"accepted": 2, "rejected:INVALID_JSON": 5}
    header, event = append(second, submission(3, key="h"), submission(4, keys={4: "e"}))
    assert header.repeated is not None
    assert event.duplicates[0].event_id == 2
    second.close()


def test_append_is_refused_when_the_bound_is_reached_and_taken_again_after(path: Path, clock: Clock) -> None:
    spool = Spool(path, 100, clock)
    numbers = iter(range(1, 1000))
    while spool.depth().size_bytes <= 100:
        append(spool, submission(next(numbers)))
    with pytest.raises(SpoolFailed, match="bound"):
        append(spool, submission(next(numbers)))
    waiting = spool.depth()
    assert 100 < waiting.size_bytes < 200
    drain = Drain(spool, lambda rows, token: None, Refused)
    assert drain.drain_all() == waiting.events
    append(spool, submission(next(numbers)))
    assert spool.depth().events == 1
    drain.close()
    spool.close()


def test_append_fails_and_recovers_when_another_process_holds_the_log(
    spool: Spool, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "LOCK_SEC", 0.05)  # the ten seconds of real life are too long for a test
    other = Log(path.parent / "log", 0)
    with other.lock():
        spool.reject(1, "WRITE_FAILED", 1)
        with pytest.raises(SpoolFailed, match="locked"):
            append(spool, submission(1, key="h"))
        assert spool.trouble
        assert spool.depth().events == 0
    other.close()
    assert append(spool, submission(1, key="h"))[0].repeated is None  # the failed request burnt no key
    assert spool.trouble == ""
    assert outcomes(spool) == {"accepted": 1, "rejected:WRITE_FAILED": 1}


def test_append_is_refused_when_the_spool_is_closed(path: Path, clock: Clock) -> None:
    spool = Spool(path, 1_000_000, clock)
    spool.close()
    with pytest.raises(SpoolFailed):
        append(spool, submission(1))
    with pytest.raises(SpoolFailed):
        spool.turn()
    spool.close()


def test_append_leaves_nobody_waiting_when_its_thread_dies(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    spool = Spool(path, 1_000_000, clock)

    monkeypatch.setattr(Group, "fill", lambda self, submissions, find: 1 // 0)

    async def break_it() -> None:
        for _ in range(2):
            with pytest.raises(SpoolFailed):
                await asyncio.wait_for(spool.append(submission(1)), 5)

    asyncio.run(break_it())
    spool.close()


def test_append_goes_on_when_the_loop_of_a_client_is_gone(spool: Spool, path: Path) -> None:
    async def leave() -> None:
        spool.append(submission(1))

    other = Log(path.parent / "log", 0)
    with other.lock():
        asyncio.run(leave())
    other.close()
    append(spool, submission(2))
    assert rows_on_disk(path) == [row(1, 1), row(1, 2)]


def test_depth_tells_the_age_of_the_oldest_when_some_were_loaded(
    spool: Spool, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spool.depth().oldest_sec == 0
    append(spool, submission(1))
    clock.now += 30
    append(spool, submission(2))
    clock.now += 10
    assert spool.depth().oldest_sec == 40
    monkeypatch.setattr(drain_module, "LOAD_BYTES", 1)
    with closing(Drain(spool, lambda rows, token: None, Refused)) as drain:
        assert drain.drain_once() == 1
    assert spool.depth().oldest_sec == 10


def test_books_count_each_month_apart(spool: Spool, clock: Clock) -> None:
    append(spool, submission(1, 2))
    clock.now += 30 * 86_400
    append(spool, submission(3))
    assert (spool.accepted(1, "2026-09"), spool.accepted(1, "2026-10"), spool.accepted(2, "2026-09")) == (2, 1, 0)


def test_what_comes_soon_after_many_shares_one_commit(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    paused, both_in = threading.Event(), threading.Event()

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        paused.set()
        assert both_in.wait(10)

    monkeypatch.setattr(append_module, "time", SimpleNamespace(monotonic=lambda: 7.0, sleep=pause))

    async def send() -> None:
        await asyncio.gather(*(spool.append(submission(number)) for number in range(1, MANY_AT_ONCE + 1)))
        first = spool.append(submission(8))
        assert await asyncio.to_thread(paused.wait, 10)
        second = spool.append(submission(9))
        both_in.set()
        await asyncio.gather(first, second)

    asyncio.run(send())
    assert [head.events for head in spool.log.heads(0, spool.log.end)] == [MANY_AT_ONCE, 2]
    assert pauses == [pytest.approx(GATHER_SEC)]


def test_one_after_another_waits_for_nobody(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(append_module, "time", SimpleNamespace(monotonic=lambda: 7.0, sleep=pauses.append))
    for number in (1, 2, 3):
        append(spool, submission(number))
    assert [head.events for head in spool.log.heads(0, spool.log.end)] == [1, 1, 1]
    assert pauses == []
