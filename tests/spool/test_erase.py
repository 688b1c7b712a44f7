"""Erasing between two loads: what was written before the moment is loaded and gone, what came later waits and stays."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from metrone.spool.append import Spool
from metrone.spool.base import Erase, Submission
from metrone.spool.drain import KEPT_SEC, Drain
from tests.spool.conftest import NOW, Clock
from tests.spool.submissions import append, row, submission
from tests.spool.test_append import Refused

NAMES = ("1:*", "1t:*", "1e*:*")


@dataclass
class Table:
    """What a store holds, and how often its erasing shall fail."""

    rows: list[bytes] = field(default_factory=list)
    failures: int = 0

    def load(self, rows: bytes, token: str) -> None:
        self.rows += rows.split(b"\n")

    def erase(self) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("no room")
        self.rows = [each for each in self.rows if not each.startswith(b"[1,")]


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def drain(spool: Spool, table: Table) -> Iterator[Drain]:
    with closing(Drain(spool, table.load, Refused)) as made:
        yield made


def keep(spool: Spool, name: str, text: str) -> None:
    append(spool, Submission(1, "req_1", [], kept=((name, text),)))


def test_what_waited_is_erased_and_what_came_after_stays(
    spool: Spool, clock: Clock, table: Table, drain: Drain
) -> None:
    append(spool, submission(1), submission(2, project_no=2))
    clock.now += 1
    drain.halt = lambda: NOW + 1
    append(spool, submission(3), submission(4, project_no=2))
    assert drain.drain_all() == 2
    assert table.rows == [row(1, 1), row(2, 2)]
    drain.erase(Erase(1, NOW + 1, NAMES), table.erase)
    assert drain.drain_all() == 0, "until it is noted as done, nothing later is loaded"
    drain.halt = lambda: NOW + 1e9
    assert drain.drain_all() == 2
    assert table.rows == [row(2, 2), row(1, 3), row(2, 4)]


def test_erasing_that_failed_is_done_again(spool: Spool, clock: Clock, table: Table, drain: Drain) -> None:
    append(spool, submission(1))
    clock.now += 1
    append(spool, submission(2))
    drain.halt = lambda: NOW + 1
    table.failures = 1
    with pytest.raises(Exception, match="no room"):
        drain.erase(Erase(1, NOW + 1, NAMES), table.erase)
    assert drain.drain_all() == 0
    for _ in range(2):
        drain.erase(Erase(1, NOW + 1, NAMES), table.erase)
        assert table.rows == []
    drain.halt = lambda: NOW + 1e9
    drain.drain_all()
    assert table.rows == [row(1, 2)]


def test_texts_of_before_are_forgotten_and_others_stay(spool: Spool, clock: Clock, table: Table, drain: Drain) -> None:
    for name in ("1:a", "1t:a", "1e2t:a", "11:a", "2:a"):
        keep(spool, name, "old")
    clock.now += 1
    keep(spool, "1e3:a", "new")
    drain.erase(Erase(1, NOW + 1, NAMES), table.erase)
    assert [spool.kept(name) for name in ("1:a", "1t:a", "1e2t:a")] == [None] * 3
    assert [spool.kept(name) for name in ("11:a", "2:a", "1e3:a")] == ["old", "old", "new"]


def test_texts_that_nobody_added_to_are_forgotten_after_their_time(spool: Spool, clock: Clock, drain: Drain) -> None:
    keep(spool, "1:old", "x")
    keep(spool, "1:touched", "x")
    clock.now += KEPT_SEC - 10
    keep(spool, "1:touched", "y")
    assert drain.forget() == 0
    clock.now += 20
    assert drain.forget() == 1
    assert (spool.kept("1:old"), spool.kept("1:touched")) == (None, "y")


def test_rows_that_were_put_aside_go(spool: Spool, clock: Clock, table: Table) -> None:
    def refuse(rows: bytes, token: str) -> None:
        raise Refused("no such type")

    with closing(Drain(spool, refuse, Refused)) as drain:
        append(spool, submission(1), submission(2, project_no=2))
        clock.now += 1
        drain.erase(Erase(1, clock.now, NAMES), table.erase)
    aside = spool._reader.execute("select project_no from quarantine").fetchall()
    assert aside == [(2,)]


def test_the_log_itself_lets_go(spool: Spool, path: Path, clock: Clock, table: Table, drain: Drain) -> None:
    append(spool, submission(1))
    clock.now += 1
    drain.erase(Erase(1, clock.now, NAMES), table.erase)
    assert sum(file.stat().st_size for file in (path.parent / "log").glob("*.log")) == 0
    append(spool, submission(2))
    drain.drain_all()
    assert table.rows == [row(1, 2)]


def test_a_ledger_that_kept_texts_for_ever_begins_to_count_their_time(path: Path, clock: Clock) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as old:
        old.execute("create table kept (name text primary key, text text not null) without rowid")
        old.execute("insert into kept values ('1:a', 'x')")
        old.commit()
    for _ in range(2):
        with closing(Spool(path, 1_000_000, clock)) as spool, closing(Drain(spool, Table().load, Refused)) as drain:
            assert drain.forget() == 0
            assert spool.kept("1:a") == "x"
