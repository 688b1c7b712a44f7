"""Signing in to the dashboard: one-time links, and the browser sessions they turn into. Tokens are stored hashed only.

Both kinds of token are 256 random bits, so a plain SHA-256 hides them; a stolen database signs nobody in.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from metrone.control.db import Database
from metrone.control.errors import Missing
from metrone.control.tables import browser_sessions, projects, signin_links

LINK_TTL = timedelta(hours=24)
SESSION_TTL = timedelta(days=30)
_TOKEN_BYTES = 32
_TOKEN_LENGTH_MAX = 64  # ours have 43 characters; longer text is not worth a hash


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What a signed-in browser may do: read these projects until `expires_at`. `csrf` goes with every change."""

    project_ids: tuple[str, ...]
    expires_at: datetime
    csrf: str = field(repr=False)


def signin_address(origin: str, token: str) -> str:
    """Where a sign-in token is redeemed. It stands in the fragment, which no server or proxy sees or logs."""
    return f"{origin}/signin#token={token}"


def create_link(db: Database, project_id: str, now: datetime, ttl: timedelta = LINK_TTL) -> str:
    """A fresh token that signs in once, until `now + ttl`. Forgets links that have expired. Raises Missing."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with db.write() as connection:
        number = connection.execute(select(projects.c.project_no).where(projects.c.id == project_id)).scalar()
        if number is None:
            raise Missing("There is no such project; `metrone projects list` shows them.")
        connection.execute(delete(signin_links).where(signin_links.c.expires_at <= now))
        values = {"token_hash": _hash(token), "project_no": number, "expires_at": now + ttl}
        connection.execute(insert(signin_links).values(values))
    return token


def redeem_link(db: Database, token: str, now: datetime) -> str | None:
    """Use up a link. Gives the token of a new session, or None for a link that is unknown, used or too old.

    Of requests that arrive together one gets the session: the row is deleted and read in one statement, in a
    transaction that no other writer shares. Tokens that were never ours cost a read, not the write lock.
    """
    if not _is_token(token):
        return None
    with db.read() as connection:
        known = connection.execute(select(signin_links).where(signin_links.c.token_hash == _hash(token))).first()
    if known is None:
        return None
    used = delete(signin_links).where(signin_links.c.token_hash == _hash(token), signin_links.c.expires_at > now)
    with db.write() as connection:
        number = connection.execute(used.returning(signin_links.c.project_no)).scalar()
        return None if number is None else _start_session(connection, number, now)


def read_session(db: Database, token: str, now: datetime) -> SessionRecord | None:
    """The session of this token, or None where it does not exist, has ended or has expired."""
    if not _is_token(token):
        return None
    condition = (browser_sessions.c.token_hash == _hash(token)) & (browser_sessions.c.expires_at > now)
    statement = select(projects.c.id, browser_sessions.c.expires_at).join(browser_sessions).where(condition)
    with db.read() as connection:
        row = connection.execute(statement).one_or_none()
    return None if row is None else SessionRecord((row.id,), row.expires_at, _csrf(token))


def end_session(db: Database, token: str) -> None:
    """Sign the browser out; a token that is not known changes nothing."""
    if not _is_token(token):
        return
    with db.write() as connection:
        connection.execute(delete(browser_sessions).where(browser_sessions.c.token_hash == _hash(token)))


def _start_session(connection: Connection, project_no: int, now: datetime) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    connection.execute(delete(browser_sessions).where(browser_sessions.c.expires_at <= now))
    values = {"token_hash": _hash(token), "project_no": project_no, "expires_at": now + SESSION_TTL}
    connection.execute(insert(browser_sessions).values(values))
    return token


def _is_token(text: str) -> bool:
    return 0 < len(text) <= _TOKEN_LENGTH_MAX and text.isascii()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()


def _csrf(token: str) -> str:
    """Follows from the session's token, so that nothing more is stored and no other session's value fits."""
    digest = hmac.digest(token.encode("ascii"), b"metrone csrf", "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
