"""GET /v1/api/stream: events as they are accepted, by SSE. A plain ASGI callable, because it outlives any handler."""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

import msgspec

from metrone.errors import MetroneError
from metrone.events.event import Event
from metrone.intake.geo import country_name
from metrone.live import Live, Subscription
from metrone.reports.rows import present_event
from metrone.web.auth import query_value
from metrone.web.callers import Callers
from metrone.web.exchange import Receive, Scope, Send, request_id_of, respond_problem

PATH = "/v1/api/stream"
LAST_WRITE_SEC = 0.5  # for a write that is under way when the stream ends
COMMENT_EVERY_SEC = 15.0  # wire.md: keeps proxies from closing it
_CORS = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"X-Request-Id, Retry-After")]


class Streams:
    """All open streams. `last_sec` is the longest life of one, `per_caller` how many one key may hold."""

    def __init__(self, live: Live, callers: Callers, last_sec: float, per_caller: int) -> None:
        self._live = live
        self._callers = callers
        self._last_sec = last_sec
        self._per_caller = per_caller
        self._open: Counter[str] = Counter()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End all streams; the server is stopping."""
        self._stopping.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = request_id_of(headers)
        shown = [(b"x-request-id", request_id.encode()), *_CORS]
        query: bytes = scope["query_string"]
        try:
            project_id = headers.get(b"x-metrone-project", b"").decode("latin-1") or query_value(query, b"project")
            caller = await asyncio.to_thread(self._callers.find, headers, query, project_id)
            self._callers.allow(caller)
            if self._open[caller.name] >= self._per_caller:
                message = f"This key holds {self._per_caller} streams already. Close one, or wait until one ends."
                raise MetroneError("RATE_LIMITED", message, retry_after=self._last_sec)
        except MetroneError as error:
            await respond_problem(send, error, request_id, shown)
            return
        self._open[caller.name] += 1
        reader = self._live.subscribe(caller.project.project_no, _last_event_id(headers, query))
        try:
            await self._run(reader, receive, send, shown)
        finally:
            self._live.unsubscribe(reader)
            self._open[caller.name] -= 1
            if not self._open[caller.name]:
                del self._open[caller.name]

    async def _run(self, reader: Subscription, receive: Receive, send: Send, shown: list[tuple[bytes, bytes]]) -> None:
        kind = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache, no-transform")]
        start = {
            "type": "http.response.start",
            "status": 200,
            "headers": [*kind, (b"x-accel-buffering", b"no"), *shown],
        }
        await send(start)
        await _write(send, b"retry: 2000\n: connected\n\n")
        gone: asyncio.Task[Any] = asyncio.create_task(_until_gone(receive))
        stopped: asyncio.Task[Any] = asyncio.create_task(self._stopping.wait())
        try:
            is_whole = await self._pump(reader, send, {gone, stopped})
        finally:
            for task in (gone, stopped):
                await _cancel(task)
        if is_whole:
            with suppress(OSError):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pump(self, reader: Subscription, send: Send, ends: set["asyncio.Task[Any]"]) -> bool:
        """Send what comes until the time is up or something in `ends` is done; False when the client reads no more."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._last_sec
        while (left := until - loop.time()) > 0:
            fetch = asyncio.create_task(reader.get(min(COMMENT_EVERY_SEC, left)))
            if not await _finishes(fetch, ends, left + 1):
                return True
            events = fetch.result()
            chunk = b"".join(map(frame, events)) if events else b": still here\n\n"
            # A client that reads nothing would hold its place for ever: the time it has counts here too.
            writing = asyncio.create_task(_write(send, chunk))
            if not await _finishes(writing, ends, max(0.0, until - loop.time()), LAST_WRITE_SEC):
                return False
            writing.result()
            if any(end.done() for end in ends):
                break
        return True


def frame(event: Event) -> bytes:
    """One event as an SSE frame: its id and the row of the events read."""
    row = present_event(msgspec.structs.asdict(event), country_name)
    return b"id: %d\ndata: %s\n\n" % (event.event_id, msgspec.json.encode(row))


async def _write(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _finishes(
    task: "asyncio.Task[Any]", ends: set["asyncio.Task[Any]"], timeout_sec: float, grace_sec: float = 0.0
) -> bool:
    """Whether the task is done when the time is up or something ends, or within the grace after; else it is cancelled."""
    await asyncio.wait({task, *ends}, timeout=timeout_sec, return_when=asyncio.FIRST_COMPLETED)
    if grace_sec:
        await asyncio.wait({task}, timeout=grace_sec)
    if task.done():
        return True
    await _cancel(task)
    return False


async def _cancel(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _last_event_id(headers: dict[bytes, bytes], query: bytes) -> int | None:
    text = headers.get(b"last-event-id", b"").decode("latin-1") or query_value(query, b"last_event_id")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
