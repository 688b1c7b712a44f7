"""What is set where a project is installed: its own name for this server, and a key to write with."""

from sqlalchemy import update

from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid
from metrone.control.keys import KeyRecord, NewKey, create_key
from metrone.control.labels import clean_domain
from metrone.control.projects import require_project
from metrone.control.tables import projects

KEY_NAME = "Install page"


def set_cname(db: Database, project_id: str, text: str, who: Actor) -> str:
    """Give the project a host name of its own for this server, '' for none; gives it as kept. Raises Invalid, Missing."""
    try:
        name = clean_domain(text)
    except Invalid:
        raise Invalid("cname", f"{text[:64]!r} is not a host name; write one such as stats.example.com.") from None
    with db.write() as connection:
        project = require_project(connection, project_id)
        connection.execute(update(projects).where(projects.c.id == project_id).values(cname=name))
        note(connection, who, "project.cname_set", f"{name or 'none'} of {project.name}", (db.clock(), project.org_id))
    return name


def create_write_key(db: Database, project_id: str, who: Actor) -> tuple[KeyRecord, str]:
    """A key that may only write, and the key itself, which cannot be had again. Raises Missing."""
    return create_key(db, NewKey(project_id, ("write",), KEY_NAME), who)
