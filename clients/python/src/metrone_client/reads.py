"""Asking the server: parameters into a request, and the request again where the network or the server failed."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from metrone_client.backoff import wait_after
from metrone_client.config import Config, log
from metrone_client.errors import MetroneError, MetroneValidationError
from metrone_client.wire import Request, Wire


def build_read(name: str, params: Mapping[str, Any]) -> Request:
    """GET of one read. `from_` is `from`, which is no name in Python; filters are written as JSON."""
    given = [(key.rstrip("_"), _write(value)) for key, value in params.items() if value is not None]
    return Request("GET", f"/v1/api/{name}?{urlencode(given)}".rstrip("?"))


def build_query(questions: list[Any]) -> Request:
    """POST of several reads at once; raises MetroneValidationError where they are no JSON."""
    try:
        body = json.dumps({"queries": questions}, default=_write).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise MetroneValidationError(f"The questions cannot be written as JSON: {error}") from None
    return Request("POST", "/v1/api/query", body)


def ask(wire: Wire, config: Config, request: Request) -> dict[str, Any]:
    """The answer. Tries again `max_retries` times; raises the MetroneError that stays.

    A limit whose wait is longer than `timeout_ms` is raised at once: whoever asks can wait better.
    """
    failures = 0
    while True:
        try:
            return wire.call(request, config.timeout_sec)
        except MetroneError as error:
            failures += 1
            wait = wait_after(failures, error.retry_after_sec, random.random())
            if not error.is_temporary or failures > config.max_retries or wait > config.timeout_sec:
                raise
            log.debug("%s %s again in %.1f s: %s", request.method, request.path.partition("?")[0], wait, error)
        time.sleep(wait)


def _write(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, default=str)
