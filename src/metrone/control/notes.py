"""What members write down about a project, whatever it is: their own, or for everybody, which takes the right to share.

Nobody sees another's own. Segments and annotations (segments.py, annotations.py) know what is in one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, or_, select, update

from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing, Refused
from metrone.control.ids import new_id
from metrone.control.projects import Project

PERSONAL = "(personal)"  # what the audit log says of one that is nobody else's business


@dataclass(frozen=True, slots=True)
class Author:
    """A member at a project. `name` is how others know them; `may_share`: may write and change what is for everybody."""

    project: Project
    actor: Actor
    name: str
    may_share: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of note: its table, its word, the column that says which, and how many each may have."""

    table: Table
    word: str
    title: str
    most: int


@dataclass(frozen=True, slots=True)
class Written:
    """Checked values of a note; None leaves who sees it as it is."""

    is_shared: bool | None
    values: Mapping[str, object] = field(default_factory=dict)


def list_notes(db: Database, kind: Kind, author: Author, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Everybody's and the author's own, oldest first."""
    table = kind.table
    statement = select(table).where(_seen_by(kind, author), *conditions).order_by(table.c.created_at, table.c.id)
    with db.read() as connection:
        return connection.execute(statement).all()


def add_note(db: Database, kind: Kind, author: Author, written: Written) -> Row[Any]:
    """Write one. Raises Invalid where there are too many, Refused where it is for everybody and that is not theirs."""
    is_shared = bool(written.is_shared)
    with db.write() as connection:
        _check(kind, author, is_shared)
        _check_room(connection, kind, author, is_shared)
        values = {
            "id": new_id(kind.word[:3]),
            "project_no": author.project.project_no,
            "user_id": None if is_shared else author.actor.id,
            "created_at": author.now,
            **written.values,
        }
        made = connection.execute(insert(kind.table).values(values).returning(kind.table)).one()
        _log(connection, kind, author, ("created", made))
    return made


def change_note(db: Database, kind: Kind, author: Author, change: tuple[str, Written]) -> Row[Any]:
    """Change the one of this id. Raises Missing, Invalid, Refused."""
    note_id, written = change
    with db.write() as connection:
        before = _require(connection, kind, author, note_id)
        values = dict(written.values)
        if written.is_shared is not None and written.is_shared != (before.user_id is None):
            _check(kind, author, written.is_shared)
            _check_room(connection, kind, author, written.is_shared)
            values["user_id"] = None if written.is_shared else author.actor.id
        if not values:
            return before
        statement = update(kind.table).where(kind.table.c.id == note_id).values(values).returning(kind.table)
        after = connection.execute(statement).one()
        _log(connection, kind, author, ("changed", after if after.user_id is None else before))
    return after


def remove_note(db: Database, kind: Kind, author: Author, note_id: str) -> None:
    """Delete the one of this id. Raises Missing, Refused."""
    with db.write() as connection:
        gone = _require(connection, kind, author, note_id)
        connection.execute(delete(kind.table).where(kind.table.c.id == note_id))
        _log(connection, kind, author, ("deleted", gone))


def _seen_by(kind: Kind, author: Author) -> ColumnElement[bool]:
    columns = kind.table.c
    mine = or_(columns.user_id.is_(None), columns.user_id == author.actor.id)
    return (columns.project_no == author.project.project_no) & mine


def _require(connection: Connection, kind: Kind, author: Author, note_id: str) -> Row[Any]:
    statement = select(kind.table).where(_seen_by(kind, author), kind.table.c.id == note_id)
    found = connection.execute(statement).one_or_none()
    if found is None:
        raise Missing(f"There is no such {kind.word}. Reload the page.")
    _check(kind, author, found.user_id is None)
    return found


def _check(kind: Kind, author: Author, is_shared: bool) -> None:
    if is_shared and not author.may_share:
        raise Refused(f"Your role may keep a {kind.word} for yourself, not for everybody. Ask an editor or admin.")


def _check_room(connection: Connection, kind: Kind, author: Author, is_shared: bool) -> None:
    columns = kind.table.c
    whose = columns.user_id.is_(None) if is_shared else columns.user_id == author.actor.id
    here = columns.project_no == author.project.project_no
    count = connection.execute(select(func.count()).select_from(kind.table).where(here, whose)).scalar_one()
    if count >= kind.most:
        owner = "The project has" if is_shared else "You have"
        raise Invalid(kind.title, f"{owner} {count} {kind.word}s already, which is the most. Delete one first.")


def _log(connection: Connection, kind: Kind, author: Author, done: tuple[str, Row[Any]]) -> None:
    deed, row = done
    target = str(row._mapping[kind.title]) if row.user_id is None else PERSONAL
    note(connection, author.actor, f"{kind.word}.{deed}", target, (author.now, author.project.org_id))
