"""Where a page of a list ended, as a text that clients hand back: milliseconds and a number that no two rows share."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from metrone.errors import MetroneError


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: what comes after it is older, or as old with a smaller number."""

    timestamp_ms: int
    number: int

    @property
    def moment(self) -> datetime:
        """Its time, in UTC."""
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=self.timestamp_ms)


def encode_cursor(timestamp_ms: object, number: object) -> str:
    """The text of a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode([timestamp_ms, number])).decode().rstrip("=")


def decode_cursor(text: str) -> Cursor:
    """The cursor behind a text. Raises INVALID_PAYLOAD."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = Cursor(*msgspec.json.decode(raw, type=tuple[int, int]))
    except (binascii.Error, msgspec.DecodeError, ValueError):
        raise _bad_cursor() from None
    if not (0 <= cursor.timestamp_ms < 2**42 and 0 <= cursor.number < 2**64):
        raise _bad_cursor()
    return cursor


def _bad_cursor() -> MetroneError:
    return MetroneError(
        "INVALID_PAYLOAD", "cursor: not one of ours. Send `meta.next_cursor` of the page before as it is."
    )
