"""The daily salts of visitor hashing: made on demand, the same in every process, destroyed after two days.

Without its salt nobody, not even we, can tie a visitor hash of an earlier day to an address; so the bytes must be gone.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from metrone.control.db import Database
from metrone.control.tables import salts

SALT_BYTES = 32
_DAY = timedelta(days=1)
_WIPED = b""


@dataclass(frozen=True, slots=True)
class Salts:
    """The salts of a UTC day and the one before it; `yesterday` is None where nothing was counted then."""

    day: date
    today: bytes = field(repr=False)
    yesterday: bytes | None = field(repr=False)


def current_salts(db: Database, now: datetime) -> Salts:
    """The salts that hold at `now`. Makes today's where it is missing and destroys those older than yesterday's.

    A salt is made at 00:00 UTC of its day at the earliest and is yesterday's until 48 hours later, so whoever calls
    this at least once an hour keeps none for longer than that.
    """
    today = now.astimezone(UTC).date()
    with db.read() as connection:
        known = _known_salts(connection)
    if any(day < today - _DAY for day in known):
        _destroy_before(db, today - _DAY)
    if today not in known:
        with db.write() as connection:
            known = _known_salts(connection)
            if today not in known:
                known[today] = secrets.token_bytes(SALT_BYTES)
                connection.execute(insert(salts).values(day=today, salt=known[today]))
    return Salts(today, known[today], known.get(today - _DAY))


def _known_salts(connection: Connection) -> dict[date, bytes]:
    return {row.day: row.salt for row in connection.execute(select(salts))}


def _destroy_before(db: Database, day: date) -> None:
    """Wipe, make sure that no file holds the bytes, and only then forget the row.

    Where the middle step fails, or the process dies in it, the empty row is left and the next call does it again.
    """
    old = salts.c.day < day
    with db.write() as connection:
        connection.execute(update(salts).where(old, func.length(salts.c.salt) > 0).values(salt=_WIPED))
    if db.erase_traces(salts.name):
        with db.write() as connection:
            connection.execute(delete(salts).where(old, salts.c.salt == _WIPED))
