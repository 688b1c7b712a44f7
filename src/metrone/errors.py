"""The error codes as one table, and MetroneError that carries one. Nothing else knows a status or a sentence.

The fifteen codes are those of the product documentation ("Error codes"); tests/test_docs.py holds docs/errors.md to it.
"""

from dataclasses import dataclass, field
from typing import Literal

Code = Literal[
    "INVALID_PAYLOAD",
    "INVALID_JSON",
    "BATCH_EMPTY",
    "BATCH_TOO_LARGE",
    "BATCH_MIXED_KEYS",
    "MISSING_API_KEY",
    "INVALID_API_KEY",
    "FORBIDDEN",
    "NOT_FOUND",
    "DUPLICATE_EVENT",
    "BODY_TOO_LARGE",
    "RATE_LIMITED",
    "QUOTA_EXCEEDED",
    "WRITE_FAILED",
    "INTERNAL_ERROR",
]


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One row of the table: the HTTP status and the sentence that says what to do."""

    status: int
    sentence: str


# Clients drop a batch on any 4xx but 429 (wire.md), so what may work later is 429 or 5xx: quota is 429.
ERRORS: dict[Code, ErrorKind] = {
    "INVALID_PAYLOAD": ErrorKind(400, "A field is missing or has the wrong shape. Correct it and send again."),
    "INVALID_JSON": ErrorKind(400, "The request body is not valid JSON. Send UTF-8 encoded JSON."),
    "BATCH_EMPTY": ErrorKind(400, "The batch holds no event. Send between 1 and 100."),
    "BATCH_TOO_LARGE": ErrorKind(400, "The batch holds more than 100 events. Split it into batches of at most 100."),
    "BATCH_MIXED_KEYS": ErrorKind(400, "The batch names different API keys. Send one batch for each key."),
    "MISSING_API_KEY": ErrorKind(
        401, "No API key. Send it as X-Api-Key, as Authorization: Bearer, as ?api_key=, or as api_key in the event."
    ),
    "INVALID_API_KEY": ErrorKind(
        401, "This API key does not exist, was revoked or has expired. Create one in Settings > API Keys."
    ),
    "FORBIDDEN": ErrorKind(403, "This API key may not do that. Use a key with the scope that the message names."),
    "NOT_FOUND": ErrorKind(404, "There is no such endpoint. See /docs/api for the list."),
    "DUPLICATE_EVENT": ErrorKind(409, "This Idempotency-Key was already used within 24 hours; nothing was written."),
    "BODY_TOO_LARGE": ErrorKind(413, "The request body is larger than 512 KB. Send smaller batches."),
    "RATE_LIMITED": ErrorKind(429, "Too many requests. Wait for the time in Retry-After, then send again."),
    "QUOTA_EXCEEDED": ErrorKind(
        429, "This month's event quota is used up. Raise the plan, or wait for the first day of next month (UTC)."
    ),
    "WRITE_FAILED": ErrorKind(
        503, "The events could not be written and nothing was kept. Send them again after Retry-After."
    ),
    "INTERNAL_ERROR": ErrorKind(500, "Something failed on our side. Send again; if it stays, report the request_id."),
}


@dataclass(slots=True)
class MetroneError(Exception):
    """An error that a client is told about. `message` defaults to the table's sentence, `status` to its status.

    `retry_after` is in seconds; `details` are extra fields of the error object (for example `index`, `field`).
    """

    code: Code
    message: str = ""
    status: int = 0
    retry_after: float | None = None
    details: dict[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kind = ERRORS[self.code]
        self.message = self.message or kind.sentence
        self.status = self.status or kind.status
        Exception.__init__(self, self.message)
