"""One-time links of accounts: setting up, signing up, a new password, an invitation. Each is used once, before it expires.

A passkey's challenge is one of them, too, though no page: its token goes to the device and comes back signed.

Knows who a link is for and what it brings along, not what using it does.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from metrone.control.account_tables import account_links
from metrone.control.db import Database
from metrone.control.ids import new_id
from metrone.control.tokens import hash_token, is_token, new_token

Kind = Literal["setup", "signup", "reset", "invite", "passkey"]
TTL: dict[Kind, timedelta] = {
    "setup": timedelta(hours=24),
    "signup": timedelta(hours=24),
    "reset": timedelta(hours=1),
    "invite": timedelta(days=7),
    "passkey": timedelta(minutes=5),
}
# The page that uses the link up. The token stands in the fragment, which no server or proxy sees or logs.
PAGES: dict[Kind, str] = {"setup": "setup", "signup": "confirm", "reset": "reset", "invite": "join"}


@dataclass(frozen=True, slots=True)
class NewLink:
    """What a link shall be."""

    kind: Kind
    email: str = ""
    user_id: str | None = None
    org_id: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that has not been used. Its token is known to nobody but the one who holds it."""

    id: str
    kind: str
    email: str
    user_id: str | None
    org_id: str | None
    payload: dict[str, Any] = field(repr=False)
    created_at: datetime
    expires_at: datetime


def link_address(origin: str, kind: Kind, token: str) -> str:
    """Where the link leads."""
    return f"{origin}/{PAGES[kind]}#token={token}"


def insert_link(connection: Connection, new: NewLink, now: datetime) -> str:
    """Make a link inside a write of the caller's; gives its token. Forgets links that have expired."""
    token = new_token()
    connection.execute(delete(account_links).where(account_links.c.expires_at <= now))
    values = {
        "token_hash": hash_token(token),
        "id": new_id("lnk"),
        "kind": new.kind,
        "user_id": new.user_id,
        "org_id": new.org_id,
        "email": new.email,
        "payload": new.payload,
        "created_at": now,
        "expires_at": now + TTL[new.kind],
    }
    connection.execute(insert(account_links).values(values))
    return token


def _is_good(kind: Kind, token: str, now: datetime) -> ColumnElement[bool]:
    of_kind = (account_links.c.token_hash == hash_token(token)) & (account_links.c.kind == kind)
    return of_kind & (account_links.c.expires_at > now)


def peek_link(db: Database, kind: Kind, token: str, now: datetime) -> Link | None:
    """The link of this token, which stays good; None where it is unknown, used or too old. Costs no write."""
    if not is_token(token):
        return None
    statement = select(account_links).where(_is_good(kind, token, now))
    with db.read() as connection:
        row = connection.execute(statement).one_or_none()
    return None if row is None else link_from(row)


def take_link(connection: Connection, kind: Kind, token: str, now: datetime) -> Link | None:
    """Use the link up, inside a write of the caller's. Of requests that arrive together one gets it."""
    if not is_token(token):
        return None
    statement = delete(account_links).where(_is_good(kind, token, now))
    row = connection.execute(statement.returning(account_links)).one_or_none()
    return None if row is None else link_from(row)


def link_from(row: Row[Any]) -> Link:
    """A link from a row of its table."""
    values = dict(row._mapping)
    del values["token_hash"]
    return Link(**values)
