"""Sessions of users: one a browser, listed and ended by the user. Tokens are stored hashed only (tokens.py)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from metrone.control.account_tables import members, user_sessions
from metrone.control.db import Database
from metrone.control.ids import new_id
from metrone.control.signin import SESSION_TTL, SessionRecord
from metrone.control.tables import projects
from metrone.control.tokens import csrf_of, hash_token, is_token, new_token

IDLE_TTL = timedelta(days=14)
# How old `seen_at` may be: a write a quarter of an hour and browser, not one a request.
SEEN_EVERY = timedelta(minutes=15)
BROWSER_MAX = 60


@dataclass(frozen=True, slots=True)
class UserSession:
    """A session as its user sees it. `browser` is a name such as "Firefox on Linux"; no address is kept."""

    id: str
    browser: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def start_session(db: Database, user_id: str, browser: str, now: datetime) -> str:
    """Sign a browser in; gives the token of a new session. Forgets sessions that have expired."""
    with db.write() as connection:
        return insert_session(connection, user_id, browser, now)


def insert_session(connection: Connection, user_id: str, browser: str, now: datetime) -> str:
    """As start_session, inside a write of the caller's."""
    token = new_token()
    connection.execute(delete(user_sessions).where(user_sessions.c.expires_at <= now))
    values = {
        "token_hash": hash_token(token),
        "id": new_id("ses"),
        "user_id": user_id,
        "browser": browser[:BROWSER_MAX],
        "created_at": now,
        "seen_at": now,
        "expires_at": now + SESSION_TTL,
    }
    connection.execute(insert(user_sessions).values(values))
    return token


def read_user_session(db: Database, token: str, now: datetime) -> SessionRecord | None:
    """The session of this token and the projects of its user's organisations; None where it has ended.

    It ends 30 days after the sign-in, or after 14 days in which nobody used it.
    """
    if not is_token(token):
        return None
    mine = (user_sessions.c.token_hash == hash_token(token)) & (user_sessions.c.expires_at > now)
    with db.read() as connection:
        row = connection.execute(select(user_sessions).where(mine)).one_or_none()
        if row is None or row.seen_at <= now - IDLE_TTL:
            return None
        shared = select(projects.c.id).join(members, members.c.org_id == projects.c.org_id)
        shared = shared.where(members.c.user_id == row.user_id).order_by(projects.c.project_no)
        ids = tuple(connection.execute(shared).scalars())
    if row.seen_at <= now - SEEN_EVERY:
        with db.write(is_quiet=True) as connection:
            connection.execute(update(user_sessions).where(mine).values(seen_at=now))
    return SessionRecord(ids, row.expires_at, csrf_of(token), row.user_id, row.id)


def list_sessions(db: Database, user_id: str, now: datetime) -> list[UserSession]:
    """The sessions of a user that count, the one used last first."""
    mine = (user_sessions.c.user_id == user_id) & (user_sessions.c.expires_at > now)
    statement = select(user_sessions).where(mine, user_sessions.c.seen_at > now - IDLE_TTL)
    with db.read() as connection:
        rows = connection.execute(statement.order_by(user_sessions.c.seen_at.desc(), user_sessions.c.id)).all()
    return [UserSession(row.id, row.browser, row.created_at, row.seen_at, row.expires_at) for row in rows]


def end_user_session(db: Database, user_id: str, session_id: str) -> None:
    """Sign one browser of the user out; another user's session is left alone."""
    mine = (user_sessions.c.user_id == user_id) & (user_sessions.c.id == session_id)
    with db.write() as connection:
        connection.execute(delete(user_sessions).where(mine))


def end_other_sessions(db: Database, user_id: str, kept_id: str) -> None:
    """Sign every browser of the user out but this one."""
    others = (user_sessions.c.user_id == user_id) & (user_sessions.c.id != kept_id)
    with db.write() as connection:
        connection.execute(delete(user_sessions).where(others))
