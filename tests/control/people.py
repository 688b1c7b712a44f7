"""People for the tests of accounts: a quick hash, an owner, a guest."""

from datetime import datetime

from metrone.control.db import Database
from metrone.control.orgs import Organisation, list_memberships
from metrone.control.users import ReadyUser, User, create_setup_link, insert_user, set_up

# What hash_password would have given costs a tenth of a second; who signs in here has a password of test_users alone.
HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$jv3gJYQxVJiVM3Vvd5TTAcpJ5dGqJS2hCQoTn6tnHbU"


def ready(email: str, name: str = "Somebody") -> ReadyUser:
    """A person who may be stored."""
    return ReadyUser(email, name, HASH)


def make_owner(db: Database, now: datetime, email: str = "ann@shop.example") -> tuple[User, Organisation]:
    """The owner account, and the organisation that it owns."""
    token = create_setup_link(db, now)
    assert token is not None
    user = set_up(db, token, ready(email), now)
    assert user is not None
    return user, list_memberships(db, user.id)[0].org


def make_user(db: Database, email: str, now: datetime) -> User:
    """A user who is in no organisation."""
    with db.write() as connection:
        return insert_user(connection, ready(email), now)
