"""The second factor of a user: codes of an authenticator app, and recovery codes for when the phone is gone."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from metrone.control.account_tables import recovery_codes, users
from metrone.control.audit import note
from metrone.control.db import Database
from metrone.control.totp import SECRET_BYTES, step_of
from metrone.control.users import User
from metrone.control.vault import Place, Unopened, Vault

RECOVERY_CODES = 10
_GROUP = 5
# 32 letters and digits that are not taken for each other; 10 of them are 50 bits, guessed at the sign-in's rate alone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def begin_totp(db: Database, user: User) -> bytes:
    """Make a secret for the user's app. It counts from confirm_totp on; a second call replaces it."""
    secret = secrets.token_bytes(SECRET_BYTES)
    with db.write() as connection:
        sealed = db.vault.ready().seal(secret.hex(), totp_place(user.id))
        unconfirmed = (users.c.id == user.id) & users.c.totp_since.is_(None)
        connection.execute(update(users).where(unconfirmed).values(totp_sealed=sealed, totp_step=0))
    return secret


def confirm_totp(db: Database, user: User, code: str, now: datetime) -> list[str] | None:
    """Ask for codes from now on, when the app shows the right one. Gives the recovery codes, or None for a wrong code."""
    with db.write() as connection:
        if user.has_totp or not _use_code(connection, db.vault, user, code, now):
            return None
        connection.execute(update(users).where(users.c.id == user.id).values(totp_since=now))
        note(connection, user.actor, "totp.on", user.email, (now, None))
        return _renew_codes(connection, user.id)


def use_second_factor(db: Database, user: User, code: str, now: datetime) -> bool:
    """Whether the code is right: one of the app, each once, or a recovery code, which is then used up."""
    with db.write() as connection:
        if _use_code(connection, db.vault, user, code, now):
            return True
        spent = delete(recovery_codes).where(
            recovery_codes.c.user_id == user.id, recovery_codes.c.code_hash == _hash(user.id, code)
        )
        if connection.execute(spent).rowcount == 0:
            return False
        note(connection, user.actor, "recovery_code.used", user.email, (now, None))
        return True


def renew_recovery_codes(db: Database, user: User, now: datetime) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing any more."""
    with db.write() as connection:
        note(connection, user.actor, "recovery_codes.renewed", user.email, (now, None))
        return _renew_codes(connection, user.id)


def count_recovery_codes(db: Database, user_id: str) -> int:
    """How many are left."""
    mine = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.user_id == user_id)
    with db.read() as connection:
        return int(connection.execute(mine).scalar_one())


def _use_code(connection: Connection, vault: Vault, user: User, code: str, now: datetime) -> bool:
    row = connection.execute(select(users.c.totp_sealed, users.c.totp_step).where(users.c.id == user.id)).one()
    if row.totp_sealed is None:
        return False
    try:
        secret = bytes.fromhex(vault.look().open(row.totp_sealed, totp_place(user.id)))
    except Unopened:
        return False  # recovery codes still work
    step = step_of(secret, code, now, row.totp_step)
    if step is None:
        return False
    connection.execute(update(users).where(users.c.id == user.id).values(totp_step=step))
    return True


def _renew_codes(connection: Connection, user_id: str) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    ]
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    rows = [{"code_hash": _hash(user_id, code), "user_id": user_id} for code in codes]
    connection.execute(insert(recovery_codes), rows)
    return codes


def _hash(user_id: str, code: str) -> bytes:
    """Spaces, dashes and capitals do not count: people type these from paper."""
    plain = "".join(char for char in code.lower() if char.isalnum())[:64]
    return hashlib.sha256(f"{user_id} {plain}".encode("utf-8", "surrogatepass")).digest()


def totp_place(user_id: str) -> Place:
    """Where a user's secret is sealed for: moved to another user's row, it opens no more."""
    return ("users.totp_sealed", user_id)
