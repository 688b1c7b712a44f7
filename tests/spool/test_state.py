"""What the spool's file says to somebody who only looks."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from metrone.spool.append import Spool
from metrone.spool.base import Entry, Submission
from metrone.spool.drain import Drain
from metrone.spool.state import SpoolState, read_state

NOW = 1_795_000_000.0


class _Refused(Exception):
    pass


def test_read_state_tells_what_waits_and_what_was_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "spool.sqlite"
    spool = Spool(path, 1_000_000, lambda: NOW)

    async def append(*rows: bytes) -> None:
        await spool.append(Submission(1, "req", [Entry(row, number) for number, row in enumerate(rows)]))

    def refuse(rows: bytes, token: str) -> None:
        if b"bad" in rows:
            raise _Refused("no number")

    drain = Drain(spool, refuse, _Refused)
    asyncio.run(append(b"[1,2]", b"[1,bad]"))
    assert read_state(path) == SpoolState(2, spool.log.end, NOW, 0, "")
    drain.drain_all()
    assert read_state(path) == SpoolState(0, 0, None, 1, "no number")
    drain.close()
    spool.close()
    assert read_state(path).quarantined == 1


def test_read_state_fails_and_leaves_the_file_when_it_is_no_spool(tmp_path: Path) -> None:
    path = tmp_path / "spool.sqlite"
    path.write_bytes(b"not a database, and long enough to be looked at" * 40)
    before = path.read_bytes()
    with pytest.raises(sqlite3.Error):
        read_state(path)
    assert path.read_bytes() == before
    with pytest.raises(sqlite3.Error):
        read_state(tmp_path / "missing.sqlite")
    assert not (tmp_path / "missing.sqlite").exists()
