"""How a command writes events: into the spool beside a running server, which takes them in, or as the server for a moment."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from metrone.config import Config
from metrone.spool.append import Spool
from metrone.spool.state import read_state
from metrone.store.lock import is_taken

POLL_SEC = 0.1
TAKE_IN_SEC = 60.0  # how long the running server may take until we say that it goes on without us

T = TypeVar("T")


def write_beside(config: Config, write: Callable[[Spool], T]) -> T:
    """What `write` gives, once what it wrote is in the store. Raises SpoolFailed, StoreUnavailable and OSError."""
    if not is_taken(config.root / "store"):
        return _write_alone(config, write)
    path = config.root / "spool" / "spool.sqlite"
    spool = Spool(path, config.spool_max_mb * 1024 * 1024, time.time)
    try:
        made = write(spool)
    finally:
        spool.close()
    _await_drained(path)
    return made


def _write_alone(config: Config, write: Callable[[Spool], T]) -> T:
    """The engine is ours, so the events go into the store before we end."""
    from metrone.app import build  # loads the column store, which a run beside a server does without

    house = build(config)
    try:
        return write(house.spool)
    finally:
        house.close()


def _await_drained(path: Path) -> None:
    until = time.monotonic() + TAKE_IN_SEC
    while read_state(path).events:
        if time.monotonic() > until:
            click.echo("The running server is still taking the events in.", err=True)
            return
        time.sleep(POLL_SEC)
