"""Background work goes on whatever happens, and the house opens, drains and closes."""

import asyncio
from typing import Any, cast

import pytest

from metrone.app import TASKS, House, Task, backoff, run_task
from metrone.config import Config
from metrone.store.base import StoreUnavailable

OUTAGE = 1_100  # failures in a row: an hour and a half at five seconds each; 2**1024 is no float


class Bench:
    """As much of a house as a task needs."""

    def __init__(self) -> None:
        self.config = Config()
        self.problems: dict[str, str] = {}
        self.tries = 0
        self.is_mended = asyncio.Event()


@pytest.mark.parametrize("trouble", [StoreUnavailable("the store is away"), RuntimeError("a mistake of ours")])
def test_run_task_recovers_when_an_outage_lasted_for_hours(trouble: Exception) -> None:
    async def work(house: House) -> None:
        bench = cast(Any, house)
        bench.tries += 1
        if bench.tries <= OUTAGE:
            raise type(trouble)(*trouble.args)
        bench.is_mended.set()

    async def watch() -> dict[str, str]:
        bench = Bench()
        task = asyncio.create_task(
            run_task(Task("drain", work, lambda config: 1e-9, worst_sec=0.0), cast(House, bench))
        )
        await asyncio.wait_for(bench.is_mended.wait(), 20)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return bench.problems

    assert asyncio.run(watch()) == {}


@pytest.mark.parametrize("failures", [0, 1, 5, 1_023, 1_024, 100_000])
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_backoff_stays_between_the_pause_and_the_worst(task: Task, failures: int) -> None:
    pause = task.every_sec(Config())
    assert min(pause, task.worst_sec) * 0.7 <= backoff(pause, failures, task.worst_sec) <= max(pause, task.worst_sec)


def test_tasks_have_names_of_their_own() -> None:
    assert len({task.name for task in TASKS}) == len(TASKS)
