"""Runs one function in several processes that begin at the same moment."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import TypeVar

PROCESSES = 4
PATIENCE_SEC = 60
# Loaded once, in the process that the others are forked from; each would need a second for them.
PRELOADED = [
    "pytest",
    "alembic.autogenerate",
    "metrone.control.first",
    "metrone.control.salts",
    "metrone.control.signin",
]
T = TypeVar("T")
_gate: list[Barrier] = []


def race(work: Callable[..., T], *arguments: object) -> list[T]:
    """What `work(*arguments)` gave in each of PROCESSES processes, all of which were up before the first began.

    `work` is a function of a test module's top level.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    barrier = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_keep, initargs=(barrier,)) as pool:
        waiting = [pool.submit(_begin_together, work, arguments) for _ in range(PROCESSES)]
        return [each.result(PATIENCE_SEC) for each in waiting]


def _keep(barrier: Barrier) -> None:
    _gate.append(barrier)


def _begin_together(work: Callable[..., T], arguments: tuple[object, ...]) -> T:
    _gate[0].wait(PATIENCE_SEC)
    return work(*arguments)
