"""Reset and deletion of projects: asked for here, in one transaction with the audit log; carried out by app in the background.

What is erased is what was accepted before a moment. A reset also begins a new era of the project (Project.era), so that
nothing that was known by name lives on; a deletion takes the project itself with its keys, secrets and links at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid
from metrone.control.projects import Project, require_project
from metrone.control.tables import erasures, projects

# Requests that were let in before their project went away may still end; what they write goes with it.
UNDER_WAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was accepted of a project before this moment is to go."""

    erasure_no: int
    project_no: int
    before: datetime


def reset_project(db: Database, project_id: str, typed: str, who: tuple[Actor, datetime]) -> Project:
    """Have everything erased that was counted up to the moment of `who`; settings and keys stay.

    `typed` is the project's name, to be sure. Raises Invalid and Missing.
    """
    actor, now = who
    with db.write() as connection:
        project = _confirmed(connection, project_id, typed)
        connection.execute(
            update(projects).where(projects.c.project_no == project.project_no).values(era=projects.c.era + 1)
        )
        _ask(connection, project, now, now)
        note(connection, actor, "project.reset", project.name, (now, project.org_id))
    return project


def delete_project(db: Database, project_id: str, typed: str, who: tuple[Actor, datetime]) -> Project:
    """Delete the project with all that belongs to it, and have its events erased. Raises Invalid and Missing."""
    actor, now = who
    with db.write() as connection:
        project = _confirmed(connection, project_id, typed)
        connection.execute(delete(projects).where(projects.c.project_no == project.project_no))
        _ask(connection, project, now + UNDER_WAY, now)
        note(connection, actor, "project.deleted", project.name, (now, project.org_id))
    return project


def list_waiting(db: Database) -> list[Erasure]:
    """The erasures that are not done, in the order in which they must be."""
    columns = (erasures.c.erasure_no, erasures.c.project_no, erasures.c.before)
    statement = select(*columns).where(erasures.c.done_at.is_(None)).order_by(erasures.c.before, erasures.c.erasure_no)
    with db.read() as connection:
        return [Erasure(**row._mapping) for row in connection.execute(statement)]


def note_done(db: Database, erasure: Erasure, now: datetime) -> None:
    """The store and the spool have let go of it."""
    with db.write(is_quiet=True) as connection:
        this = erasures.c.erasure_no == erasure.erasure_no
        connection.execute(update(erasures).where(this).values(done_at=now))


def is_erasing(db: Database, project_no: int) -> bool:
    """Whether something of this project is still to go."""
    waiting = (erasures.c.project_no == project_no) & erasures.c.done_at.is_(None)
    with db.read() as connection:
        return connection.execute(select(erasures.c.erasure_no).where(waiting).limit(1)).scalar() is not None


def _confirmed(connection: Connection, project_id: str, typed: str) -> Project:
    project = require_project(connection, project_id)
    if typed.strip() != project.name:
        raise Invalid("confirm", f"Type the project's name, {project.name}, exactly as it is.")
    return project


def _ask(connection: Connection, project: Project, before: datetime, now: datetime) -> None:
    values = {"project_no": project.project_no, "before": before, "requested_at": now}
    connection.execute(insert(erasures).values(values))
