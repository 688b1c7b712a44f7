"""The stream of events: prompt, resumable, bounded, and its place is free again when the client goes."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from tests.running import RunningServer, TestProject, eventually
from tests.web.visitors import new_key, revoked_key, sign_in

PROMPT_SEC = 0.5  # issue: on the SSE stream within 500 ms


class Stream:
    """An open stream, read message by message."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.lines = answer.iter_lines()
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert self.message() == {"retry": "2000", "": "connected"}

    def message(self) -> dict[str, str]:
        """The fields of the next message; a comment's text under ''. Empty at the end."""
        fields: dict[str, str] = {}
        for line in self.lines:
            if not line:
                break
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        return fields

    def event(self) -> dict[str, Any]:
        """The event of the next message that has one."""
        while True:
            message = self.message()
            assert message, "the stream ended"
            if "data" in message:
                event: dict[str, Any] = json.loads(message["data"])
                assert event["event_id"] == message["id"]
                return event


@contextmanager
def listening(server: RunningServer, headers: dict[str, str], query: str = "") -> Iterator[Stream]:
    with server.client().stream("GET", f"/v1/api/stream{query}", headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        yield Stream(answer)


def keyed(project: TestProject) -> dict[str, str]:
    return {"X-Api-Key": project.full}


def write(server: RunningServer, key: str, name: str) -> str:
    answer = server.client(key).post("/v1/events", json={"event_type": "custom", "event_name": name})
    answer.raise_for_status()
    identity: str = answer.json()["event_id"]
    return identity


def test_stream_shows_an_event_at_once_and_as_the_events_read_does(server: RunningServer, project: TestProject) -> None:
    with listening(server, keyed(project)) as stream:
        began = time.monotonic()
        number = write(server, project.write, "first")
        event = stream.event()
        assert time.monotonic() - began < PROMPT_SEC
    assert (event["event_id"], event["event_name"]) == (number, "first")
    server.drained()
    (read,) = server.client(project.full).get("/v1/api/events").json()["data"]
    assert event == read


def test_stream_shows_no_test_events_and_none_of_another_project(server: RunningServer, project: TestProject) -> None:
    testing, other = new_key(server, project, "write", is_test=True), server.project()
    with listening(server, keyed(project)) as stream:
        write(server, testing, "a try")
        write(server, other.write, "another project's")
        write(server, project.write, "real")
        assert stream.event()["event_name"] == "real"


def test_stream_resumes_after_the_last_event_that_was_seen(server: RunningServer, project: TestProject) -> None:
    with listening(server, keyed(project)):
        ids = [write(server, project.write, name) for name in ("one", "two", "three")]
    with listening(server, {**keyed(project), "Last-Event-ID": ids[0]}) as stream:
        assert [stream.event()["event_name"] for _ in range(2)] == ["two", "three"]
    with listening(server, keyed(project), f"?last_event_id={ids[1]}") as stream:
        assert stream.event()["event_name"] == "three"


@pytest.mark.parametrize("seen", ["nonsense", "-1", "9" * 30, "'", "\u00e9"])
def test_stream_begins_with_now_when_the_last_event_id_makes_no_sense(
    server: RunningServer, project: TestProject, seen: str
) -> None:
    with listening(server, {**keyed(project), "Last-Event-ID": seen.encode("latin-1")}) as stream:  # type: ignore[dict-item]
        write(server, project.write, "now")
        assert stream.event()["event_name"] == "now"


def test_stream_takes_the_ways_of_authenticating_of_a_browser(server: RunningServer, project: TestProject) -> None:
    browser = sign_in(server, project)
    for headers, query in (
        (browser.headers, ""),
        ({}, f"?api_key={project.full}"),
        ({}, f"?{'&' * 500}api_key={project.full}"),
    ):
        with listening(server, headers, query) as stream:
            write(server, project.write, "seen")
            assert stream.event()["event_name"] == "seen"


def test_stream_refuses_a_sixth_and_takes_one_again_when_one_has_gone(
    server: RunningServer, project: TestProject
) -> None:
    def status() -> int:
        with server.client().stream("GET", "/v1/api/stream", headers=keyed(project)) as answer:
            return answer.status_code

    with ExitStack() as five:
        held = [five.enter_context(listening(server, keyed(project))) for _ in range(5)]
        refused = server.client().get("/v1/api/stream", headers=keyed(project))
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "RATE_LIMITED")
        assert int(refused.headers["retry-after"]) >= 1
        other = new_key(server, project, "read")
        with listening(server, {"X-Api-Key": other}):
            assert len(held) == 5
    eventually(lambda: status() == 200, 5, what="a place to be free again")


def test_stream_ends_when_its_time_is_up(start_server: Callable[..., RunningServer]) -> None:
    server = start_server(METRONE_STREAM_SECONDS="1", METRONE_STREAMS_PER_KEY="1")
    project = server.project()
    with listening(server, keyed(project)) as stream:
        write(server, project.write, "before the end")
        assert stream.event()["event_name"] == "before the end"
        began = time.monotonic()
        while stream.message():
            pass
        assert time.monotonic() - began < 5
    _hold_without_reading(server, project)


def _hold_without_reading(server: RunningServer, project: TestProject) -> None:
    """A client that reads nothing has its place for the same time, not for ever."""
    with socket.create_connection(("127.0.0.1", server.port)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        deaf.sendall(f"GET /v1/api/stream HTTP/1.1\r\nHost: x\r\nX-Api-Key: {project.full}\r\n\r\n".encode())
        deaf.recv(100)
        big = [{"event_type": "x", "properties": {"a": "y" * 4_000}}] * 100
        for _ in range(30):
            server.client(project.write).post("/v1/events/batch", json=big).raise_for_status()

        def is_free() -> bool:
            with server.client().stream("GET", "/v1/api/stream", headers=keyed(project)) as answer:
                return answer.status_code == 200

        eventually(is_free, 10, what="the place of a deaf client")


def test_stream_ends_cleanly_when_the_server_stops(start_server: Callable[..., RunningServer]) -> None:
    server = start_server()
    project = server.project()
    with listening(server, keyed(project)) as stream, httpx.Client(base_url=server.url) as writer:
        assert server.process is not None
        for number in range(20):
            writer.post("/v1/events", json={"event_type": "x"}, headers={"X-Api-Key": project.write}).raise_for_status()
            assert stream.event()["event_name"] == "x", number
        server.process.terminate()
        began = time.monotonic()
        while stream.message():
            pass  # a cut connection would raise here
        assert server.process.wait(20) == 0
        assert time.monotonic() - began < 8
    assert "Traceback" not in server.log.read_text()


def test_stream_of_a_revoked_key_is_refused(server: RunningServer, project: TestProject) -> None:
    answer = server.client().get("/v1/api/stream", headers={"X-Api-Key": revoked_key(server, project)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "INVALID_API_KEY")
