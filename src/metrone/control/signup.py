"""Signing up, where the setting allows it: an account and an organisation of its own. Tells nobody who has an account."""

from datetime import datetime

from sqlalchemy import Connection

from metrone.control.audit import note
from metrone.control.db import Database
from metrone.control.links import NewLink, insert_link, take_link
from metrone.control.orgs import insert_member, insert_org
from metrone.control.users import FIRST_ORG, ReadyUser, User, find_in, insert_user


def sign_up(db: Database, person: ReadyUser, now: datetime) -> bool:
    """Make the account at once; False where the address has one, which must look the same from outside."""
    with db.write() as connection:
        if find_in(connection, person.email) is not None:
            return False
        _create(connection, person, now)
    return True


def create_signup(db: Database, person: ReadyUser, now: datetime) -> str | None:
    """A token that makes the account when the person at that address uses it; None where there is an account."""
    payload = {"name": person.name, "password_hash": person.password_hash}
    with db.write() as connection:
        if find_in(connection, person.email) is not None:
            return None
        return insert_link(connection, NewLink("signup", person.email, payload=payload), now)


def confirm_signup(db: Database, token: str, now: datetime) -> User | None:
    """Use the link up; None where it is not good, or the address has an account by now."""
    with db.write() as connection:
        link = take_link(connection, "signup", token, now)
        if link is None or find_in(connection, link.email) is not None:
            return None
        return _create(connection, ReadyUser(link.email, link.payload["name"], link.payload["password_hash"]), now)


def _create(connection: Connection, person: ReadyUser, now: datetime) -> User:
    user = insert_user(connection, person, now)
    org = insert_org(connection, FIRST_ORG, now)
    insert_member(connection, org.id, user.id, "owner", now)
    note(connection, user.actor, "account.signed_up", user.email, (now, org.id))
    return user
