"""WSGI middleware that counts AI agents' requests. It gives the application's answer on as it came."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Final
from urllib.parse import quote

from metrone_client.agents import is_ai_agent
from metrone_client.capture import is_page
from metrone_client.tracking import AgentRequest, Tracking

Environ = dict[str, Any]
Failure = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Callable[[bytes], object]]  # (status, headers, exc_info=None) → write
App = Callable[[Environ, StartResponse], Iterable[bytes]]

MARK: Final = "metrone.agent"  # in the environment of a request that is being watched already


class WSGIAgentMiddleware:
    """Wraps a WSGI application: `application = WSGIAgentMiddleware(application, metrone)`."""

    def __init__(self, app: App, client: Tracking) -> None:
        self._app = app
        self._client = client

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        user_agent = environ.get("HTTP_USER_AGENT", "")
        if environ.get("REQUEST_METHOD") != "GET" or MARK in environ or not is_ai_agent(user_agent):
            return self._app(environ, start_response)
        environ[MARK] = True
        sight = _Sight(self._client, environ, start_response)
        try:
            answer = self._app(environ, sight.start_response)
        except Exception:
            sight.count(500)
            raise
        if sight.status:
            sight.count(sight.status)
            return answer
        return _Late(answer, sight)  # a generator, which has not begun


class _Sight:
    """What is seen of one request."""

    def __init__(self, client: Tracking, environ: Environ, start_response: StartResponse) -> None:
        self.status = 0
        self._kind = ""
        self._is_counted = False
        self._began = time.perf_counter()
        self._elapsed_ms = 0.0
        self._client = client
        self._environ = environ
        self._start_response = start_response

    def start_response(
        self, status: str, headers: Headers, exc_info: Failure | None = None
    ) -> Callable[[bytes], object]:
        """The server's own, seen. Called again where the application failed after its first word."""
        number = status[:3]
        self.status = int(number) if number.isdigit() else 500
        self._kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        self._elapsed_ms = self._elapsed()
        return self._start_response(status, headers, *([exc_info] if exc_info else []))

    def count(self, status: int) -> None:
        """Count it, once."""
        if self._is_counted or not is_page(self._kind):
            return
        self._is_counted = True
        environ = self._environ
        self._client.track_agent_request(
            AgentRequest(
                environ["HTTP_USER_AGENT"],
                _url_of(environ),
                status,
                self._elapsed_ms or self._elapsed(),
                environ.get("HTTP_REFERER") or None,
            )
        )

    def _elapsed(self) -> float:
        return round((time.perf_counter() - self._began) * 1000, 1)


class _Late:
    """The answer of an application that says its status with its first piece."""

    def __init__(self, answer: Iterable[bytes], sight: _Sight) -> None:
        self._answer = answer
        self._pieces = iter(answer)
        self._sight = sight

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except StopIteration:
            self._sight.count(self._sight.status or 500)
            raise
        except Exception:
            self._sight.count(500)
            raise
        self._sight.count(self._sight.status or 500)
        return piece

    def close(self) -> None:
        """As the server calls it at the end."""
        close = getattr(self._answer, "close", None)
        if close is not None:
            close()


def _url_of(environ: Environ) -> str:
    """The address as WSGI has it (PEP 3333, URL reconstruction); lenient, since a test's environment may lack anything."""
    host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME', 'localhost')}:{environ.get('SERVER_PORT', 80)}"
    path = quote(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), "/;=,", "latin-1", "replace")
    query = environ.get("QUERY_STRING", "")
    return f"{environ.get('wsgi.url_scheme', 'http')}://{host}{path}{'?' if query else ''}{query}"
