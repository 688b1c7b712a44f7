"""The durable floor: the least that a server can do which says yes only after the disk did. `python -m bench.floor PORT FILE`.

A bare ASGI callable on the same uvicorn settings as the server: raw bodies are group-committed to a file with fdatasync,
and answered 202. No key, no validation, no enrichment, no store.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
import uvloop

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SWITCH_INTERVAL_SEC = 0.0005  # as the server has it (metrone.app), which helps the floor as much
ANSWER = b'{"ok":true}'
HEADERS = [(b"content-length", b"%d" % len(ANSWER)), (b"content-type", b"application/json")]


class Floor:
    """The callable and its writing thread."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND, 0o600)
        self._group: list[tuple[bytes, asyncio.Future[None]]] = []
        self._wake = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        message = await receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._group.append((body, done))
        self._wake.set()
        await done
        await send({"type": "http.response.start", "status": 202, "headers": HEADERS})
        await send({"type": "http.response.body", "body": ANSWER})

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            group, self._group = self._group, []
            if not group:
                continue
            os.write(self._file, b"\n".join(body for body, _ in group))
            os.fdatasync(self._file)
            group[0][1].get_loop().call_soon_threadsafe(_resolve, group)


def _resolve(group: list[tuple[bytes, "asyncio.Future[None]"]]) -> None:
    for _, done in group:
        if not done.done():
            done.set_result(None)


def main(port: int, path: str) -> None:
    """Serve until killed."""
    sys.setswitchinterval(SWITCH_INTERVAL_SEC)
    config = uvicorn.Config(
        Floor(path),
        host="127.0.0.1",
        port=port,
        http="httptools",
        loop="uvloop",
        lifespan="off",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        backlog=4096,
    )
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
