"""What the spool's files say to somebody who only looks (`metrone doctor`): opened for reading alone, server or not."""

import sqlite3
from bisect import bisect_right
from contextlib import closing
from pathlib import Path

import msgspec

from metrone.spool import ledger
from metrone.spool.log import files_of, walk


class SpoolState(msgspec.Struct, frozen=True):
    """What waits (events, bytes, epoch seconds of the oldest, None when nothing does) and what was put aside for good."""

    events: int
    size_bytes: int
    oldest_at: float | None
    quarantined: int
    last_reason: str


def read_state(path: Path) -> SpoolState:
    """The state of an existing spool. Raises sqlite3.Error or OSError when it cannot be read."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        aside = connection.execute("select count(*), coalesce(max(reason), '') from quarantine").fetchone()
        _, settled = ledger.marks(connection)
    files = files_of(path.parent / "log")
    starts = list(files)

    def read(at: int, size: int) -> bytes:
        start = starts[bisect_right(starts, at) - 1]
        with files[start].open("rb") as file:
            file.seek(at - start)
            return file.read(size)

    waiting = [head for head in walk(read, max(settled, starts[0])) if head.events] if starts else []
    events, size = sum(head.events for head in waiting), sum(head.size_bytes for head in waiting)
    return SpoolState(events, size, waiting[0].written_at if waiting else None, *aside)
