"""One plain ASGI request and its answer: headers, a bounded body, JSON out. For the paths in front of the framework."""

import itertools
import re
import secrets
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from metrone.errors import MetroneError
from metrone.web.problems import Headers, problem_body, problem_headers

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

REQUEST_ID = "metrone.request_id"  # where the scope holds it
BODY_MAX = 512 * 1024  # product docs, BODY_TOO_LARGE
SWALLOWED_MAX = 16 * 1024 * 1024  # read past the limit and thrown away, so that a client hears the 413 it is owed
_REQUEST_ID = re.compile(rb"[\x21-\x7e]{1,128}")
_PREFIX = f"req_{secrets.token_hex(4)}_"
_COUNTER = itertools.count(1)


def request_id_of(headers: dict[bytes, bytes]) -> str:
    """The caller's own X-Request-Id where it is at most 128 visible ASCII characters, else a new one."""
    given = headers.get(b"x-request-id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode("ascii")
    return f"{_PREFIX}{next(_COUNTER):x}"


async def read_body(headers: dict[bytes, bytes], receive: Receive, limit: int = BODY_MAX) -> bytes:
    """The body, inflated, of `limit` bytes at most. Raises MetroneError BODY_TOO_LARGE, or INVALID_PAYLOAD for an encoding
    that we do not read.
    """
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body") or len(body) > limit:
        body = await _read_on(body, message, receive, limit)
    encoding = headers.get(b"content-encoding")
    return body if encoding is None or encoding == b"identity" else _inflate(body, encoding, limit)


async def swallow_body(receive: Receive) -> None:
    """Read a refused request's body to its end, so that the client hears the answer instead of a broken pipe."""
    with suppress(MetroneError):
        await read_body({}, receive)


async def _read_on(body: bytes, message: MutableMapping[str, Any], receive: Receive, limit: int) -> bytes:
    chunks, size = [body], len(body)
    while message.get("more_body") and size <= SWALLOWED_MAX:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise MetroneError("INVALID_PAYLOAD", "The request ended before its body was complete.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
    if size > limit:
        raise MetroneError("BODY_TOO_LARGE")
    return b"".join(chunks)


def _inflate(body: bytes, encoding: bytes, limit: int) -> bytes:
    kinds = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}
    bits = kinds.get(encoding.strip().lower())
    if bits is None:
        raise MetroneError("INVALID_PAYLOAD", "This Content-Encoding is not read here. Send gzip, deflate or none.")
    machine = zlib.decompressobj(bits)
    try:
        plain = machine.decompress(body, limit + 1)
    except zlib.error:
        raise MetroneError("INVALID_PAYLOAD", "The body is not what its Content-Encoding says.") from None
    if len(plain) > limit:
        raise MetroneError(
            "BODY_TOO_LARGE",
            f"The request body is larger than {limit // 1024} KB once inflated. Send smaller batches.",
        )
    if not machine.eof:
        raise MetroneError("INVALID_PAYLOAD", "The compressed body is cut short.")
    return plain


async def respond(send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send a whole JSON answer. `headers` come beside its type and length."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", b"%d" % len(body)),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def respond_problem(send: Send, error: MetroneError, request_id: str, headers: Headers) -> None:
    """Send an error in its one form."""
    body = problem_body(error, request_id)
    await respond(send, error.status, body, [*headers, *problem_headers(error)])
