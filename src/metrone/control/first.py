"""A project together with the two keys that it starts with, made in one transaction: all three or nothing."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, exists, select

from metrone.control.db import Database
from metrone.control.keys import NewKey, insert_key
from metrone.control.projects import Project, insert_project
from metrone.control.tables import projects

FIRST_NAME = "My website"


@dataclass(frozen=True, slots=True)
class FirstRun:
    """A new project and its keys, which cannot be had again: `full_key` writes and reads, `write_key` is for pages."""

    project: Project
    full_key: str = field(repr=False)
    write_key: str = field(repr=False)


def create_with_keys(db: Database, name: str, domain: str = "", timezone: str = "UTC") -> FirstRun:
    """Create a project, a key with the scopes read and write, and one with write alone. Raises Invalid."""
    with db.write() as connection:
        return _insert(connection, db, name, (domain, timezone))


def ensure_first_project(db: Database) -> FirstRun | None:
    """Create the project "My website" where there is none; None where there is one. Two processes make one project."""
    with db.read() as connection:
        if connection.execute(select(exists(select(projects.c.id)))).scalar_one():
            return None
    with db.write() as connection:
        if connection.execute(select(exists(select(projects.c.id)))).scalar_one():
            return None
        return _insert(connection, db, FIRST_NAME, ("", "UTC"))


def _insert(connection: Connection, db: Database, name: str, site: tuple[str, str]) -> FirstRun:
    now = db.clock()
    project = insert_project(connection, name, site, now)
    full = NewKey(project_id=project.id, scopes=("read", "write"), name="Full access")
    write = NewKey(project_id=project.id, scopes=("write",), name="Website")
    return FirstRun(
        project=project,
        full_key=insert_key(connection, project, full, now)[1],
        write_key=insert_key(connection, project, write, now)[1],
    )
