"""API keys: who may write and read, from which origins, until when. The key itself is never stored, only its digest.

A plain SHA-256 is enough, because a key is 128 random bits: there is nothing to guess that a slow hash would protect.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, insert, or_, select, true, update

from metrone.control.audit import OPERATOR, Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import clean_name, clean_origin
from metrone.control.projects import Project, project_from, require_project
from metrone.control.tables import api_keys, projects

Scope = Literal["write", "read", "admin"]
State = Literal["active", "revoked", "expired"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

PREFIX_LENGTH = 17
ORIGINS_MAX = 100
ACTIVE_MAX = 200
_KEY = re.compile(r"(?:metrone|mk)_(live|test)_([0-9a-f]{32})")
_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key shall be. `scopes` and `origins` are taken as typed and checked by create_key."""

    project_id: str
    scopes: Iterable[str]
    name: str = "API key"
    origins: Iterable[str] = ()
    expires_at: datetime | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as it is known after its creation; revoked and expired ones stay. No origins means any origin.

    `scopes` are exactly those that were listed; `admin` includes read and write, so ask with `may`.
    """

    id: str
    project: Project
    name: str
    prefix: str
    scopes: frozenset[str]
    origins: tuple[str, ...]
    is_test: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    digest: bytes = field(repr=False)

    def may(self, scope: Scope) -> bool:
        """True where the key has the scope, or has `admin`, which includes the other two."""
        return scope in self.scopes or "admin" in self.scopes

    def state(self, now: datetime) -> State:
        """Whether the key counts at this moment. Only an active one may do anything."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


def normalise_key(text: str) -> str | None:
    """The one spelling of a key (`mk_live_…` is an alias of `metrone_live_…`), or None where it cannot be a key."""
    match = _KEY.fullmatch(text)
    return f"metrone_{match[1]}_{match[2]}" if match else None


def digest_key(key: str) -> bytes:
    """The 32 bytes under which a normalised key is stored and found."""
    return hashlib.sha256(key.encode("ascii")).digest()


def create_key(db: Database, new: NewKey, who: Actor = OPERATOR) -> tuple[KeyRecord, str]:
    """Create a key. Gives its record and the key itself, which cannot be had again. Raises Invalid and Missing."""
    with db.write() as connection:
        project, now = require_project(connection, new.project_id), db.clock()
        _check_room(connection, project, now)
        made = insert_key(connection, project, new, now)
        note(connection, who, "key.created", target_of(made[0]), (now, project.org_id))
    return made


def insert_key(connection: Connection, project: Project, new: NewKey, now: datetime) -> tuple[KeyRecord, str]:
    """As create_key, inside a write of the caller's."""
    if new.expires_at is not None and new.expires_at <= now:
        raise Invalid("expires_at", "The key would have expired already; give a time in the future.")
    key = f"metrone_{'test' if new.is_test else 'live'}_{secrets.token_hex(_RANDOM_BYTES)}"
    values = {
        "id": new_id("key"),
        "project_no": project.project_no,
        "name": clean_name(new.name),
        "digest": digest_key(key),
        "prefix": key[:PREFIX_LENGTH],
        "scopes": _checked_scopes(new.scopes),
        "origins": _checked_origins(new.origins),
        "is_test": new.is_test,
        "created_at": now,
        "expires_at": new.expires_at,
    }
    row = connection.execute(insert(api_keys).values(values).returning(api_keys)).one()
    return key_from(row._mapping, project), key


def revoke_key(db: Database, key_id: str, who: Actor = OPERATOR, project_id: str | None = None) -> KeyRecord:
    """Revoke the key, which is of this project if one is given, for good; one that is revoked keeps its time. Raises Missing."""
    condition = api_keys.c.id == key_id
    if project_id is not None:
        condition &= projects.c.id == project_id
    with db.write() as connection:
        before = _only(select_keys(connection, condition))
        if before.revoked_at is not None:
            return before
        now = db.clock()
        connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=now))
        note(connection, who, "key.revoked", target_of(before), (now, before.project.org_id))
    return replace(before, revoked_at=now)


def find_key(db: Database, text: str) -> KeyRecord:
    """The key with this id, or this key itself. Raises Missing."""
    key = normalise_key(text.strip())
    condition = api_keys.c.digest == digest_key(key) if key else api_keys.c.id == text.strip()
    with db.read() as connection:
        return _only(select_keys(connection, condition))


def list_keys(db: Database, project_id: str | None = None) -> list[KeyRecord]:
    """The keys of one project, or of all, oldest first, with the revoked and expired ones."""
    condition = true() if project_id is None else projects.c.id == project_id
    with db.read() as connection:
        return select_keys(connection, condition)


def touch_keys(db: Database, used_at: Mapping[str, datetime]) -> None:
    """Note when keys were last used, by key id. Times only move forward; the revision stays (nothing to reload)."""
    if not used_at:
        return
    newer = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < bindparam("used_at"))
    statement = update(api_keys).where(api_keys.c.id == bindparam("key_id"), newer)
    with db.write(is_quiet=True) as connection:
        connection.execute(
            statement.values(last_used_at=bindparam("used_at")),
            [{"key_id": key_id, "used_at": at} for key_id, at in used_at.items()],
        )


def key_from(row: RowMapping, project: Project) -> KeyRecord:
    """A key from a row of its table."""
    values = {**row, "project": project, "scopes": frozenset(row["scopes"]), "origins": tuple(row["origins"])}
    del values["project_no"]
    return KeyRecord(**values)


def select_keys(connection: Connection, condition: ColumnElement[bool]) -> list[KeyRecord]:
    """The keys that meet the condition on api_keys or projects, oldest first, inside a transaction of the caller's."""
    statement = select(api_keys).join(projects).where(condition).order_by(api_keys.c.created_at, api_keys.c.id)
    rows = connection.execute(statement).all()
    owners = {row.project_no: project_from(row) for row in connection.execute(select(projects))}
    # On PostgreSQL a project may go between the two statements; its keys go with it.
    return [key_from(row._mapping, owners[row.project_no]) for row in rows if row.project_no in owners]


def target_of(key: KeyRecord) -> str:
    """The key as the audit log calls it; nothing that helps to guess it."""
    return f"{key.name} ({key.prefix}…) of {key.project.name}"


def _check_room(connection: Connection, project: Project, now: datetime) -> None:
    """Revoked and expired keys take none."""
    mine = select_keys(connection, projects.c.project_no == project.project_no)
    if sum(key.state(now) == "active" for key in mine) >= ACTIVE_MAX:
        raise Invalid("name", f"A project has at most {ACTIVE_MAX} active keys; revoke one first.")


def _only(found: list[KeyRecord]) -> KeyRecord:
    if not found:
        raise Missing("There is no such key; `metrone keys list PROJECT` shows them.")
    return found[0]


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    given = {scope.strip() for scope in scopes}
    if not given or not given <= set(SCOPES):
        raise Invalid("scopes", f"Scopes are one or more of {', '.join(SCOPES)}.")
    return [scope for scope in SCOPES if scope in given]


def _checked_origins(origins: Iterable[str]) -> list[str]:
    cleaned = sorted({clean_origin(origin) for origin in origins})
    if len(cleaned) > ORIGINS_MAX:
        raise Invalid("origins", f"A key takes at most {ORIGINS_MAX} origins; leave them out to allow every one.")
    return cleaned
