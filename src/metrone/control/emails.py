"""E-mail addresses as people type them, made plain or refused. Pure; sends nothing."""

import re
import unicodedata

from metrone.control.errors import Invalid

EMAIL_MAX = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
# What people have, not all that RFC 5322 allows: quoted names and comments are how headers are smuggled.
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}")


def clean_email(text: str) -> str:
    """The address in its one spelling: lower case, NFKC, no space around it. Raises Invalid."""
    email = unicodedata.normalize("NFKC", text).strip().lower()
    if len(email) > EMAIL_MAX or not _EMAIL.fullmatch(email):
        raise Invalid("email", "This is not an e-mail address; write it as name@example.com.")
    return email
