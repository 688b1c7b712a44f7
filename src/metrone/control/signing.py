"""Signing secrets of webhooks: with what each platform proves its deliveries, several at a time. Stored encrypted only.

Which platforms there are, and what a secret of one looks like, is for the caller to know (webhooks/registry).
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from metrone.control.audit import OPERATOR, Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import check_endpoint
from metrone.control.projects import Project, require_project
from metrone.control.tables import projects, webhook_secrets
from metrone.control.vault import Keyring, Place, Unopened, Vault

ACTIVE_MAX = 10
TEXT_MAX = 4096
HINT_LENGTH = 4
# Four letters help nobody to guess a secret of 24: a random one has 20 others left, at four bits each at the least.
HINTED_MIN = 24

SealedRow = Row[*tuple[Any, ...]]
Spot = tuple[int, str, str]  # project_no, platform, endpoint


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret to be added. `endpoint` '' is for every endpoint of the platform that has no secret of its own.

    With `is_only` the secrets that the endpoint had are gone afterwards.
    """

    project_id: str
    platform: str
    text: str = field(repr=False)
    endpoint: str = ""
    is_only: bool = False


@dataclass(frozen=True, slots=True)
class SecretRecord:
    """A secret as it is shown: `hint` is its last letters, '' where it is too short to show any.

    `trouble` is why it cannot be read and what to do, '' where it can.
    """

    id: str
    project_no: int
    platform: str
    endpoint: str
    created_at: datetime
    hint: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An endpoint has secrets, and none can be read: nothing can be proved to it. `advice` is a sentence."""

    advice: str


Secrets = tuple[str, ...] | Unreadable


def add_secret(db: Database, new: NewSecret, who: Actor = OPERATOR) -> SecretRecord:
    """Add a secret; one that is set already stays as it is. Raises Invalid, Missing and Unavailable."""
    text = _checked_text(new.text)
    endpoint = check_endpoint(new.endpoint) if new.endpoint else ""
    with db.write() as connection:
        project = require_project(connection, new.project_id)
        keyring = db.vault.ready()
        spot = (project.project_no, new.platform, endpoint)
        there = select_sealed(connection, _at(spot))
        same = next((row for row in there if _reads_as(row, keyring, text)), None)
        if new.is_only:
            connection.execute(
                delete(webhook_secrets).where(_at(spot), webhook_secrets.c.id != (same.id if same else ""))
            )
        elif same is None and len(there) >= ACTIVE_MAX:
            raise Invalid(
                "endpoint", f"An endpoint has at most {ACTIVE_MAX} secrets; remove one, or set this with --replace."
            )
        if same is None or len(there) > 1:
            action = "webhook_secret.replaced" if new.is_only and there else "webhook_secret.set"
            note(connection, who, action, _named(project, spot), (db.clock(), project.org_id))
        return _record(same or _insert(connection, spot, keyring.seal(text, place_of(*spot)), db.clock()), keyring)


def list_secrets(db: Database, project_id: str) -> list[SecretRecord]:
    """The secrets of one project by platform and endpoint, oldest first. Never their text."""
    before = db.vault.look()
    owned = select(projects.c.project_no).where(projects.c.id == project_id).scalar_subquery()
    with db.read() as connection:
        rows = select_sealed(connection, webhook_secrets.c.project_no == owned)
    keyring = keys_for(rows, before, db.vault)
    return sorted((_record(row, keyring) for row in rows), key=lambda each: (each.platform, each.endpoint))


def remove_secret(db: Database, project_id: str, secret_id: str, who: Actor = OPERATOR) -> SecretRecord:
    """Remove a secret of this project for good. Raises Missing."""
    keys_before = db.vault.look()
    with db.write() as connection:
        project = require_project(connection, project_id)
        this = (webhook_secrets.c.project_no == project.project_no) & (webhook_secrets.c.id == secret_id)
        rows = select_sealed(connection, this)
        if not rows:
            raise Missing("The project has no such secret; `metrone webhooks secrets PROJECT` shows them.")
        connection.execute(delete(webhook_secrets).where(this))
        target = _named(project, (project.project_no, rows[0].platform, rows[0].endpoint))
        note(connection, who, "webhook_secret.removed", target, (db.clock(), project.org_id))
    return _record(rows[0], keys_for(rows, keys_before, db.vault))


def select_sealed(connection: Connection, condition: ColumnElement[bool]) -> list[SealedRow]:
    """The rows that meet the condition, oldest first, still encrypted, inside a transaction of the caller's."""
    order = (webhook_secrets.c.created_at, webhook_secrets.c.id)
    return list(connection.execute(select(webhook_secrets).where(condition).order_by(*order)))


