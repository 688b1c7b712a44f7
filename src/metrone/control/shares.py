"""Shares: addresses under which people without an account see a project's numbers, all of them or those of a locked segment.

The token stays readable in the database, unlike a key or a session: a link is copied again and again, who could not copy it
would make a second one in place of revoking the first, and it opens nothing but numbers that lie in files beside it. What
must not be had from a stolen database is behind a password, of which only the hash is kept.
"""

import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import clean_name, clean_origin
from metrone.control.passwords import check_password, hash_password
from metrone.control.projects import Project
from metrone.control.tables import shares

SHARES_MAX = 50  # of a project
ORIGINS_MAX = 20
FILTERS_CHARS_MAX = 10_000
PROOF_TTL = timedelta(hours=12)
_TOKEN_BYTES = 24
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30}[a-z0-9])")  # shorter than a token: none can be taken for one


@dataclass(frozen=True, slots=True)
class NewShare:
    """What a share shall be, as typed. `slug` '' makes a secret token; with a slug the dashboard is public.

    `filters` are checked by who knows what reads take: [operator, dimension, [value, …]].
    """

    name: str
    slug: str = ""
    password: str = ""
    expires_at: datetime | None = None
    filters: Sequence[Sequence[object]] = ()
    can_embed: bool = False
    origins: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it is kept. No origins means that any site may embed it, where it can be embedded at all."""

    id: str
    project_no: int
    name: str
    token: str
    is_public: bool
    password_hash: str | None = field(repr=False)
    expires_at: datetime | None
    filters: Sequence[Sequence[Any]]
    can_embed: bool
    origins: tuple[str, ...]
    created_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it has expired."""
        return self.expires_at is not None and self.expires_at <= now


def create_share(db: Database, project: Project, new: NewShare, who: tuple[Actor, datetime]) -> Share:
    """Make a share. Hashes a password, so call it in a thread. Raises Invalid."""
    actor, now = who
    values = {**_checked(new, now), "project_no": project.project_no, "created_at": now}
    try:
        with db.write() as connection:
            count = select(func.count()).select_from(shares).where(_of(project))
            if connection.execute(count).scalar_one() >= SHARES_MAX:
                raise Invalid("name", f"A project has at most {SHARES_MAX} shared links; revoke one of them first.")
            row = connection.execute(insert(shares).values(values).returning(shares)).one()
            note(connection, actor, "share.created", row.name, (now, project.org_id))
    except IntegrityError:
        raise Invalid("slug", f"The address {new.slug!r} is taken; choose another.") from None
    return _share_from(row._mapping)


def list_shares(db: Database, project: Project) -> list[Share]:
    """The shares of a project, oldest first, with those that have expired."""
    with db.read() as connection:
        return select_shares(connection, _of(project))


def select_shares(connection: Connection, condition: ColumnElement[bool]) -> list[Share]:
    """The shares that meet the condition, oldest first, inside a transaction of the caller's."""
    statement = select(shares).where(condition).order_by(shares.c.created_at, shares.c.id)
    return [_share_from(row._mapping) for row in connection.execute(statement)]


def change_share_password(db: Database, place: tuple[Project, str], password: str, who: tuple[Actor, datetime]) -> None:
    """Give the share of `place` (a project and an id) another password, or none for ''. Who came in by the old one is out.

    Raises Invalid and Missing.
    """
    project, share_id = place
    actor, now = who
    hashed = _hashed(password)
    with db.write() as connection:
        share = _require(connection, project, share_id)
        if share.is_public and password:
            raise Invalid("password", "A public dashboard has no password; make a link with one.")
        connection.execute(update(shares).where(shares.c.id == share.id).values(password_hash=hashed))
        note(connection, actor, "share.password_changed", share.name, (now, project.org_id))


def revoke_share(db: Database, project: Project, share_id: str, who: tuple[Actor, datetime]) -> None:
    """End a share for good; from then on it is as if it had never been. Raises Missing."""
    actor, now = who
    with db.write() as connection:
        share = _require(connection, project, share_id)
        connection.execute(delete(shares).where(shares.c.id == share.id))
        note(connection, actor, "share.revoked", share.name, (now, project.org_id))


def make_proof(share: Share, now: datetime) -> str:
    """What shows for PROOF_TTL that somebody gave the password: a time and its code under the hash, which changes with it."""
    until = str(int((now + PROOF_TTL).timestamp()))
    return f"{until}.{_code(share, until)}"


def may_enter(share: Share, proof: str, now: datetime) -> bool:
    """Whether the share asks for no password, or this proof of it is good."""
    if share.password_hash is None:
        return True
    until, _, code = proof.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 12 and code.isascii()):
        return False
    is_ours = hmac.compare_digest(code, _code(share, until))
    return is_ours and datetime.fromtimestamp(int(until), UTC) > now


def _code(share: Share, until: str) -> str:
    key = (share.password_hash or "").encode()
    return hmac.digest(key, f"metrone share {share.id} {until}".encode(), "sha256").hex()


def _checked(new: NewShare, now: datetime) -> dict[str, Any]:
    if new.slug and not _SLUG.fullmatch(new.slug):
        raise Invalid("slug", "The address of a public dashboard is 3 to 32 of a-z, 0-9 and '-', such as acme-numbers.")
    if new.slug and new.password:
        raise Invalid("password", "A public dashboard has no password; leave out the one or the other.")
    if new.expires_at is not None and new.expires_at <= now:
        raise Invalid("expires_on", "The link would have expired already; give a day from today on.")
    if len(msgspec.json.encode(new.filters)) > FILTERS_CHARS_MAX:
        raise Invalid("filters", f"The segment is longer than {FILTERS_CHARS_MAX} characters; use fewer values.")
    return {
        "id": new_id("shr"),
        "name": clean_name(new.name),
        "token": new.slug or secrets.token_urlsafe(_TOKEN_BYTES),
        "is_public": bool(new.slug),
        "password_hash": _hashed(new.password),
        "expires_at": new.expires_at,
        "filters": [list(each) for each in new.filters],
        "can_embed": new.can_embed,
        "origins": _checked_origins(new.origins),
    }


def _checked_origins(origins: Iterable[str]) -> list[str]:
    cleaned = sorted({clean_origin(origin) for origin in origins})
    if len(cleaned) > ORIGINS_MAX:
        raise Invalid(
            "origins",
            f"A link takes at most {ORIGINS_MAX} sites, not {len(cleaned)}; none means that any may embed it.",
        )
    return cleaned


def _hashed(password: str) -> str | None:
    if not password:
        return None
    check_password(password)
    return hash_password(password)


def _of(project: Project) -> ColumnElement[bool]:
    return shares.c.project_no == project.project_no


def _require(connection: Connection, project: Project, share_id: str) -> Share:
    found = select_shares(connection, _of(project) & (shares.c.id == share_id))
    if not found:
        raise Missing("There is no such link; it may have been revoked.")
    return found[0]


def _share_from(row: Any) -> Share:
    return Share(**{**row, "origins": tuple(row["origins"])})
