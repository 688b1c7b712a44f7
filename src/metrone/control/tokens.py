"""Random tokens: how they are made, recognised, hidden, and what follows from one. Knows no table.

A token is 256 random bits, so a plain SHA-256 hides it; a stolen database signs nobody in.
"""

import base64
import hashlib
import hmac
import secrets

_TOKEN_BYTES = 32
_TOKEN_LENGTH_MAX = 64  # ours have 43 characters; longer text is not worth a hash


def new_token() -> str:
    """A fresh token of 43 characters that stand in an address as they are."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether the text could be a token of ours, and so may be hashed and looked up."""
    return 0 < len(text) <= _TOKEN_LENGTH_MAX and text.isascii()


def hash_token(token: str) -> bytes:
    """The 32 bytes under which a token is stored and found."""
    return hashlib.sha256(token.encode("ascii")).digest()


def csrf_of(token: str) -> str:
    """Follows from the session's token, so that nothing more is stored and no other session's value fits."""
    digest = hmac.digest(token.encode("ascii"), b"metrone csrf", "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