def keys_for(rows: Iterable[SealedRow], before: Keyring, vault: Vault) -> Keyring:
    """The keys that open these rows. `before` was looked at before they were read.

    A change of the key may lie between the two; then the one that came since is there now.
    """
    return before if all(before.holds(row.ciphertext) for row in rows) else before.with_keys_of(vault.look())


def open_secrets(rows: Iterable[SealedRow], keyring: Keyring) -> Mapping[Spot, Secrets]:
    """What each endpoint's deliveries may be signed with. Where some can be read, those; unreadable ones prove nothing."""
    found: dict[Spot, Secrets] = {}
    for row in rows:
        spot = (row.project_no, row.platform, row.endpoint)
        known = found.get(spot, ())
        texts = () if isinstance(known, Unreadable) else known
        try:
            found[spot] = (*texts, keyring.open(row.ciphertext, place_of(*spot)))
        except Unopened as error:
            found[spot] = texts or Unreadable(str(error))
    return found


def place_of(project_no: int, platform: str, endpoint: str) -> Place:
    """To what a ciphertext is bound: moved to another row of these, it does not open."""
    return ("webhook_secrets", project_no, platform, endpoint)


def _named(project: Project, spot: Spot) -> str:
    """Whose secret it is, for the audit log."""
    return f"{spot[1]}/{spot[2] or '*'} of {project.name}"


def _at(spot: Spot) -> ColumnElement[bool]:
    table = webhook_secrets.c
    return (table.project_no == spot[0]) & (table.platform == spot[1]) & (table.endpoint == spot[2])


def _insert(connection: Connection, spot: Spot, ciphertext: bytes, now: datetime) -> SealedRow:
    names = dict(zip(("project_no", "platform", "endpoint"), spot, strict=True))
    values = {"id": new_id("sec"), **names, "ciphertext": ciphertext, "created_at": now}
    return connection.execute(insert(webhook_secrets).values(values).returning(webhook_secrets)).one()


def _record(row: SealedRow, keyring: Keyring) -> SecretRecord:
    try:
        text, trouble = keyring.open(row.ciphertext, place_of(row.project_no, row.platform, row.endpoint)), ""
    except Unopened as error:
        text, trouble = "", str(error)
    hint = text[-HINT_LENGTH:] if len(text) >= HINTED_MIN else ""
    return SecretRecord(row.id, row.project_no, row.platform, row.endpoint, row.created_at, hint, trouble)


def _reads_as(row: SealedRow, keyring: Keyring, text: str) -> bool:
    try:
        return keyring.open(row.ciphertext, place_of(row.project_no, row.platform, row.endpoint)) == text
    except Unopened:
        return False


def _checked_text(text: str) -> str:
    if not 1 <= len(text) <= TEXT_MAX:
        raise Invalid("secret", f"The secret has {len(text)} characters; it takes between 1 and {TEXT_MAX}.")
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
        raise Invalid("secret", "The secret holds control characters or more than one line; give the secret alone.")
    if text != text.strip():
        raise Invalid("secret", "The secret begins or ends with a space; give the secret alone.")
    return text
