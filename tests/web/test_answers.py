"""One question asked by many is read once; what was answered is not kept for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from metrone.errors import MetroneError
from metrone.web import answers as module
from metrone.web.answers import Answers
from tests.embedded import fresh_project, open_store
from tests.intake.senders import NOON, make_project


class Counting:
    """A real store that counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        return getattr(open_store(), name)

    def query(self, *arguments: object) -> object:
        self.asked += 1
        return open_store().query(*arguments)  # type: ignore[arg-type]


@asynccontextmanager
async def opened(store: Counting) -> AsyncIterator[Answers]:
    answers = Answers(store, 2, lambda: NOON)  # type: ignore[arg-type]
    yield answers
    await asyncio.to_thread(answers.close)


def test_one_reads_once_for_many_who_ask_the_same() -> None:
    async def ask() -> tuple[int, int, int]:
        store, project = Counting(), make_project(fresh_project())
        async with opened(store) as answers:
            await answers.one(project, "stats", {"days": "3"})
            single = store.asked
            found = await asyncio.gather(*[answers.one(project, "stats", {"days": "5"}) for _ in range(50)])
            assert len(set(found)) == 1
            many = store.asked - single
            await answers.one(make_project(fresh_project()), "stats", {"days": "5"})
            return single, many, store.asked - single - many

    single, many, other = asyncio.run(ask())
    assert single == many == other > 0


def test_one_forgets_answers_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_SEC", 0.0)

    async def ask() -> int:
        project = make_project(fresh_project())
        async with opened(Counting()) as answers:
            await asyncio.gather(*[answers.one(project, "live", {"tz": "UTC"}) for _ in range(5)])
            for days in range(1, 6):
                await answers.one(project, "stats", {"days": str(days)})
            for _ in range(3):
                await asyncio.sleep(0)
            return len(answers._kept)

    assert asyncio.run(ask()) <= 1


def test_one_keeps_no_failure() -> None:
    async def ask() -> None:
        project = make_project(fresh_project())
        async with opened(Counting()) as answers:
            for _ in range(2):
                with pytest.raises(MetroneError):
                    await answers.one(project, "stats", {"days": "many"})
            await asyncio.sleep(0)
            assert answers._kept == {}
            assert answers._waiting == 0

    asyncio.run(ask())


def test_one_is_refused_when_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_MAX", 3)

    async def ask() -> list[object]:
        project = make_project(fresh_project())
        async with opened(Counting()) as answers:
            asked = [answers.one(project, "stats", {"days": str(days)}) for days in range(1, 9)]
            return list(await asyncio.gather(*asked, return_exceptions=True))

    found = asyncio.run(ask())
    refused = [one for one in found if isinstance(one, MetroneError)]
    assert len(refused) == 5
    assert {(one.code, one.retry_after) for one in refused} == {("RATE_LIMITED", module.BUSY_RETRY_SEC)}
