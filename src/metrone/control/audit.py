"""The audit log: who changed what, and when. Written in the transaction of the change; read by admins; never changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from metrone.control.account_tables import audit_log
from metrone.control.db import Database

PAGE = 100
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something. `id` is '' for the command line."""

    id: str
    name: str


OPERATOR = Actor("", COMMAND_LINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `target` says what was changed, as it was called then."""

    entry_no: int
    at: datetime
    org_id: str | None
    actor_id: str | None
    actor: str
    action: str
    target: str


def note(connection: Connection, who: Actor, action: str, target: str, place: tuple[datetime, str | None]) -> None:
    """Write a line, inside the caller's write. `place` is the moment and the organisation, None for the installation."""
    values = {
        "at": place[0],
        "org_id": place[1],
        "actor_id": who.id or None,
        "actor": who.name,
        "action": action,
        "target": target[:254],
    }
    connection.execute(insert(audit_log).values(values))


def list_entries(db: Database, org_id: str, before: int | None = None) -> list[Entry]:
    """The newest lines of an organisation, at most PAGE, newest first; `before` is the last line of the page before."""
    condition = audit_log.c.org_id == org_id
    if before is not None:
        condition &= audit_log.c.entry_no < before
    statement = select(audit_log).where(condition).order_by(audit_log.c.entry_no.desc()).limit(PAGE)
    with db.read() as connection:
        return [Entry(**row._mapping) for row in connection.execute(statement)]
