"""Events as they happen, over server-sent events: reading frames, and coming back where the last one ended."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from types import TracebackType
from typing import Any, cast

from metrone_client.answers import Event
from metrone_client.backoff import wait_after
from metrone_client.config import Config, log
from metrone_client.errors import MetroneError, MetroneNetworkError
from metrone_client.wire import Listening, Request, Wire

QUIET_SEC = 45.0  # the server says something every 15 s; three times nothing is a dead connection
SHORT_SEC = 2.0  # a stream that ends sooner is not asked for again before that
LONGEST_LINE = 1 << 20  # bytes; an event's row is a tenth of it at most


@dataclass(frozen=True)
class Frame:
    """One message: its id and its data, as text."""

    id: str
    data: str


class Stream:
    """An endless iterator over new events, and a context manager within which nothing is missed.

    A stream that ends (after five minutes) or breaks is taken up again after the last event. Raises the MetroneError
    that stays after `max_retries`. `last_event_id` can be kept, and given to a later stream.
    """

    def __init__(self, wire: Wire, config: Config, last_event_id: str = "") -> None:
        self._wire = wire
        self._config = config
        self.last_event_id = last_event_id
        self._closed = threading.Event()
        self._listening: Listening | None = None
        self._has_listened = False
        self._events = self._follow()

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        return next(self._events)

    def __enter__(self) -> Stream:
        self.connect()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def connect(self) -> None:
        """Listen from now on. Raises the MetroneError of a server that does not let us."""
        if self._listening is None and not self._closed.is_set():
            headers = {"Accept": "text/event-stream"}
            if self.last_event_id:
                headers["Last-Event-ID"] = self.last_event_id
            request = Request("GET", "/v1/api/stream", headers=headers)
            self._listening = self._wire.listen(request, self._config.timeout_sec, QUIET_SEC)
            self._has_listened = True

    def close(self) -> None:
        """End it, from any thread; an iteration that waits ends too."""
        self._closed.set()
        self._disconnect()

    def _disconnect(self) -> None:
        listening, self._listening = self._listening, None
        if listening:
            listening.close()

    def _follow(self) -> Iterator[Event]:
        failures = 0
        while not self._closed.is_set():
            since = time.monotonic()
            try:
                self.connect()
                for event in self._read():
                    failures = 0
                    yield event
                pause = SHORT_SEC - (time.monotonic() - since)
            except MetroneError as error:
                failures += 1
                if self._closed.is_set():
                    return
                if failures > self._config.max_retries or not self._may_come_back(error):
                    raise
                pause = wait_after(failures, error.retry_after_sec, random.random())
                log.debug("stream again in %.1f s: %s", pause, error)
            finally:
                self._disconnect()
            self._closed.wait(max(0.0, pause))

    def _may_come_back(self, error: MetroneError) -> bool:
        """Too many streams is for the caller to know at first; later it may be the broken one of our own that counts."""
        return error.is_temporary and (self._has_listened or error.status != 429)

    def _read(self) -> Iterator[Event]:
        listening = self._listening
        if listening is None:
            return
        try:
            for frame in read_frames(listening.response):
                self.last_event_id = frame.id or self.last_event_id
                event = _read_event(frame.data)
                if event is not None:
                    yield event
        except (OSError, HTTPException, ValueError, AttributeError) as error:
            # The last two are what reading raises where another thread has closed the answer meanwhile.
            raise MetroneNetworkError(f"The stream broke: {type(error).__name__}.") from None


def read_frames(response: HTTPResponse) -> Iterator[Frame]:
    """The messages of a stream until it ends, by the rules of the HTML standard, 9.2.6. Comments are nothing."""
    last_id, data = "", []
    while line := response.readline(LONGEST_LINE):
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        name, _, value = text.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            last_id = value
        elif name == "data":
            data.append(value)
        elif not text and data:
            yield Frame(last_id, "\n".join(data))
            data = []


def _read_event(data: str) -> Event | None:
    try:
        event: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return cast(Event, event) if isinstance(event, dict) else None
