"""Changes secret.key and encrypts anew what was encrypted with it. May be stopped at any point and begun again.

1. secret.key.next appears, on disk. From now on it encrypts, and both open.
2. One transaction encrypts everything anew with it.
3. It takes the name secret.key; the old key is gone.

Each step is taken under the database's write lock, which whoever encrypts holds too. A crash before the second leaves
ciphertexts of the old key and one after it those of the next; both keys are there, and the next run goes on with them.
Whatever table holds sealed bytes must be encrypted anew here: webhook_secrets is the only one.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, true, update

from metrone.control.db import Database
from metrone.control.secret import end_change
from metrone.control.signing import SealedRow, place_of, select_sealed
from metrone.control.tables import webhook_secrets
from metrone.control.vault import Keyring, Unopened


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many secrets the new key opens, and how many could not be read before and are as they were.

    `was_begun` where this ended a change that had been interrupted.
    """

    sealed: int
    unreadable: int
    was_begun: bool


def rotate_key(db: Database) -> Rotation:
    """Change the key. Raises Unavailable; run it again then, nothing is lost."""
    with db.write() as connection:
        was_begun = db.vault.is_changing()
        keyring = db.vault.ready_next()
        rows = select_sealed(connection, true())
        for row in rows:
            _seal_anew(connection, row, keyring)
        unreadable = sum(not keyring.is_newest(row.ciphertext) for row in select_sealed(connection, true()))
    _end(db)
    # The old ciphertexts, which a stolen old key would open. Where a reader is in the way they go with the next checkpoint.
    db.erase_traces(webhook_secrets.name)
    return Rotation(len(rows) - unreadable, unreadable, was_begun)


def _seal_anew(connection: Connection, row: SealedRow, keyring: Keyring) -> None:
    """A row that nobody can read stays as it is: its key may come back from a backup."""
    if keyring.is_newest(row.ciphertext):
        return
    place = place_of(row.project_no, row.platform, row.endpoint)
    try:
        ciphertext = keyring.seal(keyring.open(row.ciphertext, place), place)
    except Unopened:
        return
    connection.execute(update(webhook_secrets).where(webhook_secrets.c.id == row.id).values(ciphertext=ciphertext))


def _end(db: Database) -> None:
    """Let the old key go, unless something needs it: another run may have ended ours and begun one of its own."""
    with db.write(is_quiet=True) as connection:
        keyring = db.vault.look()
        rows = select_sealed(connection, true())
        if db.vault.is_changing() and not any(_needs_old_key(row, keyring) for row in rows):
            end_change(db.vault.root)


def _needs_old_key(row: SealedRow, keyring: Keyring) -> bool:
    if keyring.is_newest(row.ciphertext) or not keyring.holds(row.ciphertext):
        return False
    try:
        keyring.open(row.ciphertext, place_of(row.project_no, row.platform, row.endpoint))
    except Unopened:
        return False
    return True
