"""Who is at the other end: numbers and e-mails normalised, to be hashed by a function that is handed in; the number's country.

Raw values leave this room only inside an IncomingEvent's user_id, which intake hashes; no update has a field for them.
"""

import re

import msgspec

from metrone.webhooks.countries import country_of
from metrone.webhooks.fields import ID_MAX, text

_SCHEME = re.compile(r"^(?:tel|sip|sips|whatsapp|rcs|sms):", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[^\s@<>.]{2,63}")
_PHONE = re.compile(r"\+?[0-9]{7,15}")
_SEPARATORS = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]")


class Person(msgspec.Struct, frozen=True, gc=False):
    """What a platform says of a person, normalised: strongest first. Never stored, never printed."""

    values: tuple[str, ...] = ()
    country: str | None = None

    def __repr__(self) -> str:
        return f"Person({len(self.values)} values)"


NOBODY = Person()


def person(
    *, phone: object = None, email: object = None, own_id: object = None, local: tuple[str, str | None] = ("", None)
) -> Person:
    """A person by phone number, e-mail or the customer's own id. Unusable values are left out.

    `local` is a platform's name and its own id of the person, which means nothing elsewhere ("0" is nobody's).
    """
    number, address = phone_of(phone), email_of(email)
    own = text(own_id) if isinstance(own_id, str) and len(own_id) <= ID_MAX else None
    platform, named = local
    within = f"{platform}:{named}" if named and named != "0" else None
    values = tuple(value for value in (own, address, number, within) if value)
    return Person(values, country_of(number) if number else None)


def phone_of(value: object) -> str | None:
    """A number as E.164, from "+1 (480) 555-1234", "sip:+15550100100@host", "0044…"; None for "anonymous" and names."""
    if not isinstance(value, str) or len(value) > 200:
        return None
    bare = _SCHEME.sub("", value.strip()).partition("@")[0].partition(";")[0]
    digits = _SEPARATORS.sub("", bare)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not _PHONE.fullmatch(digits):
        return None
    return digits if digits.startswith("+") or len(digits) < 11 else "+" + digits


def email_of(value: object) -> str | None:
    """An e-mail address in lower case, None where it is none."""
    if not isinstance(value, str) or len(value) > 254:
        return None
    address = value.strip().lower()
    return address if _EMAIL.fullmatch(address) else None
