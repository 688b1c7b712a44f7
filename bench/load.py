"""The load generator, in a process of its own: reads one Load as JSON from stdin, prints one Result.

Closed loop: every connection sends its next request when it has read the answer to the last. Open loop (`rate`): requests are
due at fixed times whatever the answers do, and a latency counts from when its request was due.
"""

import asyncio
import sys
import time
from collections import Counter, deque
from typing import cast

import msgspec
import uvloop

from bench.traffic import Target, Traffic

ACCEPTED = b"HTTP/1.1 202"
WAIT_SEC = 10.0  # for the last answers


class Load(msgspec.Struct):
    """What to send where. `rate` is requests a second for an open loop, 0 for a closed one."""

    port: int
    path: str
    api_key: str
    connections: int
    seconds: float
    rate: float = 0.0
    batch: int = 0
    templates: int = 20_000  # different requests; each is sent again with new idempotency keys
    seed: int = 0  # of the traffic, its idempotency keys too: no two loads of a run may share it


class Result(msgspec.Struct):
    """What came of it. `requests` were answered with 202 within `seconds`; latencies are of all answers, in ms."""

    requests: int
    seconds: float
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    others: dict[str, int]


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, run: "_Run") -> None:
        self._run = run
        self._buffer = b""
        self._due = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases
        self._run.idle.append(self)

    def send(self, due: float) -> None:
        assert self.transport is not None
        self._due = due
        self.transport.write(self._run.traffic.next_request())

    def data_received(self, data: bytes) -> None:
        """Head and body may come in any number of pieces."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        start = self._buffer.lower().find(b"content-length:", 0, end) + 15
        length = int(self._buffer[start : self._buffer.find(b"\r\n", start)])
        if len(self._buffer) < end + 4 + length:
            return
        answer, self._buffer = self._buffer, b""
        self._run.take(self, answer, time.perf_counter() - self._due)

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.lose(self)


class _Run:
    """One load under way."""

    def __init__(self, load: Load) -> None:
        self.traffic = Traffic(Target(load.path, load.api_key, load.batch), load.templates, load.seed)
        self.idle: deque[_Connection] = deque()
        self._load = load
        self._due: deque[float] = deque()
        self._latencies: list[float] = []
        self._others: Counter[str] = Counter()
        self._accepted = 0
        self._open = 0
        self._end = 0.0

    def take(self, connection: _Connection, answer: bytes, latency: float) -> None:
        self._latencies.append(latency)
        now = time.perf_counter()
        if not answer.startswith(ACCEPTED):
            self._others[answer[9:12].decode("latin-1")] += 1
        elif now <= self._end:
            self._accepted += 1
        self._open -= 1
        if not self._load.rate:
            if now < self._end:
                self._send(connection, now)
        elif self._due:
            self._send(connection, self._due.popleft())
        else:
            self.idle.append(connection)

    def lose(self, connection: _Connection) -> None:
        if time.perf_counter() < self._end:
            self._others["connection lost"] += 1

    async def run(self) -> Result:
        loop, load = asyncio.get_running_loop(), self._load
        for _ in range(load.connections):
            await loop.create_connection(lambda: _Connection(self), "127.0.0.1", load.port)
        connections = list(self.idle)
        began = time.perf_counter()
        self._end = began + load.seconds
        if load.rate:
            await self._pace(began)
        else:
            for connection in connections:
                self._send(connection, time.perf_counter())
            await asyncio.sleep(load.seconds)
        until = time.perf_counter() + WAIT_SEC
        while (self._open or self._due) and time.perf_counter() < until:
            await asyncio.sleep(0.01)
        if self._open:
            self._others["no answer"] = self._open
        for connection in connections:
            if connection.transport is not None:
                connection.transport.close()
        return self._result()

    async def _pace(self, began: float) -> None:
        number, total = 0, int(self._load.seconds * self._load.rate)
        while number < total:
            due = began + number / self._load.rate
            wait = due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            elif number % 64 == 0:
                await asyncio.sleep(0)  # late: let answers in all the same
            if self.idle:
                self._send(self.idle.popleft(), due)
            else:
                self._due.append(due)
            number += 1

    def _send(self, connection: _Connection, due: float) -> None:
        self._open += 1
        connection.send(due)

    def _result(self) -> Result:
        taken = sorted(self._latencies) or [0.0]
        p50, p99, most = (round(taken[int((len(taken) - 1) * share)] * 1000, 2) for share in (0.5, 0.99, 1.0))
        rate = round(self._accepted / self._load.seconds, 1)
        return Result(self._accepted, self._load.seconds, rate, p50, p99, most, dict(self._others))


async def run(load: Load) -> Result:
    """Do it. The answers that come after its end are waited for, and only their latencies count."""
    return await _Run(load).run()


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    print(msgspec.json.encode(uvloop.run(run(given))).decode())
