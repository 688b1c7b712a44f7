"""ASGI middleware that counts AI agents' requests. It passes every message on as it came."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import quote

from metrone_client.agents import is_ai_agent
from metrone_client.capture import is_page
from metrone_client.tracking import AgentRequest, Tracking

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MARK: Final = "metrone.agent"  # in the scope of a request that is being watched already


class ASGIAgentMiddleware:
    """Wraps an ASGI application: `app.add_middleware(ASGIAgentMiddleware, client=metrone)`, or around any `app`."""

    def __init__(self, app: App, client: Tracking) -> None:
        self._app = app
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        user_agent = headers.get(b"user-agent", b"").decode("latin-1")
        if scope["type"] != "http" or scope["method"] != "GET" or MARK in scope or not is_ai_agent(user_agent):
            await self._app(scope, receive, send)
            return
        scope[MARK] = True
        began, has_begun = time.perf_counter(), False

        def count(status: int, kind: str) -> None:
            if is_page(kind):
                referrer = headers.get(b"referer", b"").decode("latin-1") or None
                elapsed_ms = round((time.perf_counter() - began) * 1000, 1)
                self._client.track_agent_request(
                    AgentRequest(user_agent, _url_of(scope, headers), status, elapsed_ms, referrer)
                )

        async def watch(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start" and not has_begun:
                has_begun = True
                count(message["status"], _kind_of(message))
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            if not has_begun:
                count(500, "")  # what the server around us makes of it
            raise


def _kind_of(start: Message) -> str:
    headers = start.get("headers", ())
    # Any iterable is allowed there; one that can be read once only is the server's to read.
    found = dict(headers) if isinstance(headers, list | tuple) else {}
    return bytes(found.get(b"content-type", b"")).decode("latin-1")


def _url_of(scope: Scope, headers: dict[bytes, bytes]) -> str:
    host = headers.get(b"host", b"").decode("latin-1") or "localhost"
    path = (scope.get("raw_path") or quote(scope["path"], errors="replace").encode()).decode("latin-1")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}{path}{'?' if query else ''}{query}"
