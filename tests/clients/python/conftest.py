"""Clients of both kinds that tests drive alike, against the shared server."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from typing import Any

import pytest

from metrone_client import AsyncMetrone, Metrone
from tests.running import RunningServer, TestProject

Connect = Callable[..., Any]  # connect(key, endpoint=…, …) → a client whose methods all return what they give


class InLoop:
    """An AsyncMetrone in an event loop of its own; its coroutines run there to their end."""

    def __init__(self, key: str, **options: Any) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        try:
            self.client = AsyncMetrone(key, **options)
        except BaseException:
            self.end()
            raise

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)
        if not iscoroutinefunction(method):
            return method
        return lambda *given, **named: asyncio.run_coroutine_threadsafe(method(*given, **named), self.loop).result(60)

    def end(self) -> None:
        """Stop the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@pytest.fixture(params=[Metrone, InLoop], ids=["sync", "async"])
def connect(request: pytest.FixtureRequest, server: RunningServer) -> Iterator[Connect]:
    """A function that makes a client, of the shared server unless told; every test runs with both kinds."""
    made: list[Any] = []

    def make(key: str, **options: Any) -> Any:
        made.append(request.param(key, **{"endpoint": server.url, **options}))
        return made[-1]

    yield make
    for client in made:
        client.shutdown(0)
        if isinstance(client, InLoop):
            client.end()


@pytest.fixture(scope="session")
def any_project(server: RunningServer) -> TestProject:
    """A project that tests share which do not look at what is stored."""
    return server.project()


@pytest.fixture
def stored(server: RunningServer, project: TestProject) -> Callable[[], list[dict[str, Any]]]:
    """A function that gives the project's events, oldest first, once all that was accepted is stored."""

    def read() -> list[dict[str, Any]]:
        server.drained()
        answer = server.client(project.full).get("/v1/api/events", params={"limit": 1000, "test": "include"})
        return list(reversed(answer.json()["data"]))

    return read
