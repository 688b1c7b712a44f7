"""Time-based one-time codes, as authenticator apps show them: RFC 6238 with SHA-1, 6 digits, 30 seconds. Pure."""

import base64
import hmac
import struct
from datetime import datetime
from urllib.parse import quote

STEP_SEC = 30
DIGITS = 6
SECRET_BYTES = 20  # RFC 4226, section 4: as long as the hash
_DRIFT = 1  # steps that a clock may be off, either way: RFC 6238, section 5.2


def show_secret(secret: bytes) -> str:
    """The secret as apps take it: base32 without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def totp_address(secret: bytes, email: str, issuer: str) -> str:
    """The otpauth:// address that a QR code holds."""
    label = quote(f"{issuer}:{email}", safe="@")
    return f"otpauth://totp/{label}?secret={show_secret(secret)}&issuer={quote(issuer)}"


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a step: seconds since 1970 divided by 30."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(secret: bytes, code: str, now: datetime, used: int) -> int | None:
    """The step that this code belongs to, or None where it is wrong, too old, or of a step up to `used`."""
    current = int(now.timestamp()) // STEP_SEC
    given = code.replace(" ", "")
    if len(given) != DIGITS or not given.isascii():
        return None
    found = None
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if step > used and hmac.compare_digest(code_at(secret, step), given):
            found = step
    return found
