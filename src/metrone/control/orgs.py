"""Organisations: members with roles, and the projects that they share. An organisation always has an owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from metrone.control.account_tables import members, organisations, users
from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import clean_name
from metrone.control.projects import Project, insert_project, project_from
from metrone.control.roles import Role, check_role
from metrone.control.tables import projects


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A user as a member of one organisation."""

    user_id: str
    email: str
    name: str
    role: Role
    has_totp: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation as one of its members sees it."""

    org: Organisation
    role: Role


def insert_org(connection: Connection, name: str, now: datetime) -> Organisation:
    """Make an organisation inside a write of the caller's; give it an owner there, too. Raises Invalid."""
    values = {"id": new_id("org"), "name": clean_name(name), "created_at": now}
    return Organisation(
        **connection.execute(insert(organisations).values(values).returning(organisations)).one()._mapping
    )


def create_org(db: Database, name: str, owner: Actor, now: datetime) -> Organisation:
    """Make an organisation whose owner is this user. Raises Invalid."""
    with db.write() as connection:
        org = insert_org(connection, name, now)
        insert_member(connection, org.id, owner.id, "owner", now)
        note(connection, owner, "organisation.created", org.name, (now, org.id))
    return org


def insert_member(connection: Connection, org_id: str, user_id: str, role: Role, now: datetime) -> None:
    """Make the user a member, or give a member this role, inside a write of the caller's."""
    connection.execute(delete(members).where(members.c.org_id == org_id, members.c.user_id == user_id))
    values = {"org_id": org_id, "user_id": user_id, "role": role, "created_at": now}
    connection.execute(insert(members).values(values))


def rename_org(db: Database, org_id: str, name: str, who: Actor, now: datetime) -> None:
    """Give the organisation another name. Raises Invalid."""
    with db.write() as connection:
        connection.execute(update(organisations).where(organisations.c.id == org_id).values(name=clean_name(name)))
        note(connection, who, "organisation.renamed", name.strip(), (now, org_id))


def list_memberships(db: Database, user_id: str) -> list[Membership]:
    """The organisations of a user, oldest first."""
    statement = (
        select(organisations, members.c.role)
        .join(members)
        .where(members.c.user_id == user_id)
        .order_by(organisations.c.created_at, organisations.c.id)
    )
    with db.read() as connection:
        return [
            Membership(Organisation(row.id, row.name, row.created_at), check_role(row.role))
            for row in connection.execute(statement)
        ]


def find_role(db: Database, user_id: str, project_id: str) -> tuple[Project, Role] | None:
    """The project and what the user is in its organisation; None where it is not the user's to see."""
    statement = (
        select(projects, members.c.role)
        .join(members, members.c.org_id == projects.c.org_id)
        .where(projects.c.id == project_id, members.c.user_id == user_id)
    )
    with db.read() as connection:
        row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    values = {name: value for name, value in row._mapping.items() if name != "role"}
    return Project(**values), check_role(row.role)


def list_members(db: Database, org_id: str) -> list[Member]:
    """The members of an organisation, oldest first."""
    statement = (
        select(users, members.c.role)
        .join(members)
        .where(members.c.org_id == org_id)
        .order_by(members.c.created_at, users.c.id)
    )
    with db.read() as connection:
        return [_member_from(row) for row in connection.execute(statement)]


def list_org_projects(db: Database, org_id: str) -> list[Project]:
    """The projects of an organisation, oldest first."""
    statement = select(projects).where(projects.c.org_id == org_id).order_by(projects.c.project_no)
    with db.read() as connection:
        return [project_from(row) for row in connection.execute(statement)]


def change_role(db: Database, org_id: str, user_id: str, role: Role, who: tuple[Actor, datetime]) -> None:
    """Give a member another role. Raises Missing, and Invalid for the last owner."""
    actor, now = who
    with db.write() as connection:
        member = _get_member(connection, org_id, user_id)
        if role != "owner":
            _keep_an_owner(connection, org_id, member)
        mine = (members.c.org_id == org_id) & (members.c.user_id == user_id)
        connection.execute(update(members).where(mine).values(role=role))
        note(connection, actor, f"member.made_{role}", member.email, (now, org_id))


def remove_member(db: Database, org_id: str, user_id: str, who: tuple[Actor, datetime]) -> None:
    """End a membership; the account stays. Raises Missing, and Invalid for the last owner."""
    actor, now = who
    with db.write() as connection:
        member = _get_member(connection, org_id, user_id)
        _keep_an_owner(connection, org_id, member)
        connection.execute(delete(members).where(members.c.org_id == org_id, members.c.user_id == user_id))
        note(connection, actor, "member.removed", member.email, (now, org_id))


def create_org_project(db: Database, org_id: str, given: Mapping[str, str], who: tuple[Actor, datetime]) -> Project:
    """Make a project of the organisation from `name`, `domain` and `timezone`. Raises Invalid."""
    actor, now = who
    with db.write() as connection:
        site = (given.get("domain", ""), given.get("timezone", "UTC"))
        made = insert_project(connection, given.get("name", ""), site, now)
        row = connection.execute(
            update(projects).where(projects.c.id == made.id).values(org_id=org_id).returning(projects)
        ).one()
        note(connection, actor, "project.created", made.name, (now, org_id))
    return project_from(row)


def _get_member(connection: Connection, org_id: str, user_id: str) -> Member:
    statement = select(users, members.c.role).join(members).where(members.c.org_id == org_id, users.c.id == user_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise Missing("There is no such member.")
    return _member_from(row)


def _keep_an_owner(connection: Connection, org_id: str, member: Member) -> None:
    owners = (members.c.org_id == org_id) & (members.c.role == "owner")
    count = connection.execute(select(func.count()).select_from(members).where(owners)).scalar_one()
    if member.role == "owner" and count == 1:
        raise Invalid("role", "An organisation needs an owner; make somebody else one first.")


def _member_from(row: Row[Any]) -> Member:
    return Member(row.id, row.email, row.name, check_role(row.role), row.totp_since is not None)
