"""Passkeys as they are stored: public keys of users' devices. Checks no signature; web/passkeys does."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from metrone.control.account_tables import passkeys
from metrone.control.audit import note
from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.ids import new_id
from metrone.control.labels import clean_name
from metrone.control.links import NewLink, insert_link, take_link
from metrone.control.users import User

PASSKEYS_MAX = 20


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey whose registration was verified."""

    credential_id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int
    name: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A stored passkey."""

    id: str
    user_id: str
    name: str
    credential_id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int
    created_at: datetime
    used_at: datetime | None


def create_challenge(db: Database, user_id: str | None, now: datetime) -> bytes:
    """What a device shall sign within five minutes, to become the user's or, without one, to sign somebody in."""
    with db.write(is_quiet=True) as connection:
        return insert_link(connection, NewLink("passkey", user_id=user_id), now).encode()


def use_challenge(db: Database, challenge: bytes, user_id: str | None, now: datetime) -> bool:
    """Whether this was asked, of the same user and not yet used. It is used up with that."""
    with db.write(is_quiet=True) as connection:
        link = take_link(connection, "passkey", challenge.decode("ascii", "replace"), now)
    return link is not None and link.user_id == user_id


def add_passkey(db: Database, user: User, new: NewPasskey, now: datetime) -> str:
    """Store it; gives its id. Raises Invalid for one that is known already, or one too many."""
    name = clean_name(new.name)
    with db.write() as connection:
        mine = connection.execute(select(passkeys.c.id).where(passkeys.c.user_id == user.id)).all()
        if len(mine) >= PASSKEYS_MAX:
            raise Invalid("name", f"You have {PASSKEYS_MAX} passkeys; remove one first.")
        if connection.execute(select(passkeys.c.id).where(passkeys.c.credential_id == new.credential_id)).first():
            raise Invalid("credential", "This passkey is known already.")
        passkey_id = new_id("pky")
        values = {
            "id": passkey_id,
            "user_id": user.id,
            "name": name,
            "credential_id": new.credential_id,
            "public_key": new.public_key,
            "sign_count": new.sign_count,
            "created_at": now,
        }
        connection.execute(insert(passkeys).values(values))
        note(connection, user.actor, "passkey.added", name, (now, None))
    return passkey_id


def list_passkeys(db: Database, user_id: str) -> list[Passkey]:
    """The passkeys of a user, oldest first."""
    statement = select(passkeys).where(passkeys.c.user_id == user_id).order_by(passkeys.c.created_at, passkeys.c.id)
    with db.read() as connection:
        return [Passkey(**row._mapping) for row in connection.execute(statement)]


def find_passkey(db: Database, credential_id: bytes) -> Passkey | None:
    """The passkey with this credential id, whoever's it is."""
    with db.read() as connection:
        row = connection.execute(select(passkeys).where(passkeys.c.credential_id == credential_id)).one_or_none()
    return None if row is None else Passkey(**row._mapping)


def note_passkey_use(db: Database, passkey: Passkey, sign_count: int, now: datetime) -> None:
    """Keep the device's counter and the time of its last use."""
    mine = passkeys.c.id == passkey.id
    with db.write(is_quiet=True) as connection:
        connection.execute(update(passkeys).where(mine).values(sign_count=sign_count, used_at=now))


def remove_passkey(db: Database, user: User, passkey_id: str, now: datetime) -> None:
    """Forget a passkey of this user. Raises Missing."""
    mine = (passkeys.c.user_id == user.id) & (passkeys.c.id == passkey_id)
    with db.write() as connection:
        name = connection.execute(delete(passkeys).where(mine).returning(passkeys.c.name)).scalar()
        if name is None:
            raise Missing("There is no such passkey.")
        note(connection, user.actor, "passkey.removed", name, (now, None))
