"""From the spool into a store: once each, whatever breaks on the way."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.spool import drain as drain_module
from metrone.spool import ledger
from metrone.spool.append import Spool
from metrone.spool.base import SpoolFailed
from metrone.spool.drain import Drain, load
from tests.spool.conftest import Clock
from tests.spool.submissions import append, row, submission
from tests.spool.test_append import Refused, outcomes


class Away(Exception):
    """The store cannot be reached."""


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Store:
    """A store by its contract: the same token again adds nothing. `poison` are rows that it will never take."""

    poison: frozenset[bytes] = frozenset()
    rows: list[bytes] = field(default_factory=list)
    tokens: dict[str, bytes] = field(default_factory=dict)
    calls: int = 0

    def load(self, rows: bytes, token: str) -> None:
        self.calls += 1
        if self.poison & set(rows.split(b"\n")):
            raise Refused("no such type")
        if token in self.tokens:
            assert self.tokens[token] == rows, "a token must always name the same rows"
            return
        self.tokens[token] = rows
        self.rows += rows.split(b"\n")


def open_drain(spool: Spool, store: Store) -> Drain:
    return Drain(spool, store.load, Refused)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def drain(spool: Spool, store: Store) -> Iterator[Drain]:
    with closing(open_drain(spool, store)) as made:
        yield made


def test_drain_moves_everything_once(spool: Spool, store: Store, drain: Drain) -> None:
    append(spool, submission(1, 2), submission(3, project_no=2))
    assert drain.drain_all() == 3
    assert drain.drain_all() == 0
    assert store.rows == [row(1, 1), row(1, 2), row(2, 3)]
    assert (spool.depth().events, spool.depth().size_bytes) == (0, 0)
    assert outcomes(spool) == {"accepted": 2, "stored": 2}
    assert outcomes(spool, 2) == {"accepted": 1, "stored": 1}


def test_drain_cuts_loads_to_size(spool: Spool, store: Store, drain: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        append(spool, submission(number))
    monkeypatch.setattr(drain_module, "LOAD_BYTES", 4 * spool.depth().size_bytes // 10)
    assert drain.drain_once() == 4
    assert drain.drain_all() == 6
    assert store.rows == [row(1, number) for number in range(10)]


def test_drain_repeats_the_same_load_when_the_store_was_away(spool: Spool, clock: Clock) -> None:
    store = Store()
    seen: list[tuple[bytes, str]] = []

    def flaky(rows: bytes, token: str) -> None:
        seen.append((rows, token))
        if len(seen) < 3:
            raise Away
        store.load(rows, token)

    append(spool, submission(1))
    with closing(Drain(spool, flaky, Refused)) as drain:
        for late in (2, 3):
            with pytest.raises(Away):
                drain.drain_once()
            append(spool, submission(late))  # comes in while the store is away: into the next load, never into this one
        assert drain.drain_all() == 3
    assert seen[0] == seen[1] == seen[2]
    assert store.rows == [row(1, 1), row(1, 2), row(1, 3)]


@pytest.mark.parametrize("is_loaded", [False, True], ids=["before the store has it", "after the store has it"])
def test_drain_adds_nothing_twice_when_the_process_ends_around_a_load(
    spool: Spool, clock: Clock, is_loaded: bool
) -> None:
    store = Store()

    def die(rows: bytes, token: str) -> None:
        if is_loaded:
            store.load(rows, token)
        raise Crash

    append(spool, submission(1, 2))
    with closing(Drain(spool, die, Refused)) as drain, pytest.raises(Crash):
        drain.drain_once()
    spool.close()
    again = Spool(spool.path, 1_000_000, clock)
    append(again, submission(3))
    with closing(open_drain(again, store)) as drain:
        drain.drain_all()
    assert store.rows == [row(1, 1), row(1, 2), row(1, 3)]
    assert outcomes(again) == {"accepted": 3, "stored": 3}
    again.close()


def test_drain_puts_rows_aside_when_the_store_will_never_take_them(spool: Spool, clock: Clock) -> None:
    store = Store(poison=frozenset({row(1, 2), row(2, 5)}))
    append(spool, submission(1, 2, 3), submission(4, 5, project_no=2))
    with closing(open_drain(spool, store)) as drain:
        assert drain.drain_all() == 5
    assert sorted(store.rows) == [row(1, 1), row(1, 3), row(2, 4)]
    assert outcomes(spool) == {"accepted": 3, "stored": 2, "unstorable": 1}
    assert outcomes(spool, 2) == {"accepted": 2, "stored": 1, "unstorable": 1}
    with closing(sqlite3.connect(spool.path)) as ledger:
        aside = ledger.execute("select project_no, reason, body from quarantine").fetchall()
    assert sorted(aside) == [(1, "no such type", row(1, 2)), (2, "no such type", row(2, 5))]
    assert (spool.depth().events, spool.depth().size_bytes) == (0, 0)


def test_drain_needs_few_loads_when_one_of_many_rows_is_refused(spool: Spool) -> None:
    store = Store(poison=frozenset({row(1, 700)}))
    append(spool, submission(*range(1000)))
    with closing(open_drain(spool, store)) as drain:
        drain.drain_all()
    assert len(store.rows) == 999
    assert store.calls < 25  # a token for each row would push the store out of those that it remembers


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.sets(st.integers(0, 29)))
def test_drain_adds_nothing_twice_when_any_of_its_loads_is_cut_short(crashes: list[int], poison: set[int]) -> None:
    """`crashes[i]` says what becomes of load number i: 1 the process ends before it, 2 after it, 3 the store is away."""
    store = Store(poison=frozenset(row(1, number) for number in poison))
    plan = iter(crashes)

    def sink(rows: bytes, token: str) -> None:
        fate = next(plan, 0)
        if fate == 1:
            raise Crash
        if fate == 3:
            raise Away
        store.load(rows, token)
        if fate == 2:
            raise Crash

    rows = [row(1, number) for number in range(30)]
    for _ in range(len(crashes) + 1):
        try:
            bad = load(sink, Refused, b"\n".join(rows), "t")
            break
        except (Crash, Away):
            continue
    assert {misfit.row for misfit in bad} == store.poison & set(rows)
    assert sorted(store.rows) == sorted(set(rows) - store.poison)


def test_drain_says_so_when_the_file_cannot_be_read(spool: Spool, store: Store) -> None:
    append(spool, submission(1))
    drain = open_drain(spool, store)
    drain.close()
    with pytest.raises(SpoolFailed):
        drain.drain_once()
    assert spool.depth().events == 1


def away(rows: bytes, token: str) -> None:
    raise Away


def test_keys_are_known_whether_the_ledger_has_them_or_not(spool: Spool, clock: Clock) -> None:
    """In memory, in the ledger while the store is away, and from the log after a restart."""
    with closing(Drain(spool, away, Refused)) as drain:
        append(spool, submission(1, keys={1: "absorbed"}))
        with pytest.raises(Away):
            drain.drain_once()
        append(spool, submission(2, keys={2: "fresh"}))
        assert repeats(spool, 3) == [1, 2]
    spool.close()
    again = Spool(spool.path, 1_000_000, clock)
    assert repeats(again, 5) == [1, 2]
    assert outcomes(again) == {"accepted": 2, "duplicate": 4}
    assert again.depth().events == 2
    again.close()


def repeats(spool: Spool, number: int) -> list[int]:
    """Which events hold the two keys."""
    receipts = append(spool, submission(number, keys={number: "absorbed"}), submission(number, keys={number: "fresh"}))
    return [receipt.duplicates[0].event_id for receipt in receipts]


def test_drain_goes_on_when_only_refusals_were_booked(spool: Spool, store: Store, drain: Drain) -> None:
    spool.reject(1, "INVALID_JSON", 3)
    drain.drain_all()
    append(spool, submission(1))
    assert drain.drain_all() == 1
    assert store.calls == 1
    assert outcomes(spool) == {"rejected:INVALID_JSON": 3, "accepted": 1, "stored": 1}


def test_absorb_is_undone_when_the_process_ends_within_it(
    spool: Spool, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*arguments: object) -> None:
        raise Crash

    append(spool, submission(1, keys={1: "k"}))
    with closing(open_drain(spool, store)) as drain:
        monkeypatch.setattr(ledger, "add_to_books", die)
        with pytest.raises(Crash):
            drain.drain_once()
        monkeypatch.undo()
    spool.close()
    again = Spool(spool.path, 1_000_000, clock)
    with closing(open_drain(again, store)) as drain:
        assert drain.drain_all() == 1
    assert outcomes(again) == {"accepted": 1, "stored": 1}
    again.close()


def test_drain_due_leaves_what_comes_meanwhile_to_the_next_time(
    spool: Spool, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(rows: bytes, token: str) -> None:
        append(spool, submission(100 + store.calls))
        store.load(rows, token)

    append(spool, submission(1))
    with closing(Drain(spool, busy, Refused)) as drain:
        assert drain.drain_due() == 1
        assert spool.depth().events == 1
        loads = 4 * spool.depth().size_bytes
        for number in range(2, 12):
            append(spool, submission(number))
        monkeypatch.setattr(drain_module, "LOAD_BYTES", loads)
        assert drain.drain_due() > 4  # a backlog is worked off at once
    assert spool.depth().size_bytes < loads
