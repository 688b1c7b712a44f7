"""Projects: the things whose events are counted together. A project has a name, a site and a calendar."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from metrone.control.account_tables import organisations
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import check_timezone, clean_domain, clean_name
from metrone.control.tables import projects

SECRET_BYTES = 32
MONDAY = 1
SUNDAY = 7


@dataclass(frozen=True, slots=True)
class Project:
    """One project. `project_no` (UInt32) stands for it in the events store and is never used again.

    `week_start` is an ISO weekday, 1 Monday to 7 Sunday. `plan_quota` is events per month, None where the
    installation's default holds. `secret` is 32 bytes for keyed hashes of user ids; it lives as long as the project.
    `org_id` is the organisation that it belongs to, None until the owner account is made.
    """

    id: str
    project_no: int
    name: str
    domain: str
    timezone: str
    week_start: int
    plan_quota: int | None
    created_at: datetime
    secret: bytes = field(repr=False)
    org_id: str | None = None


def create_project(db: Database, name: str, domain: str = "", timezone: str = "UTC") -> Project:
    """Create a project; names need not be unique. `domain` may be empty or a pasted address. Raises Invalid."""
    with db.write() as connection:
        return insert_project(connection, name, (domain, timezone), db.clock())


def insert_project(connection: Connection, name: str, site: tuple[str, str], now: datetime) -> Project:
    """As create_project, inside a write of the caller's. `site` is domain and time zone.

    It belongs to the first organisation, where there is one.
    """
    values = {
        "id": new_id("prj"),
        "name": clean_name(name),
        "domain": clean_domain(site[0]),
        "timezone": check_timezone(site[1]),
        "week_start": MONDAY,
        "plan_quota": None,
        "secret": secrets.token_bytes(SECRET_BYTES),
        "created_at": now,
        "org_id": select(organisations.c.id).order_by(organisations.c.created_at).limit(1).scalar_subquery(),
    }
    row = connection.execute(insert(projects).values(values).returning(projects)).one()
    return project_from(row)


def get_project(db: Database, project_id: str) -> Project:
    """The project with this id. Raises Missing."""
    with db.read() as connection:
        row = connection.execute(select(projects).where(projects.c.id == project_id)).one_or_none()
    if row is None:
        raise Missing("There is no such project; `metrone projects list` shows them.")
    return project_from(row)


def list_projects(db: Database) -> list[Project]:
    """Every project, oldest first."""
    with db.read() as connection:
        return [project_from(row) for row in connection.execute(select(projects).order_by(projects.c.project_no))]


def find_project(db: Database, text: str) -> Project:
    """The project whose id, or else whose name, is `text`. Raises Missing, and Invalid when several have the name."""
    everything = list_projects(db)
    found = [project for project in everything if project.id == text]
    found = found or [project for project in everything if project.name == text]
    found = found or [project for project in everything if project.name.casefold() == text.strip().casefold()]
    if not found:
        raise Missing(f"There is no project {text!r}; `metrone projects list` shows them.")
    if len(found) > 1:
        ids = ", ".join(project.id for project in found)
        raise Invalid("project", f"Several projects have the name {text!r}; use one of the ids {ids}.")
    return found[0]


def rename_project(db: Database, project_id: str, name: str) -> Project:
    """Give the project another name. Raises Invalid and Missing."""
    statement = update(projects).where(projects.c.id == project_id).values(name=clean_name(name)).returning(projects)
    with db.write() as connection:
        row = connection.execute(statement).one_or_none()
        if row is None:
            raise Missing("There is no such project; `metrone projects list` shows them.")
    return project_from(row)


def project_from(row: Row[*tuple[Any, ...]]) -> Project:
    """A project from a row of its table."""
    return Project(**row._mapping)
