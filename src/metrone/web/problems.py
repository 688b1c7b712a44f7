"""Errors as clients read them: the JSON of the product docs, with its headers. Every error answer is made here."""

import math

import msgspec

from metrone.errors import MetroneError

Headers = list[tuple[bytes, bytes]]


def problem_body(error: MetroneError, request_id: str) -> bytes:
    """{"error": {code, message, status, request_id, …}}, and beside it retry_after_ms where waiting helps."""
    shown: dict[str, object] = {
        "error": {
            "code": error.code,
            "message": error.message,
            "status": error.status,
            "request_id": request_id,
            **error.details,
        }
    }
    if error.retry_after is not None:
        shown["retry_after_ms"] = math.ceil(error.retry_after * 1000)
    return msgspec.json.encode(shown)


def problem_headers(error: MetroneError) -> Headers:
    """The headers that go with an error: Retry-After in whole seconds, and its own."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in error.headers.items()]
    if error.retry_after is not None:
        headers.append((b"retry-after", str(max(1, math.ceil(error.retry_after))).encode()))
    return headers
