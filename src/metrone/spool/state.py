"""What the spool's file says to somebody who only looks (`metrone doctor`): opened for reading alone, server or not."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from metrone.spool import files


class SpoolState(msgspec.Struct, frozen=True):
    """What waits (events, bytes, epoch seconds of the oldest, None when nothing does) and what was put aside for good."""

    events: int
    size_bytes: int
    oldest_at: float | None
    quarantined: int
    last_reason: str


def read_state(path: Path) -> SpoolState:
    """The state of an existing file. Raises sqlite3.Error when it cannot be read."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        aside = connection.execute("select count(*), coalesce(max(reason), '') from quarantine").fetchone()
        return SpoolState(*files.measure(connection), *aside)
