"""Streams: events as they happen, none missed over a break, and an end when one is asked for."""

import asyncio
import io
import threading
from http.client import HTTPResponse
from typing import Any, cast

import pytest

from metrone_client import AsyncMetrone, Metrone, MetroneAuthError, MetroneNetworkError, MetroneRateLimitError
from metrone_client.stream import Frame, read_frames
from tests import contract
from tests.flaky import Flaky
from tests.running import RunningServer, TestProject, eventually


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("id: 1\ndata: a\n\n", [Frame("1", "a")]),
        (": hello\n\nretry: 2000\n\ndata: a\n\n", [Frame("", "a")]),
        ("id:1\r\ndata:a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", [Frame("1", "a\nb"), Frame("1", "c")]),
        ("data: cut sho", []),
        ("data: ünï\n\n", [Frame("", "ünï")]),
    ],
)
def test_frames(text: str, frames: list[Frame]) -> None:
    response: Any = io.BytesIO(text.encode())
    assert list(read_frames(cast(HTTPResponse, response))) == frames


def test_events_as_they_happen(server: RunningServer, any_project: TestProject) -> None:
    with Metrone(any_project.full, endpoint=server.url) as client, client.stream() as events:
        for name in ("a", "b"):
            client.track(name)
        client.flush()
        assert [next(events)["event_name"] for _ in range(2)] == ["a", "b"]


def test_a_break_misses_nothing(server: RunningServer, any_project: TestProject) -> None:
    with Flaky(server.port) as flaky, Metrone(any_project.full, endpoint=server.url) as client:
        watcher = Metrone(any_project.full, endpoint=flaky.url)
        with watcher.stream() as events:
            client.track("before")
            client.flush()
            assert next(events)["event_name"] == "before"
            flaky.break_all()  # the network goes, and what happens now is for the next connection
            client.track("meanwhile")
            client.flush()
            assert next(events)["event_name"] == "meanwhile"
        assert [seen.path for seen in flaky.seen] == ["/v1/api/stream"] * 2


def test_a_stream_taken_up_later(server: RunningServer, any_project: TestProject) -> None:
    with Metrone(any_project.full, endpoint=server.url) as client:
        with client.stream() as events:
            client.track("first")
            client.flush()
            next(events)
        client.track("second")
        client.flush()
        with client.stream(events.last_event_id) as events:
            assert next(events)["event_name"] == "second"


def test_an_end_from_another_thread(server: RunningServer, any_project: TestProject) -> None:
    events = Metrone(any_project.full, endpoint=server.url).stream()
    events.connect()
    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.extend(events))
    thread.start()
    events.close()
    thread.join(20)
    assert not thread.is_alive()
    assert seen == []
    assert list(events) == []


def test_what_ends_a_stream(server: RunningServer, project: TestProject) -> None:
    with pytest.raises(MetroneAuthError):
        next(Metrone(contract.UNKNOWN, endpoint=server.url).stream())
    client = Metrone(project.full, endpoint=server.url)
    held = [client.stream() for _ in range(5)]
    for stream in held:
        stream.connect()
    with pytest.raises(MetroneRateLimitError) as caught, client.stream():
        pass
    assert caught.value.retry_after_sec
    for stream in held:
        stream.close()

    def has_place() -> bool:
        try:
            with client.stream():
                return True
        except MetroneRateLimitError:
            return False

    eventually(has_place, what="a place to be given back")
    with Flaky(server.port, ["reset"] * 2) as flaky, pytest.raises(MetroneNetworkError):
        next(Metrone(project.full, endpoint=flaky.url, max_retries=1).stream())


def test_async(server: RunningServer, any_project: TestProject) -> None:
    async def main() -> list[str | None]:
        async with AsyncMetrone(any_project.full, endpoint=server.url) as client, client.stream() as events:
            with pytest.raises(TimeoutError):  # nothing yet; what comes later is not lost to this
                await asyncio.wait_for(anext(events), 0.05)
            for name in ("a", "b"):
                client.track(name)
            await client.flush()
            seen = []
            async for event in events:
                seen.append(event["event_name"])
                if len(seen) == 2:
                    assert events.last_event_id == event["event_id"]
                    await events.close()
            return seen

    assert asyncio.run(main()) == ["a", "b"]
