"""Brings a control database to the newest shape. The only place that runs Alembic; needs no alembic.ini."""

from pathlib import Path

import alembic.command
import alembic.config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from metrone.control import account_tables, note_tables
from metrone.control.errors import Unavailable

# Whoever opens a database knows all of its tables: projects refer to one of these.
METADATA = account_tables.organisations.metadata
assert note_tables.segments.metadata is METADATA
MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = int.from_bytes(b"metrone", "big")  # the name of our advisory lock in PostgreSQL


def migrate(connection: Connection, until: str = "head") -> None:
    """Run the missing steps inside the open transaction of `connection`, which must hold the write lock on SQLite.

    Two processes that start at once take turns; the second finds nothing left to do. Raises Unavailable when the
    database was made by a newer Metrone.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        alembic.command.upgrade(config, until)
    except CommandError as error:
        raise Unavailable(
            f"The control database cannot be brought up to date ({error}); if a newer Metrone made it, run that one."
        ) from error
