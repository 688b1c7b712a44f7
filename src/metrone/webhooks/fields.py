"""Reading values out of hostile JSON: each function gives a clean value or None, and never raises.

This is where a wrong type in any field of any platform ends: it is the same as the field being absent.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

EARLIEST = 946_684_800.0  # 2000-01-01
LATEST = 4_102_444_800.0  # 2100-01-01
ID_MAX = 200
TEXT_MAX = 20_000

_ID = re.compile(r"[!-~]{1,200}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:/ -]{0,127}")
_MODEL = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9@][A-Za-z0-9_.:/@+-]{0,199}")
_TELLING = re.compile(r"\d[\d .-]{5,}\d|://|www\.")  # a number, a link
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def at(value: object, *path: str | int) -> object:
    """The value at a path of names and list positions, None where it leads nowhere."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value


def mapping(value: object, *path: str | int) -> dict[str, object]:
    """The object at the path, an empty one where there is none."""
    found = at(value, *path)
    return found if isinstance(found, dict) else {}


def items(value: object, *path: str | int) -> list[object]:
    """The list at the path, an empty one where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def text(value: object, *path: str | int, limit: int = TEXT_MAX) -> str | None:
    """Text without control characters, cut at `limit`; None for '' and other types."""
    found = at(value, *path)
    if not isinstance(found, str):
        return None
    return _UNWANTED.sub("", found[: limit * 2]).strip()[:limit] or None


def ident(value: object, *path: str | int) -> str | None:
    """An id: printable, without spaces, at most 200 characters; a number is taken as its digits."""
    found = at(value, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found) if abs(found) < 10**60 else None
    if isinstance(found, str) and _ID.fullmatch(stripped := found.strip()):
        return stripped
    return None


def word(value: object, *path: str | int) -> str | None:
    """A platform's own name for something (a reason, a label, a model), never a sentence with a number or address in it."""
    found = at(value, *path)
    if isinstance(found, str) and _WORD.fullmatch(found) and not _TELLING.search(found):
        return found.strip()
    return None


def model(value: object, *path: str | int) -> str | None:
    """A language model's name, which may hold a date ("gpt-4o-2024-08-06"); of a path that leads to it the last part.

    The path is of the customer's account: "arn:aws:bedrock:eu-west-1:1234:inference-profile/eu.amazon.nova-lite-v1:0",
    "projects/p/locations/l/publishers/google/models/gemini-2.5-flash".
    """
    found = at(value, *path)
    if not isinstance(found, str) or not _MODEL.fullmatch(found) or "://" in found:
        return None
    is_path = found.startswith(("arn:", "projects/", "publishers/", "models/"))
    return (found.rpartition("/")[2] if is_path else found)[:120] or None


def number(value: object, *path: str | int) -> float | None:
    """A finite number from 0 to 1e12, also where it comes as text ("0.0051")."""
    found = at(value, *path)
    if isinstance(found, str) and len(found) < 40:
        try:
            found = float(found)
        except ValueError:
            return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if 0 <= found <= 1e12 else None  # compared before converted: an integer may be of any size


def count(value: object, *path: str | int) -> int | None:
    """A whole number from 0 to 2**31."""
    found = number(value, *path)
    return int(found) if found is not None and found.is_integer() and found <= 2**31 else None


def flag(value: object, *path: str | int) -> bool | None:
    """true or false, also as text; anything else is not known."""
    found = at(value, *path)
    if isinstance(found, bool):
        return found
    return {"true": True, "false": False}.get(found.lower()) if isinstance(found, str) else None


def moment(value: object, *path: str | int) -> float | None:
    """A time as epoch seconds, from epoch seconds or milliseconds, ISO 8601 or RFC 2822; None outside 2000–2100."""
    found = at(value, *path)
    if isinstance(found, str):
        is_epoch = found.isascii() and found.isdigit() and len(found) < 20
        found = float(found) if is_epoch else _parsed(found.strip())
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < 1e15:
        return None
    seconds = found / 1000 if abs(found) > 1e11 else float(found)
    return round(seconds, 3) if EARLIEST <= seconds <= LATEST else None


def first(*values: str | None) -> str | None:
    """The first value that is known."""
    return next((value for value in values if value), None)


def _parsed(written: str) -> float | None:
    if len(written) > 64:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(written)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None
