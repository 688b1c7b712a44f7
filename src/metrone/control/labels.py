"""Values that people type, made plain or refused: names, host names, origins, time zones. Pure; no database."""

import difflib
import functools
import importlib.resources
import re
import unicodedata
from urllib.parse import urlsplit

from metrone.control.errors import Invalid

NAME_MAX = 120
HOST_MAX = 253
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PORT = re.compile(r":[0-9]{1,5}$")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Cc control, Cs lone surrogate (no UTF-8), Zl and Zp line breaks; then the characters that turn text around, with which
# a name can pose as another (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(text: str, field: str = "name", most: int = NAME_MAX) -> str:
    """The name without space around it: 1–120 visible characters, or 1–`most`. Raises Invalid."""
    name = text.strip()
    if not 1 <= len(name) <= most:
        raise Invalid(field, f"The {field} has {len(name)} characters; give it between 1 and {most}.")
    if any(unicodedata.category(char) in _REFUSED_CATEGORIES or char in _BIDI for char in name):
        raise Invalid(field, f"The {field} holds control characters; write it with visible ones only.")
    return name


def clean_domain(text: str) -> str:
    """A bare lower-case host name (`https://Shop.example/cart` gives `shop.example`), or "" for none. Raises Invalid.

    Letters beyond ASCII become their IDNA form, as browsers send them.
    """
    rest = re.split(r"[/?#\\]", _SCHEME.sub("", text.strip(), count=1), maxsplit=1)[0]
    host = _PORT.sub("", rest).rstrip(".").lower()
    if not host and not text.strip():
        return ""
    return _checked_host(host, "domain", f"{text!r} is not a domain; write a host name such as example.com.")


def clean_origin(text: str) -> str:
    """An origin as browsers send it in the Origin header: scheme, host and a port that is not the default one.

    `https://Example.com:443` gives `https://example.com`. Raises Invalid. Source: RFC 6454, section 6.2.
    """
    advice = f"{text!r} is not an origin; write it as https://example.com, without a path."
    if any(char.isspace() or unicodedata.category(char) in _REFUSED_CATEGORIES for char in text):
        raise Invalid("origins", advice)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Invalid("origins", advice) from None
    if parts.scheme not in _DEFAULT_PORTS or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise Invalid("origins", advice)
    if "@" in parts.netloc:
        raise Invalid("origins", advice)
    host = _checked_host((parts.hostname or "").lower(), "origins", advice)
    is_default = port is None or port == _DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{port}"


def check_endpoint(text: str) -> str:
    """The label of a webhook's endpoint itself when it is one, as it stands in its address. Raises Invalid."""
    if _ENDPOINT.fullmatch(text):
        return text
    raise Invalid(
        "endpoint", f"{text[:64]!r} is no name for an endpoint; use up to 64 of a-z, A-Z, 0-9, '.', '_' and '-'."
    )


def check_timezone(name: str) -> str:
    """The IANA name itself when it is one, as `Europe/Berlin`. Raises Invalid and names the nearest ones."""
    known = timezone_names()
    if name in known:
        return name
    folded = {zone.lower(): zone for zone in known}
    near = [folded[match] for match in difflib.get_close_matches(name.lower()[:64], folded, n=3, cutoff=0.5)]
    advice = f"did you mean {' or '.join(near)}?" if near else "use an IANA name such as Europe/Berlin or UTC."
    raise Invalid("timezone", f"{name[:64]!r} is not a time zone; {advice}")


@functools.cache
def timezone_names() -> frozenset[str]:
    """Every IANA name of the tzdata package, so that the list is the same on every machine."""
    text = importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="ascii")
    return frozenset(text.split())


def _checked_host(host: str, field: str, advice: str) -> str:
    try:
        plain = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise Invalid(field, advice) from None
    if len(plain) > HOST_MAX or not _HOST.fullmatch(plain):
        raise Invalid(field, advice)
    return plain
