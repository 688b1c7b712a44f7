"""Public identifiers: a prefix that names the kind, then random letters. Nothing can be guessed or counted from one."""

import base64
import secrets

RANDOM_BYTES = 10  # 80 bits: 16 letters of base32 without padding


def new_id(kind: str) -> str:
    """A fresh identifier such as `prj_mzxw6ytboi2dgnbv`: `kind`, an underscore, 16 lower-case base32 letters."""
    return f"{kind}_{base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower()}"
