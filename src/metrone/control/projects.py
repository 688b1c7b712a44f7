"""Projects: the things whose events are counted together. A project has a name, a site and a calendar."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from metrone.control.account_tables import organisations
from metrone.control.audit import OPERATOR, Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import check_timezone, clean_domain, clean_name
from metrone.control.tables import projects

SECRET_BYTES = 32
MONDAY = 1
SUNDAY = 7
TALK_DAYS = 30
TALK_DAYS_MAX = 3650
RETENTION_DAYS_MAX = 36_500
_RANGES = {
    "week_start": (MONDAY, SUNDAY, "A week starts on a day from 1, Monday, to 7, Sunday."),
    "retention_days": (
        0,
        RETENTION_DAYS_MAX,
        f"Events are kept between 1 and {RETENTION_DAYS_MAX} days; 0 is for ever.",
    ),
    "talk_days": (1, TALK_DAYS_MAX, f"Transcripts are kept between 1 and {TALK_DAYS_MAX} days."),
}


@dataclass(frozen=True, slots=True)
class Project:
    """One project. `project_no` (UInt32) stands for it in the events store and is never used again.

    `week_start` is an ISO weekday, 1 Monday to 7 Sunday. `plan_quota` is events per month, None where the
    installation's default holds. `secret` is 32 bytes for keyed hashes of user ids; it lives as long as the project.
    Only where `keeps_talk` are transcripts and summaries of calls and chats kept, and then for `talk_days`.
    `org_id` is the organisation that it belongs to, None until the owner account is made. `cname` is a host name of the
    project's own that leads to this server, '' for none. Events are kept for
    `retention_days`, 0 for ever. `era` rises with each reset: nothing is found again under a name of an earlier one.
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
    keeps_talk: bool = False
    talk_days: int = TALK_DAYS
    org_id: str | None = None
    cname: str = ""
    retention_days: int = 0
    era: int = 0

    def quota(self, default: int) -> int:
        """Events a month, 0 for no limit; `default` is the installation's."""
        return default if self.plan_quota is None else self.plan_quota


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """What shall be different about a project, as typed; None leaves a value as it is."""

    name: str | None = None
    domain: str | None = None
    timezone: str | None = None
    week_start: int | None = None
    retention_days: int | None = None
    keeps_talk: bool | None = None
    talk_days: int | None = None


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
        return require_project(connection, project_id)


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


def change_project(db: Database, project_id: str, change: ProjectChange, who: Actor = OPERATOR) -> Project:
    """Change what is given, all or nothing. Raises Invalid and Missing."""
    values = _checked(change)
    if not values:
        return get_project(db, project_id)
    statement = update(projects).where(projects.c.id == project_id).returning(projects)
    with db.write() as connection:
        before = require_project(connection, project_id)
        fresh = {name: value for name, value in values.items() if value != getattr(before, name)}
        if not fresh:
            return before
        after = project_from(connection.execute(statement.values(fresh)).one())
        note(connection, who, "project.changed", f"{after.name}: {', '.join(fresh)}", (db.clock(), after.org_id))
    return after


def require_project(connection: Connection, project_id: str) -> Project:
    """The project with this id, inside a transaction of the caller's. Raises Missing."""
    row = connection.execute(select(projects).where(projects.c.id == project_id)).one_or_none()
    if row is None:
        raise Missing("There is no such project; `metrone projects list` shows them.")
    return project_from(row)


def project_from(row: Row[*tuple[Any, ...]]) -> Project:
    """A project from a row of its table."""
    return Project(**row._mapping)


def _checked(change: ProjectChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if change.name is not None:
        values["name"] = clean_name(change.name)
    if change.domain is not None:
        values["domain"] = clean_domain(change.domain)
    if change.timezone is not None:
        values["timezone"] = check_timezone(change.timezone)
    if change.keeps_talk is not None:
        values["keeps_talk"] = change.keeps_talk
    for name, (least, most, advice) in _RANGES.items():
        number = getattr(change, name)
        if number is not None:
            if not least <= number <= most:
                raise Invalid(name, advice)
            values[name] = number
    return values
