"""Which browsers may call: any site may send events, because a key says whose they are; nothing here reads a cookie."""

from metrone.web.exchange import Send
from metrone.web.problems import Headers

EXPOSED = b"X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"
_ALLOWED = (
    b"Content-Type, Content-Encoding, X-Api-Key, Authorization, Idempotency-Key, X-Request-Id, Last-Event-ID, "
    b"X-Metrone-Project, X-CSRF-Token"
)
_ONE_DAY = b"86400"


def cors_headers(headers: dict[bytes, bytes]) -> Headers:
    """The headers for an answer to a write. The origin is named, not *, because sendBeacon sends with credentials."""
    origin = headers.get(b"origin")
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", EXPOSED),
        (b"vary", b"Origin"),
    ]


async def preflight(headers: dict[bytes, bytes], send: Send) -> None:
    """Answer an OPTIONS request to a write."""
    shown: Headers = [
        *cors_headers(headers),
        (b"access-control-allow-methods", b"POST, OPTIONS"),
        (b"access-control-allow-headers", _ALLOWED),
        (b"access-control-max-age", _ONE_DAY),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": shown})
    await send({"type": "http.response.body", "body": b""})


async def preflight_read(send: Send) -> None:
    """Answer an OPTIONS request to a read: any site may ask, with a key and without cookies."""
    shown: Headers = [
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-allow-headers", _ALLOWED),
        (b"access-control-max-age", _ONE_DAY),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": shown})
    await send({"type": "http.response.body", "body": b""})
