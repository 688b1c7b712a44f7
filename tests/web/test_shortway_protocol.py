"""The short way as a protocol between a transport and the way in: what it leaves behind, and when it hangs up."""

import asyncio
import gc
import socket
import time
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from metrone.web.ingest import Head, Ingest, Reply
from metrone.web.shortway import short_way
from tests.running import RunningServer, TestProject

REQUEST = b"POST /v1/events HTTP/1.1\r\nHost: x\r\nX-Api-Key: k\r\nContent-Length: 2\r\n\r\n{}"
KEEP_ALIVE_SEC = 5.0  # uvicorn's own


class Wire(asyncio.Transport):
    """Takes what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = 0

    def write(self, data: Any) -> None:
        assert data.startswith(b"HTTP/1.1 202")
        self.answers += 1

    def is_closing(self) -> bool:
        return False

    def resume_reading(self) -> None:
        """Nothing was paused."""

    def close(self) -> None:
        """Nothing to let go of."""


class Yes:
    """A way in that takes everything at once."""

    def take(self, head: Head, body: bytes, reply: Any) -> None:
        answer: Reply = (202, b"{}", [(b"x-request-id", b"r")])
        reply(answer)


def test_requests_leave_nothing_to_the_garbage_collector() -> None:
    async def run() -> tuple[int, int]:
        config = uvicorn.Config(app=cast(Any, None), log_config=None, ws="none", lifespan="off")
        config.loaded_app = None
        made: Any = short_way(cast(Ingest, Yes()))
        protocol, wire = made(config=config, server_state=ServerState(), app_state={}), Wire()
        protocol.connection_made(wire)
        protocol.data_received(REQUEST)
        gc.collect()
        gc.disable()
        try:
            for _ in range(200):
                protocol.data_received(REQUEST)
            found = gc.collect()
        finally:
            gc.enable()
        protocol.connection_lost(None)
        return wire.answers, found

    answers, found = asyncio.run(run())
    assert answers == 201
    assert found < 20, "a request is part of a cycle"


def test_connection_is_closed_when_it_was_idle_for_too_long_and_not_before(
    server: RunningServer, project: TestProject
) -> None:
    body = b'{"event_type": "pageview"}'
    head = f"POST /v1/events HTTP/1.1\r\nHost: x\r\nX-Api-Key: {project.full}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head.encode() + body)
        assert line.recv(65536).startswith(b"HTTP/1.1 202")
        line.settimeout(KEEP_ALIVE_SEC / 2)
        try:
            rest = line.recv(65536)
        except TimeoutError:
            rest = b"still open"
        assert rest == b"still open"
        line.settimeout(20)
        line.sendall(head.encode() + body)  # busy again: the time counts from here
        began = time.monotonic()
        assert line.recv(65536).startswith(b"HTTP/1.1 202")
        assert line.recv(65536) == b""
        assert KEEP_ALIVE_SEC - 1 < time.monotonic() - began < KEEP_ALIVE_SEC + 5
