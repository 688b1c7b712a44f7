"""The ids by which a call or chat is tied to the web session that it came from, wherever a platform lets them travel.

`metrone_session` (or `session_id`) and `metrone_visitor`, in metadata, custom parameters, SIP headers, client state, custom
attributes or the webhook's own address.
"""

import base64
import binascii
import re

import msgspec

from metrone.webhooks.bodies import Unreadable, read_form, read_json
from metrone.webhooks.fields import ID_MAX, text

_SESSION = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_NAMES = {"metrone_session": "session", "session_id": "session", "metrone_visitor": "visitor"}
_MIXED = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ENTRIES_MAX = 200


class Links(msgspec.Struct, frozen=True, gc=False):
    """`session_id` of the web session, and the `visitor` (the user_id that the web page gives); '' where not known."""

    session_id: str = ""
    visitor: str = ""


def find_links(*sources: object) -> Links:
    """The ids in the first source that has each: an object, a list of {name, value}, or text that holds one of these."""
    found: dict[str, str] = {}
    for source in sources:
        named: dict[str, str] = {}
        for key, value in _entries(source):
            if key.lower() == "sessionid":  # Twilio's own, of a ConversationRelay
                continue
            name = _MIXED.sub("_", key.strip()).lower().replace("-", "_").removeprefix("sip_header_").removeprefix("x_")
            if name in _NAMES and isinstance(value, str) and value.strip():
                # metrone_session is more telling than a session_id, whatever their order
                named[name] = value.strip()
        for name, value in named.items():
            if name != "session_id" or "metrone_session" not in named:
                found.setdefault(_NAMES[name], value)
    session, visitor = found.get("session", ""), found.get("visitor", "")
    is_usable = len(visitor) <= ID_MAX
    return Links(session if _SESSION.fullmatch(session) else "", (text(visitor) or "") if is_usable else "")


def _entries(source: object) -> list[tuple[str, object]]:
    if isinstance(source, str):
        source = _unpacked(source)
    if isinstance(source, dict):
        return [(key, value) for key, value in list(source.items())[:_ENTRIES_MAX] if isinstance(key, str)]
    if isinstance(source, list):
        rows = [row for row in source[:_ENTRIES_MAX] if isinstance(row, dict)]
        return [(row["name"], row.get("value")) for row in rows if isinstance(row.get("name"), str)]
    return []


def _unpacked(written: str) -> object:
    """Text that holds ids: JSON, `name=value&…`, or either of these in base64 (Telnyx client_state)."""
    if len(written) > 8_192:
        return None
    raw = written.encode("utf-8", "replace")
    if b"{" not in raw and b"_" not in raw:
        try:
            raw = base64.b64decode(written, validate=True)
        except (binascii.Error, ValueError):
            return None
    if raw.lstrip()[:1] == b"{":
        value = read_json(raw)
        return None if isinstance(value, Unreadable) else value
    return read_form(raw) if b"=" in raw else None
