"""Who a visitor is and which session an event belongs to, as keyed hashes. Definitions: metrics.md, "visitor", "session".

An address and a User-Agent come in here and only 64-bit hashes go out; without the day's salt nobody can tie them back.
"""

import hashlib
from datetime import date
from functools import lru_cache

HashKey = int  # an unsigned 64-bit number, below 2**63 so that every JSON reader keeps it whole


def hash_text(key: bytes, *parts: str) -> HashKey:
    """A keyed BLAKE2b of the parts, which may hold any text but U+0000 (replaced, so that parts cannot run together)."""
    text = "\0".join(part.replace("\0", " ") for part in parts)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key[:64]).digest()
    return int.from_bytes(digest, "big") >> 1


def visitor_of_address(salt: bytes, scope: str, address: str, user_agent: str) -> HashKey:
    """A cookieless visitor for as long as the salt holds."""
    return hash_text(salt, "visitor", scope, address, user_agent)


def visitor_of_past(salt: bytes, scope: str, day: date, address: str, user_agent: str) -> HashKey:
    """A cookieless visitor of a day whose salt is gone (a late event): again another one each day."""
    return hash_text(salt, "visitor", scope, day.isoformat(), address, user_agent)


def visitor_of_user(secret: bytes, scope: str, user_id: str) -> HashKey:
    """A visitor whom the customer knows by an id of its own."""
    return hash_text(secret, "user", scope, user_id)


def interaction_of(secret: bytes, event_type: str, *which: str) -> HashKey:
    """The call, chat or query behind its provider's name and id, whoever tells of it; never 0, which means none."""
    kind = "voice" if event_type == "ai_call" else event_type
    return hash_text(secret, "interaction", kind, *which) | 1


@lru_cache(maxsize=20_000)
def session_of_client(secret: bytes, scope: str, session_id: str) -> HashKey:
    """The session behind a client's own session id, or behind one that we handed out ("ses_" and 16 hex digits)."""
    if len(session_id) == 20 and session_id.startswith("ses_"):
        try:
            return int(session_id[4:], 16) & (2**63 - 1)
        except ValueError:
            pass
    return hash_text(secret, "session", scope, session_id)
