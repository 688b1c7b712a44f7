"""Raw bytes to values: JSON, forms and query strings. Bounded, and forgiving of what platforms really send.

Forms keep blank and repeated fields: Twilio signs them (12 of 31 parameters of a recorded busy call are empty).
"""

import json
from urllib.parse import unquote_to_bytes

import msgspec

FIELDS_MAX = 2_000
_NOT_UTF8 = "latin-1"


class Content(msgspec.Struct, frozen=True, gc=False):
    """What a delivery says: `value` of its JSON, or `form` fields (each name's first value), from body or query."""

    value: object = None
    form: dict[str, str] = {}
    query: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Content({type(self.value).__name__}, {len(self.form)} fields)"  # never what it holds

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was sent: a probe."""
        return self.value is None and not self.form


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """Why a body cannot be read; sending it again cannot help."""

    reason: str


def form_pairs(body: bytes) -> list[tuple[bytes, bytes]]:
    """The name and value of every field, decoded but still bytes, blank and repeated ones kept; at most FIELDS_MAX."""
    pairs = []
    for part in body.split(b"&", FIELDS_MAX)[:FIELDS_MAX]:
        if part:
            name, _, value = part.partition(b"=")
            pairs.append((_plain(name), _plain(value)))
    return pairs


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form or query string as text (UTF-8, else Latin-1); of a repeated name the first value."""
    form: dict[str, str] = {}
    for name, value in form_pairs(body):
        form.setdefault(_text(name), _text(value))
    return form


def read_json(body: bytes) -> object:
    """The value of a JSON body, or Unreadable. Latin-1 bytes and halves of emoji are borne with."""
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        return Unreadable("The JSON is nested too deeply.")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    # The slow parser bears with a lone "\ud83d", as JavaScript writes a text that was cut inside an emoji.
    try:
        return json.loads(_text(body.removeprefix(b"\xef\xbb\xbf")), parse_constant=lambda _: None)
    except RecursionError:
        return Unreadable("The JSON is nested too deeply.")
    except ValueError:
        return Unreadable("The body is not valid JSON.")


def read_content(body: bytes, query: str, content_type: str) -> Content | Unreadable:
    """What a delivery says, whatever its content type claims: a body that begins like JSON is JSON."""
    fields = read_form(query.encode("utf-8", "surrogateescape"))
    start = body.lstrip()[:1]
    if not start:
        return Content(None, {}, fields)
    if start in (b"{", b"[") or "json" in content_type.lower() or body.startswith(b"\xef\xbb\xbf"):
        value = read_json(body)
        return value if isinstance(value, Unreadable) else Content(value, {}, fields)
    if b"=" not in body:
        return Unreadable("The body is neither JSON nor a form.")
    return Content(None, read_form(body), fields)


def _plain(part: bytes) -> bytes:
    return unquote_to_bytes(part.replace(b"+", b" "))


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(_NOT_UTF8)
