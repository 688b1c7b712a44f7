"""Invitations into an organisation: a link for one e-mail address and one role, good for a week."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from metrone.control.account_tables import account_links, members, organisations
from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.emails import clean_email
from metrone.control.errors import Missing
from metrone.control.links import Link, NewLink, insert_link, link_from, peek_link, take_link
from metrone.control.orgs import insert_member
from metrone.control.roles import ROLES, Role, check_role
from metrone.control.users import ReadyUser, User, find_in, insert_user


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody who holds the link learns."""

    email: str
    role: Role
    organisation: str
    has_account: bool


def invite(db: Database, org_id: str, guest: tuple[str, Role], who: tuple[Actor, datetime]) -> str:
    """A token for this address and role. One that the address had before is worth nothing any more. Raises Invalid."""
    actor, now = who
    email = clean_email(guest[0])
    with db.write() as connection:
        earlier = (account_links.c.kind == "invite") & (account_links.c.org_id == org_id)
        connection.execute(delete(account_links).where(earlier, account_links.c.email == email))
        note(connection, actor, f"member.invited_as_{guest[1]}", email, (now, org_id))
        return insert_link(connection, NewLink("invite", email, org_id=org_id, payload={"role": guest[1]}), now)


def list_invitations(db: Database, org_id: str, now: datetime) -> list[Link]:
    """The invitations that nobody has taken yet, oldest first."""
    open_ones = (account_links.c.kind == "invite") & (account_links.c.org_id == org_id)
    statement = select(account_links).where(open_ones, account_links.c.expires_at > now)
    with db.read() as connection:
        rows = connection.execute(statement.order_by(account_links.c.created_at, account_links.c.id)).all()
    return [link_from(row) for row in rows]


def withdraw(db: Database, org_id: str, link_id: str, who: tuple[Actor, datetime]) -> None:
    """Make an invitation worth nothing. Raises Missing."""
    mine = (account_links.c.kind == "invite") & (account_links.c.org_id == org_id) & (account_links.c.id == link_id)
    with db.write() as connection:
        email = connection.execute(delete(account_links).where(mine).returning(account_links.c.email)).scalar()
        if email is None:
            raise Missing("There is no such invitation.")
        note(connection, who[0], "invitation.withdrawn", email, (who[1], org_id))


def read_invitation(db: Database, token: str, now: datetime) -> Invitation | None:
    """What the invitation says; None where it is not good."""
    link = peek_link(db, "invite", token, now)
    if link is None:
        return None
    with db.read() as connection:
        name = connection.execute(select(organisations.c.name).where(organisations.c.id == link.org_id)).scalar_one()
        has_account = find_in(connection, link.email) is not None
    return Invitation(link.email, check_role(link.payload["role"]), name, has_account)


def join_as_new(db: Database, token: str, person: ReadyUser, now: datetime) -> User | None:
    """Take the invitation with a new account for its address, whatever address `person` names; None where it is not good.

    Raises Invalid where the address has an account by now: sign in and take it as that user.
    """
    with db.write() as connection:
        link = take_link(connection, "invite", token, now)
        if link is None:
            return None
        user = insert_user(connection, ReadyUser(link.email, person.name, person.password_hash), now)
        _join(connection, link, user, now)
    return user


def join_as(db: Database, token: str, user: User, now: datetime) -> bool:
    """Take the invitation as a user who is signed in; False where it is not good."""
    with db.write() as connection:
        link = take_link(connection, "invite", token, now)
        if link is not None:
            _join(connection, link, user, now)
    return link is not None


def _join(connection: Connection, link: Link, user: User, now: datetime) -> None:
    """A member keeps the role that is worth more."""
    role = check_role(link.payload["role"])
    mine = (members.c.org_id == link.org_id) & (members.c.user_id == user.id)
    had = connection.execute(select(members.c.role).where(mine)).scalar()
    if had is not None and ROLES.index(check_role(had)) <= ROLES.index(role):
        return
    insert_member(connection, str(link.org_id), user.id, role, now)
    note(connection, user.actor, f"member.joined_as_{role}", user.email, (now, link.org_id))
