"""One webhook request as it came, what to answer to it, and whether it is genuine. Plain data; nothing is parsed here."""

from collections.abc import Mapping
from typing import Literal

import msgspec


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """One request, untouched.

    `body` is the raw bytes, read before any parser. `headers` have lower-case names. `query` is the raw query string.
    `urls` are the public addresses under which the sender may know us (Twilio signs the one that the customer typed):
    scheme, host, raw path and raw query; with and without default port is tried here, so give each form once.
    """

    body: bytes = b""
    headers: Mapping[str, str] = {}
    query: str = ""
    method: str = "POST"
    urls: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Delivery({self.method}, {len(self.body)} bytes)"  # into a log at the worst: nothing of a person

    def header(self, name: str) -> str:
        """The header's value, '' where it is absent."""
        return self.headers.get(name, "")


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What the platform must hear. `content_type` '' goes with an empty body."""

    status: int = 200
    content_type: str = ""
    body: bytes = b""


EMPTY = Answer()
EMPTY_XML = Answer(200, "text/xml; charset=utf-8", b'<?xml version="1.0" encoding="UTF-8"?><Response/>')
EMPTY_JSON = Answer(200, "application/json", b"{}")

State = Literal["verified", "unverified", "expired", "invalid", "missing"]


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Whether a delivery is genuine, and a sentence that says why not.

    verified: a configured secret fits. unverified: none is configured. The others are refusals (401): the signature is
    right but too old (expired), wrong or malformed (invalid), or not there (missing).
    """

    state: State
    reason: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the delivery may be taken: genuine, or nothing configured to hold against it."""
        return self.state in ("verified", "unverified")
