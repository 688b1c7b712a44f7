"""One HTTP exchange with the server, by the standard library alone. No event, no retry. All it raises is a MetroneError."""

from __future__ import annotations

import base64

# Imported by the first connection otherwise, in a thread: a child forked meanwhile would wait for that import for ever.
import encodings.idna  # noqa: F401
import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from metrone_client.config import Config
from metrone_client.errors import Cause, MetroneNetworkError, MetroneServerError, MetroneTimeoutError, read_error

VERSION = "0.1.0"
SDK = f"metrone-python/{VERSION}"
# Below the five seconds after which uvicorn, and the least patient of the proxies, close a connection that rests.
IDLE_SEC = 4.0
IDLE_KEPT = 4
FAILURES = (OSError, HTTPException, ValueError)  # the last: a host name that is none
LONGEST_ANSWER = 64 << 20  # bytes; a thousand event rows of the largest kind are a third of it


@dataclass(frozen=True)
class Request:
    """What to ask: a path below the endpoint with its query, and a JSON body where there is one."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listening:
    """An answer that goes on, and what it comes over."""

    connection: HTTPConnection
    line: socket.socket
    response: HTTPResponse

    def close(self) -> None:
        """End it, from any thread; a close alone would not wake a thread that reads."""
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.response.close()
        self.connection.close()


class Wire:
    """Connections to one endpoint, used again while they are warm. Safe to use from several threads."""

    def __init__(self, config: Config) -> None:
        self._endpoint = urlsplit(config.endpoint.rstrip("/"))
        self._proxy = find_proxy(self._endpoint)
        self._ssl = config.ssl_context
        self._headers = {"X-Api-Key": config.api_key, "User-Agent": SDK, "Accept": "application/json"}
        self._lock = threading.Lock()
        self._idle: list[tuple[float, HTTPConnection]] = []
        self._is_closed = False

    def forget(self) -> None:
        """Let go of all connections in a forked child. They stay the parent's: to close a copy ends nothing."""
        self._lock = threading.Lock()
        self._close_idle()

    def close(self) -> None:
        """Close the connections that rest, and let none rest any more: one under way ends with its answer."""
        self._is_closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def call(self, request: Request, timeout_sec: float) -> dict[str, Any]:
        """The JSON object that the server answers with success; raises the MetroneError of everything else.

        `timeout_sec` bounds each wait for the network.
        """
        connection = self._take(timeout_sec)
        try:
            response = self._exchange(connection, request)
            body = response.read(LONGEST_ANSWER + 1)
        except FAILURES as error:
            connection.close()
            raise _network_error(error) from None
        except BaseException:
            connection.close()
            raise
        if response.will_close or not response.isclosed():
            connection.close()
        else:
            self._keep(connection)
        return _read_answer(response, body)

    def listen(self, request: Request, timeout_sec: float, quiet_sec: float) -> Listening:
        """An answer that goes on until the caller closes it; `quiet_sec` is the longest pause within it."""
        connection = self._connect(timeout_sec)
        try:
            connection.connect()
            line: socket.socket = connection.sock
            response = self._exchange(connection, request)
            if response.status != 200:
                raise read_error(response.status, response.getheader("Retry-After"), response.read(LONGEST_ANSWER))
            line.settimeout(quiet_sec)
        except FAILURES as error:
            connection.close()
            raise _network_error(error) from None
        except BaseException:
            connection.close()
            raise
        return Listening(connection, line, response)

    def _exchange(self, connection: HTTPConnection, request: Request) -> HTTPResponse:
        path = self._endpoint.path + request.path
        headers = self._headers | request.headers
        if self._proxy and self._endpoint.scheme == "http":
            path = f"http://{self._endpoint.netloc}{path}"
            headers |= _proxy_headers(self._proxy)
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(request.method, path, request.body, headers)
        return connection.getresponse()

    def _take(self, timeout_sec: float) -> HTTPConnection:
        with self._lock:
            while self._idle:
                since, connection = self._idle.pop()
                if time.monotonic() - since < IDLE_SEC and connection.sock:
                    connection.sock.settimeout(timeout_sec)
                    return connection
                connection.close()
        return self._connect(timeout_sec)

    def _keep(self, connection: HTTPConnection) -> None:
        with self._lock:
            if len(self._idle) < IDLE_KEPT and not self._is_closed:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()

    def _connect(self, timeout_sec: float) -> HTTPConnection:
        """A connection that opens itself with its first request, through the proxy where the environment names one."""
        target, near = self._endpoint, self._proxy or self._endpoint
        host = near.hostname or ""
        if target.scheme == "http":
            return HTTPConnection(host, near.port, timeout=timeout_sec)
        self._ssl = self._ssl or ssl.create_default_context()
        connection = HTTPSConnection(host, near.port, timeout=timeout_sec, context=self._ssl)
        if self._proxy:
            connection.set_tunnel(target.hostname or "", target.port, _proxy_headers(self._proxy))
        return connection


def find_proxy(endpoint: SplitResult) -> SplitResult | None:
    """The proxy that the environment names for this address (`HTTPS_PROXY`, `NO_PROXY` and their like)."""
    address = getproxies().get(endpoint.scheme)
    if not address or proxy_bypass(endpoint.netloc):
        return None
    return urlsplit(address if "://" in address else f"http://{address}")


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _network_error(error: Exception) -> MetroneNetworkError:
    if isinstance(error, TimeoutError):
        return MetroneTimeoutError("The server did not answer in time.")
    return MetroneNetworkError(f"The server was not reached: {type(error).__name__}: {error}".rstrip(": "))


def _read_answer(response: HTTPResponse, body: bytes) -> dict[str, Any]:
    if not 200 <= response.status < 300:
        raise read_error(response.status, response.getheader("Retry-After"), body)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        # The sign-in page of a network answers 200 too; what it was sent has gone nowhere.
        raise MetroneServerError("What answered is not a Metrone server.", Cause(status=response.status))
    return answer
