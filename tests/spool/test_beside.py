"""Rows of other tables and texts kept by name: with their events or not at all, through crashes and between processes."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from metrone.spool.append import Spool
from metrone.spool.base import Beside, Entry, SpoolFailed, Submission
from metrone.spool.drain import Drain
from tests.spool.conftest import Clock
from tests.spool.submissions import append, hashed, row
from tests.spool.test_append import Refused, outcomes
from tests.spool.test_drain import Store

CALL = Beside("calls", '[1,"call"]')


def _submission(*beside: Beside, events: int = 1, **kept: str) -> Submission:
    entries = [Entry(row(1, number), number) for number in range(events)]
    return Submission(1, "req", entries, beside=beside, kept=tuple(kept.items()))


def _drain(spool: Spool, events: Store, calls: Store) -> Drain:
    return Drain(spool, events.load, Refused, {"calls": calls.load})


def test_rows_beside_enter_their_own_table_and_no_books(spool: Spool) -> None:
    events, calls = Store(), Store()
    append(spool, _submission(CALL, CALL), _submission(CALL, events=0))
    with closing(_drain(spool, events, calls)) as drain:
        assert drain.drain_all() == 1
    assert events.rows == [row(1, 0)]
    assert calls.rows == [CALL.row.encode()] * 3
    assert outcomes(spool, 1) == {"accepted": 1, "stored": 1}
    assert spool.depth().events == 0
    assert spool.depth().size_bytes == 0


def test_a_load_that_is_repeated_after_a_crash_has_the_tokens_of_the_first(spool: Spool) -> None:
    events, calls = Store(), Store()
    append(spool, _submission(CALL))

    def crash(rows: bytes, token: str) -> None:
        calls.load(rows, token)
        raise OSError("gone")

    with closing(Drain(spool, events.load, Refused, {"calls": crash})) as drain, pytest.raises(SpoolFailed):
        drain.drain_once()
    with closing(_drain(spool, events, calls)) as drain:
        drain.drain_all()
    assert (events.rows, calls.rows) == ([row(1, 0)], [CALL.row.encode()])


def test_a_row_beside_that_no_table_takes_is_put_aside_and_holds_up_nothing(spool: Spool) -> None:
    bad = Beside("calls", '[1,"bad"]')
    events, calls = Store(), Store(poison=frozenset({bad.row.encode()}))
    append(spool, _submission(CALL, bad))
    with closing(_drain(spool, events, calls)) as drain:
        drain.drain_all()
    assert calls.rows == [CALL.row.encode()]
    assert outcomes(spool, 1) == {"accepted": 1, "stored": 1}


def test_what_is_kept_is_found_at_every_stage_of_its_way(path: Path, clock: Clock) -> None:
    spool = Spool(path, 1_000_000, clock)
    assert spool.kept("a") is None
    append(spool, _submission(a="1", b="x"), _submission(a="2"))
    assert spool.kept("a") == "2"  # in the log
    spool.turn()
    assert spool.kept("a") == "2"  # on its way
    append(spool, _submission(a="3"))
    with closing(_drain(spool, Store(), Store())) as drain:
        drain.drain_all()
        append(spool, _submission(c="4"))
    found = [spool.kept(name) for name in "abc"]
    spool.close()
    again = Spool(path, 1_000_000, clock)
    assert found == [again.kept(name) for name in "abc"] == ["3", "x", "4"]
    again.close()


def test_what_another_process_keeps_is_found_after_the_next_commit(path: Path, clock: Clock) -> None:
    ours, other = Spool(path, 1_000_000, clock), Spool(path, 1_000_000, clock)
    append(other, _submission(a="theirs"))
    append(ours, _submission(b="ours"))
    assert (ours.kept("a"), ours.kept("b")) == ("theirs", "ours")
    ours.close()
    other.close()


def test_a_repeated_request_keeps_nothing(spool: Spool) -> None:
    def submit(text: str) -> Submission:
        return Submission(1, "req", [Entry(row(1, 1), 1)], hashed("key"), hashed("body"), (CALL,), (("a", text),))

    append(spool, submit("first"))
    receipt = append(spool, submit("second"))[0]
    assert receipt.repeated is not None
    assert spool.kept("a") == "first"


def test_nothing_is_kept_of_what_could_not_be_written(path: Path, clock: Clock) -> None:
    spool = Spool(path, 1, clock)

    async def fill() -> list[object]:
        one = await asyncio.gather(spool.append(_submission(a="1")), return_exceptions=True)
        return [*one, *await asyncio.gather(spool.append(_submission(a="2")), return_exceptions=True)]

    outcomes_ = asyncio.run(fill())
    assert isinstance(outcomes_[1], Exception)
    assert spool.kept("a") == "1"
    spool.close()
