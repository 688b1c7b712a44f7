"""Two processes over one spool file: the one that drains counts what the other wrote."""

import asyncio
from pathlib import Path

from metrone.spool.append import Spool
from metrone.spool.base import Depth, Entry, Submission
from metrone.spool.drain import Drain

PROJECT = 7
MONTH = "2026-11"
NOW = 1_795_000_000.0  # 2026-11-18
ROW = b"[7,0]"


def _open(path: Path) -> Spool:
    return Spool(path, 1_000_000, lambda: NOW)


async def _append(spool: Spool, events: int) -> None:
    await spool.append(Submission(PROJECT, "req", [Entry(ROW, number) for number in range(events)]))


def test_drain_counts_what_another_process_appended(tmp_path: Path) -> None:
    ours, other = _open(tmp_path / "spool.sqlite"), _open(tmp_path / "spool.sqlite")
    loaded: list[bytes] = []
    drain = Drain(ours, lambda rows, token: loaded.append(rows), ValueError)
    try:
        asyncio.run(_append(ours, 2))
        asyncio.run(_append(other, 3))
        assert drain.drain_all() == 5
        assert b"\n".join(loaded) == b"\n".join([ROW] * 5)
        assert ours.depth() == Depth(0, 0, 0.0)
        assert ours.books() == {(PROJECT, MONTH, "accepted"): 5, (PROJECT, MONTH, "stored"): 5}
        asyncio.run(_append(other, 1))
        asyncio.run(_append(ours, 1))
        assert drain.drain_all() == 2
        assert ours.depth() == Depth(0, 0, 0.0)
        assert ours.accepted(PROJECT, MONTH) == 7
    finally:
        ours.close()
        other.close()
        drain.close()


def test_depth_shows_what_another_process_left_when_nothing_can_be_loaded(tmp_path: Path) -> None:
    ours, other = _open(tmp_path / "spool.sqlite"), _open(tmp_path / "spool.sqlite")
    drain = Drain(ours, lambda rows, token: None, ValueError)
    try:
        asyncio.run(_append(other, 3))
        assert drain.forget() == 0  # looks at the log, and loads nothing
        assert ours.depth().events == 3
        assert ours.depth().size_bytes == other.log.end
    finally:
        ours.close()
        other.close()
        drain.close()
