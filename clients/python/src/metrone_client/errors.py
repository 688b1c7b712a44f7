"""What can go wrong, as types, and how an answer of the server becomes one of them. Nothing here is raised by tracking."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metrone_client.report import FlushResult

# Refusals that the same request may outlive: a proxy's time-out, a replay of early TLS data, a limit.
TEMPORARY = frozenset({408, 425, 429})
LONGEST_MESSAGE = 500  # characters kept of what a stranger answered


@dataclass(frozen=True)
class Cause:
    """What the server said: `code` (docs/errors.md), `status` and `request_id` where it answered, `details` its whole error."""

    code: str = ""
    status: int = 0
    request_id: str = ""
    retry_after_sec: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class MetroneError(Exception):
    """The base of them all. `result` is set where `flush()` raised it: what was sent and what was not."""

    is_temporary = False  # whether the same request may succeed later

    def __init__(self, message: str, cause: Cause = Cause()) -> None:
        super().__init__(message)
        self.message = message
        self.code = cause.code
        self.status = cause.status
        self.request_id = cause.request_id
        self.retry_after_sec = cause.retry_after_sec
        self.details = cause.details
        self.result: FlushResult | None = None


class MetroneAuthError(MetroneError):
    """The key is unknown, revoked or lacks the scope (401, 403)."""


class MetroneValidationError(MetroneError, ValueError):
    """The request is refused for what it says (other 4xx), `details` may name the `field` and, in a batch, the `index`; or,
    from a constructor and with the code INVALID_CONFIG, a key or an option that cannot be right.
    """


class MetroneRateLimitError(MetroneError):
    """Too many requests, or the month's quota is used up (429). `retry_after_sec` is the wait where the server names it."""

    is_temporary = True


class MetroneServerError(MetroneError):
    """The server failed (5xx), or something else than Metrone answered."""

    is_temporary = True


class MetroneNetworkError(MetroneError):
    """The server was not reached, or the connection broke."""

    is_temporary = True


class MetroneTimeoutError(MetroneNetworkError):
    """No answer within `timeout_ms`."""


def read_error(status: int, retry_after: str | None, body: bytes) -> MetroneError:
    """The typed error of an answer that is no success; `retry_after` is the header of that name."""
    answer = _read_json(body)
    found = answer.get("error")
    error: dict[str, Any] = found if isinstance(found, dict) else {}
    message = str(error.get("message") or f"The server answered {status}.")[:LONGEST_MESSAGE]
    cause = Cause(
        code=str(error.get("code", "")),
        status=status,
        request_id=str(error.get("request_id", "")),
        retry_after_sec=_read_wait(answer.get("retry_after_ms"), retry_after),
        details=error,
    )
    return _type_of(status)(message, cause)


def _type_of(status: int) -> type[MetroneError]:
    if status in (401, 403):
        return MetroneAuthError
    if status == 429:
        return MetroneRateLimitError
    if 400 <= status < 500 and status not in TEMPORARY:
        return MetroneValidationError
    return MetroneServerError


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _read_wait(milliseconds: object, header: str | None) -> float | None:
    """Seconds to wait: `retry_after_ms` of the body, else the header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    try:
        if isinstance(milliseconds, int | float):
            wait = milliseconds / 1000
        elif not header:
            return None
        elif header.strip().isdigit():
            wait = float(header)
        else:
            wait = parsedate_to_datetime(header).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return max(0.0, wait) if math.isfinite(wait) else None
