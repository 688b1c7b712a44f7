"""Signing in by a link of the command line: one-time links, and the browser sessions they turn into, each of one project.

Tokens are stored hashed only. People with an account sign in by sessions.py.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from metrone.control.db import Database
from metrone.control.errors import Missing
from metrone.control.tables import browser_sessions, projects, signin_links
from metrone.control.tokens import csrf_of, hash_token, is_token, new_token

LINK_TTL = timedelta(hours=24)
SESSION_TTL = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What a signed-in browser may do: read these projects until `expires_at`. `csrf` goes with every change.

    `user_id` and `session_id` are '' where a link of the command line signed the browser in.
    """

    project_ids: tuple[str, ...]
    expires_at: datetime
    csrf: str = field(repr=False)
    user_id: str = ""
    session_id: str = ""


def signin_address(origin: str, token: str) -> str:
    """Where a sign-in token is redeemed. It stands in the fragment, which no server or proxy sees or logs."""
    return f"{origin}/signin#token={token}"


def create_link(db: Database, project_id: str, now: datetime, ttl: timedelta = LINK_TTL) -> str:
    """A fresh token that signs in once, until `now + ttl`. Forgets links that have expired. Raises Missing."""
    token = new_token()
    with db.write() as connection:
        number = connection.execute(select(projects.c.project_no).where(projects.c.id == project_id)).scalar()
        if number is None:
            raise Missing("There is no such project; `metrone projects list` shows them.")
        connection.execute(delete(signin_links).where(signin_links.c.expires_at <= now))
        values = {"token_hash": hash_token(token), "project_no": number, "expires_at": now + ttl}
        connection.execute(insert(signin_links).values(values))
    return token


def redeem_link(db: Database, token: str, now: datetime) -> str | None:
    """Use up a link. Gives the token of a new session, or None for a link that is unknown, used or too old.

    Of requests that arrive together one gets the session: the row is deleted and read in one statement, in a
    transaction that no other writer shares. Tokens that were never ours cost a read, not the write lock.
    """
    if not is_token(token):
        return None
    with db.read() as connection:
        known = connection.execute(select(signin_links).where(signin_links.c.token_hash == hash_token(token))).first()
    if known is None:
        return None
    used = delete(signin_links).where(signin_links.c.token_hash == hash_token(token), signin_links.c.expires_at > now)
    with db.write() as connection:
        number = connection.execute(used.returning(signin_links.c.project_no)).scalar()
        return None if number is None else _start_session(connection, number, now)


def read_session(db: Database, token: str, now: datetime) -> SessionRecord | None:
    """The session of this token, or None where it does not exist, has ended or has expired."""
    if not is_token(token):
        return None
    condition = (browser_sessions.c.token_hash == hash_token(token)) & (browser_sessions.c.expires_at > now)
    statement = select(projects.c.id, browser_sessions.c.expires_at).join(browser_sessions).where(condition)
    with db.read() as connection:
        row = connection.execute(statement).one_or_none()
    return None if row is None else SessionRecord((row.id,), row.expires_at, csrf_of(token))


def end_session(db: Database, token: str) -> None:
    """Sign the browser out; a token that is not known changes nothing."""
    if not is_token(token):
        return
    with db.write() as connection:
        connection.execute(delete(browser_sessions).where(browser_sessions.c.token_hash == hash_token(token)))


def _start_session(connection: Connection, project_no: int, now: datetime) -> str:
    token = new_token()
    connection.execute(delete(browser_sessions).where(browser_sessions.c.expires_at <= now))
    values = {"token_hash": hash_token(token), "project_no": project_no, "expires_at": now + SESSION_TTL}
    connection.execute(insert(browser_sessions).values(values))
    return token
