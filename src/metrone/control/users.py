"""Users: people with an e-mail address and a password. The first one owns the installation's first organisation."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from metrone.control.account_tables import account_links, recovery_codes, user_sessions, users
from metrone.control.audit import Actor, note
from metrone.control.db import Database
from metrone.control.emails import clean_email
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import clean_name
from metrone.control.links import NewLink, insert_link, take_link
from metrone.control.orgs import insert_member, insert_org
from metrone.control.passwords import check_password, hash_password, verify_password
from metrone.control.tables import projects

FIRST_ORG = "My organisation"


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person as typed; checked by `ready`. An empty name becomes what stands before the @."""

    email: str
    password: str = field(repr=False)
    name: str = ""

    def ready(self) -> "ReadyUser":
        """The person, checked and with the password hashed; takes a tenth of a second. Raises Invalid."""
        email = clean_email(self.email)
        name = clean_name(self.name or email.split("@")[0])
        check_password(self.password, [email, *email.split("@"), name])
        return ReadyUser(email, name, hash_password(self.password))


@dataclass(frozen=True, slots=True)
class ReadyUser:
    """A person whose every value may be stored."""

    email: str
    name: str
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class User:
    """A user. `has_totp` says whether a code is asked for beside the password."""

    id: str
    email: str
    name: str
    has_totp: bool
    created_at: datetime
    password_hash: str = field(repr=False)

    @property
    def actor(self) -> Actor:
        """The user, for the audit log."""
        return Actor(self.id, self.email)


def has_account(db: Database) -> bool:
    """Whether anybody has an account here; False on a fresh installation."""
    with db.read() as connection:
        return _has_account(connection)


def create_setup_link(db: Database, now: datetime) -> str | None:
    """A token that makes the owner account, once; None where there is an account already."""
    with db.write() as connection:
        return None if _has_account(connection) else insert_link(connection, NewLink("setup"), now)


def set_up(db: Database, token: str, person: ReadyUser, now: datetime) -> User | None:
    """Use the set-up link: make the owner, the first organisation, and give it every project that there is.

    None where the link is not good. Of requests that arrive together one makes the account.
    """
    with db.write() as connection:
        if _has_account(connection) or take_link(connection, "setup", token, now) is None:
            return None
        connection.execute(delete(account_links).where(account_links.c.kind == "setup"))
        user = insert_user(connection, person, now)
        org = insert_org(connection, FIRST_ORG, now)
        insert_member(connection, org.id, user.id, "owner", now)
        connection.execute(update(projects).where(projects.c.org_id.is_(None)).values(org_id=org.id))
        note(connection, user.actor, "account.set_up", user.email, (now, org.id))
    return user


def insert_user(connection: Connection, person: ReadyUser, now: datetime) -> User:
    """Make a user inside a write of the caller's. Raises Invalid where the address has an account."""
    if find_in(connection, person.email) is not None:
        raise Invalid("email", "There is an account with this e-mail address already.")
    values = {
        "id": new_id("usr"),
        "email": person.email,
        "name": person.name,
        "password_hash": person.password_hash,
        "totp_step": 0,
        "created_at": now,
    }
    return user_from(connection.execute(insert(users).values(values).returning(users)).one())


def find_user(db: Database, email: str) -> User | None:
    """The user with this address, in any spelling; None where there is none, or the text is no address."""
    try:
        plain = clean_email(email)
    except Invalid:
        return None
    with db.read() as connection:
        return find_in(connection, plain)


def get_user(db: Database, user_id: str) -> User:
    """The user with this id. Raises Missing."""
    with db.read() as connection:
        row = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
    if row is None:
        raise Missing("There is no such user; `metrone users list` shows them.")
    return user_from(row)


def list_users(db: Database) -> list[User]:
    """Every user, oldest first."""
    with db.read() as connection:
        statement = select(users).order_by(users.c.created_at, users.c.id)
        return [user_from(row) for row in connection.execute(statement)]


def check_signin(db: Database, email: str, password: str) -> User | None:
    """The user whose password this is. Takes as long for an address without an account."""
    user = find_user(db, email)
    is_right = verify_password(password, user.password_hash if user else None)
    return user if is_right else None


def change_password(db: Database, user: User, password: str, now: datetime) -> None:
    """Give the user another password and end all of the user's sessions and reset links. Raises Invalid."""
    check_password(password, [user.email, *user.email.split("@"), user.name])
    hashed = hash_password(password)
    with db.write() as connection:
        set_password(connection, user, hashed, (now, "password.changed"))


def set_password(connection: Connection, user: User, hashed: str, why: tuple[datetime, str]) -> None:
    """As change_password, inside a write of the caller's, for a hash that is ready. `why` is the moment and the deed."""
    connection.execute(update(users).where(users.c.id == user.id).values(password_hash=hashed))
    connection.execute(delete(user_sessions).where(user_sessions.c.user_id == user.id))
    mine = (account_links.c.user_id == user.id) & (account_links.c.kind == "reset")
    connection.execute(delete(account_links).where(mine))
    note(connection, user.actor, why[1], user.email, (why[0], None))


def create_reset(db: Database, user: User, who: Actor, now: datetime) -> str:
    """A token that sets a new password once, within the hour."""
    with db.write() as connection:
        note(connection, who, "password.reset_asked", user.email, (now, None))
        return insert_link(connection, NewLink("reset", user.email, user.id), now)


def use_reset(db: Database, token: str, hashed: str, now: datetime) -> User | None:
    """Set the password of the link's user; None where the link is not good. Ends all of the user's sessions."""
    with db.write() as connection:
        link = take_link(connection, "reset", token, now)
        if link is None:
            return None
        user = user_from(connection.execute(select(users).where(users.c.id == link.user_id)).one())
        set_password(connection, user, hashed, (now, "password.reset"))
    return user


def drop_second_factor(db: Database, user: User, who: Actor, now: datetime) -> None:
    """Ask this user for the password alone; what a command does for somebody who lost phone and recovery codes."""
    with db.write() as connection:
        cleared = {"totp_sealed": None, "totp_since": None}
        connection.execute(update(users).where(users.c.id == user.id).values(cleared))
        connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user.id))
        note(connection, who, "totp.off", user.email, (now, None))


def find_in(connection: Connection, email: str) -> User | None:
    """The user with this address as clean_email writes it, inside a transaction of the caller's."""
    row = connection.execute(select(users).where(users.c.email == email)).one_or_none()
    return None if row is None else user_from(row)


def user_from(row: Row[Any]) -> User:
    """A user from a row of the table."""
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        has_totp=row.totp_since is not None,
        created_at=row.created_at,
        password_hash=row.password_hash,
    )


def _has_account(connection: Connection) -> bool:
    found: bool = connection.execute(select(exists(select(users.c.id)))).scalar_one()
    return found
