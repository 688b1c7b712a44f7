"""A proxy in front of a real server that fails as networks and servers do: one planned fault for each HTTP request.

`.venv/bin/python -m tests.flaky --target PORT --plan JSON` prints `{"port": N}` and serves until it is killed; Python tests use
`Flaky` as a context manager. Nothing of Metrone's own lives here.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

# "pass"; "reset": the connection is reset before anything is forwarded; "lost": forwarded, but the answer never arrives;
# "timeout": never answered, the connection held; {"status": 500}, {"status": 429, "retry_after": 1}: answered by the proxy.
Fault = str | dict[str, int]
WORDS = ("pass", "reset", "lost", "timeout")
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
CHUNK_BYTES = 65536
GONE = (OSError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Head:
    """The first lines of a request or an answer."""

    start: str
    headers: list[tuple[str, str]]

    @classmethod
    async def read(cls, reader: asyncio.StreamReader) -> "Head":
        """Raises IncompleteReadError where the other side has gone."""
        start, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        return cls(start, [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)])

    def get(self, name: str) -> str:
        """A header's value; empty where there is none."""
        return next((value for header, value in self.headers if header == name), "")

    def encode(self, without: tuple[str, ...], **more: str) -> bytes:
        """The bytes to send on, some headers left out, some added."""
        kept = [*((name, value) for name, value in self.headers if name not in without), *more.items()]
        return "\r\n".join([self.start, *(f"{name}: {value}" for name, value in kept), "", ""]).encode("latin-1")


@dataclass(frozen=True)
class Seen:
    """A request that came by: when (monotonic seconds), what, and what was done to it."""

    at: float
    method: str
    path: str
    fault: Fault
    body: bytes


@dataclass
class Flaky:
    """The proxy, running in a thread while the context is open. `plan` may be added to; `seen` holds the requests so far."""

    target: int
    faults: Iterable[Fault] = ()
    plan: deque[Fault] = field(default_factory=deque)
    seen: list[Seen] = field(default_factory=list)
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.plan.extend(checked(fault) for fault in self.faults)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Flaky":
        listening = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listening,), daemon=True)
        self._thread.start()
        assert listening.wait(10), "the proxy does not listen"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(10)

    def _run(self, listening: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner, contextlib.suppress(asyncio.CancelledError):
            runner.run(self.serve(listening))

    def _stop(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    async def serve(self, listening: threading.Event) -> None:
        """Listen on a free port of the loopback until cancelled."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        try:
            await asyncio.Event().wait()
        finally:
            server.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError, *GONE):
            while await self._answer(reader, writer):
                pass
        with contextlib.suppress(OSError):
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection may carry another."""
        head = await Head.read(reader)
        body = await read_body(head, reader, writer)
        method, path, *_ = head.start.split(" ")
        fault: Fault = self.plan.popleft() if self.plan and method != "OPTIONS" else "pass"
        self.seen.append(Seen(time.monotonic(), method, path, fault, body))
        if isinstance(fault, dict):
            writer.write(failure(fault))
            await writer.drain()
            return True
        if fault == "timeout":
            await reader.read(1)
            return False
        if fault == "reset":
            return reset(writer)
        return await self._forward(
            head.encode(("connection", "expect"), connection="close") + body, fault, reader, writer
        )

    async def _forward(
        self, request: bytes, fault: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Ask the server, over a connection of its own, so that it may have been restarted since the last request."""
        try:
            async with connected(self.target) as (answers, asks):
                asks.write(request)
                head = await Head.read(answers)  # a server that stores before it answers has stored now
                if fault == "lost":
                    return reset(writer)
                writer.write(head.encode(("connection",)))
                await relay(answers, reader, writer)
        except GONE:
            return reset(writer)
        return bool(head.get("content-length") or head.get("transfer-encoding"))


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a port of the loopback, closed at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def read_body(head: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The body of a request as it came over the wire, chunk lines included."""
    if head.get("expect"):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" not in head.get("transfer-encoding"):
        return await reader.readexactly(int(head.get("content-length") or 0))
    body, size = b"", 1
    while size:
        line = await reader.readuntil(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        body += line + await reader.readexactly(size + 2)
    return body


async def relay(answers: asyncio.StreamReader, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass an answer on until the server ends it; raises ConnectionError where the client leaves before."""
    leaving = asyncio.ensure_future(reader.read(1))  # no client sends its next request before it has its answer
    try:
        while True:
            arriving = asyncio.ensure_future(answers.read(CHUNK_BYTES))
            await asyncio.wait((arriving, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not arriving.done():
                arriving.cancel()
                raise ConnectionResetError("the client left")
            if not arriving.result():
                return
            writer.write(arriving.result())
            await writer.drain()
    finally:
        leaving.cancel()
        await asyncio.wait((leaving,))  # until then its stream cannot be read


def reset(writer: asyncio.StreamWriter) -> bool:
    """Reset a connection (RST, not FIN); it carries nothing more."""
    connection: Any = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()
    return False


def failure(fault: dict[str, int]) -> bytes:
    """An error answer in the server's own form, readable by browsers of any origin."""
    status = fault["status"]
    body = json.dumps({"error": {"code": "FLAKY", "message": f"Planned answer {status}.", "status": status}}).encode()
    headers = [
        ("content-type", "application/json"),
        ("content-length", str(len(body))),
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "Retry-After"),
    ]
    if "retry_after" in fault:
        headers.append(("retry-after", str(fault["retry_after"])))
    return Head(f"HTTP/1.1 {status} Planned", headers).encode(()) + body


def checked(fault: Fault) -> Fault:
    """The fault; fails where there is no such fault."""
    assert fault in WORDS or (isinstance(fault, dict) and "status" in fault), f"no such fault: {fault!r}"
    return fault


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=int, required=True, help="port of the server, on the loopback")
    parser.add_argument("--plan", type=json.loads, default=[], help="JSON list of faults, one for each request")
    arguments = parser.parse_args()
    with Flaky(arguments.target, arguments.plan) as flaky, contextlib.suppress(KeyboardInterrupt):
        print(json.dumps({"port": flaky.port}), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
