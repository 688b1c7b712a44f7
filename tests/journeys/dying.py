"""A process that spools, drains and dies by SIGKILL at a named point. Run by test_crashes; not part of the product.

Usage: python dying.py FOLDER POINT FIRST EVENTS. Prints the ids that were acknowledged, then drains.
"""

import asyncio
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from metrone.events.event import Event
from metrone.spool import drain as drain_module
from metrone.spool.append import Spool
from metrone.spool.base import Entry, Submission
from metrone.spool.drain import Drain
from metrone.store.base import StoreRejected
from metrone.store.embedded import EmbeddedStore

NOW = 1_790_000_000.0  # 2026-09-21, some of the events lie in August: another partition
_NUMBERS: dict[str, Any] = {name: 0 for name, kind in Event.__annotations__.items() if kind is int}
_NULLS: dict[str, Any] = {name: None for name, kind in Event.__annotations__.items() if "None" in str(kind)}


def entry(number: int) -> Entry:
    """An event of one of 97 sessions, spread over 28 days."""
    at = NOW - number % 28 * 86_400
    known: dict[str, Any] = {
        "project_no": 1,
        "event_id": number,
        "visitor_type": "human",
        "timestamp": at,
        "session_key": 1 + number % 97,
        "visitor_key": 1 + number % 97,
        "session_started_at": int(NOW - 28 * 86_400),
        "event_type": "pageview" if number % 3 else "custom",
        "value": "0",
        "properties": "",
    }
    blank: dict[str, Any] = dict.fromkeys(Event.__struct_fields__, "")
    row = Event(**{**blank, **_NUMBERS, **_NULLS, **known})
    return Entry(msgspec.json.encode(row), number)


def die() -> None:
    """End as a crash does: nothing is flushed, closed or told."""
    os.kill(os.getpid(), signal.SIGKILL)


async def fill(spool: Spool, first: int, events: int) -> None:
    """Hand the events in, 500 a request, and print each request's ids once it was acknowledged."""

    async def one(ids: range) -> None:
        await spool.append(Submission(1, "req", [entry(number) for number in ids]))
        print("\n".join(map(str, ids)), flush=True)

    await asyncio.gather(
        *[one(range(start, min(start + 500, first + events))) for start in range(first, first + events, 500)]
    )


drain_module.LOAD_BYTES = 512 * 1024  # so that a few thousand events are several loads


def main(folder: Path, point: str, first: int, events: int) -> None:
    """See the module."""
    if point == "during the commit":
        threading.Timer(random.uniform(0.0, 0.15), die).start()
    spool = Spool(folder / "spool" / "spool.sqlite", 1_000_000_000, time.time)
    asyncio.run(fill(spool, first, events))
    store = EmbeddedStore(folder / "store", slots=1, timeout_sec=60, memory_mb=1000)
    store.migrate()

    def sink(rows: bytes, token: str) -> None:
        if point == "between plan and load":
            die()
        if point == "during the load":
            threading.Timer(random.uniform(0.0, 0.25), die).start()
        store.load(rows, token)
        if point == "between load and settle":
            die()

    drain = Drain(spool, sink, StoreRejected)
    drain.drain_once()
    if point == "after the first load":
        die()
    drain.drain_all()
    if point == "during the load":
        die()
    drain.close()
    spool.close()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
