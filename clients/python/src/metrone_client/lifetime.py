"""What a process does to its clients: they send what waits when the interpreter ends, and start empty in a forked child."""

from __future__ import annotations

import atexit
import os
import time
import weakref
from typing import Protocol

EXIT_SEC = 5.0  # how long all clients together may hold up the end of the interpreter


class Watched(Protocol):
    """What is told."""

    def at_exit(self, timeout_sec: float) -> None: ...
    def after_fork(self) -> None: ...


_watched: weakref.WeakSet[Watched] = weakref.WeakSet()


def watch(delivery: Watched) -> None:
    """Tell this one, as long as it exists."""
    _watched.add(delivery)


def _at_exit() -> None:
    until = time.monotonic() + EXIT_SEC
    for delivery in list(_watched):
        delivery.at_exit(max(0.0, until - time.monotonic()))


def _after_fork_in_child() -> None:
    for delivery in list(_watched):
        delivery.after_fork()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_after_fork_in_child)
