"""What a project leaves uncounted, in the database: addresses, paths, hosts and countries, so many of each at the most."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.excluded import KINDS, Exclusions, Kind, check_value, compile_rules
from metrone.control.projects import require_project
from metrone.control.tables import exclusions, projects

EACH_MAX = 100


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One rule; `exclusion_no` names it."""

    exclusion_no: int
    kind: str
    value: str


def check_kind(text: str) -> Kind:
    """The kind of this name. Raises Invalid."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise Invalid("kind", f"The kind is one of {', '.join(KINDS)}.")


def add_exclusion(db: Database, project_id: str, rule: tuple[Kind, str], who: Actor) -> Exclusion:
    """Leave this kind and value (as typed) out from now on; one that is there already stays. Raises Invalid and Missing."""
    kind, value = rule[0], check_value(*rule)
    with db.write() as connection:
        project = require_project(connection, project_id)
        mine = (exclusions.c.project_no == project.project_no) & (exclusions.c.kind == kind)
        same = connection.execute(select(exclusions).where(mine, exclusions.c.value == value)).one_or_none()
        if same is not None:
            return Exclusion(same.exclusion_no, kind, value)
        if connection.execute(select(func.count()).select_from(exclusions).where(mine)).scalar_one() >= EACH_MAX:
            raise Invalid("value", f"A project has at most {EACH_MAX} exclusions of one kind; remove one first.")
        values = {"project_no": project.project_no, "kind": kind, "value": value}
        number = connection.execute(insert(exclusions).values(values).returning(exclusions.c.exclusion_no)).scalar_one()
        # Of an address only that there is one: the log is read by more people, and for longer.
        target = f"{kind} of {project.name}" if kind == "address" else f"{kind} {value} of {project.name}"
        note(connection, who, "exclusion.added", target, (db.clock(), project.org_id))
    return Exclusion(number, kind, value)


def remove_exclusion(db: Database, project_id: str, exclusion_no: int, who: Actor) -> None:
    """Count it again from now on. Raises Missing."""
    with db.write() as connection:
        project = require_project(connection, project_id)
        this = (exclusions.c.project_no == project.project_no) & (exclusions.c.exclusion_no == exclusion_no)
        gone = connection.execute(delete(exclusions).where(this).returning(exclusions.c.kind)).scalar_one_or_none()
        if gone is None:
            raise Missing("The project has no such exclusion.")
        note(connection, who, "exclusion.removed", f"{gone} of {project.name}", (db.clock(), project.org_id))


def list_exclusions(db: Database, project_id: str) -> list[Exclusion]:
    """The rules of one project, oldest first."""
    owned = select(projects.c.project_no).where(projects.c.id == project_id).scalar_subquery()
    statement = select(exclusions).where(exclusions.c.project_no == owned).order_by(exclusions.c.exclusion_no)
    with db.read() as connection:
        return [Exclusion(row.exclusion_no, row.kind, row.value) for row in connection.execute(statement)]


def select_exclusions(connection: Connection) -> Mapping[int, Exclusions]:
    """The rules of every project that has some, by project_no, inside a transaction of the caller's."""
    found: dict[int, list[tuple[str, str]]] = {}
    for row in connection.execute(select(exclusions)):
        found.setdefault(row.project_no, []).append((row.kind, row.value))
    return {number: compile_rules(rules) for number, rules in found.items()}
