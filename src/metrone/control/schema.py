"""Brings a control database to the newest shape. The only place that runs Alembic; needs no alembic.ini."""

from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from metrone.control import account_tables, note_tables
from metrone.control.errors import Unavailable
from metrone.control.tables import alembic_version

# Whoever opens a database knows all of its tables: projects refer to one of these.
METADATA = account_tables.organisations.metadata
assert note_tables.segments.metadata is METADATA
MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = int.from_bytes(b"metrone", "big")  # the name of our advisory lock in PostgreSQL


def newest_shape() -> str:
    """The newest shape that we know, as its file is called: 0008 of r0008_notes.py."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("r*.py"))[1:5]


def migrate(connection: Connection, until: str = "head") -> None:
    """Run the missing steps inside the open transaction of `connection`, which must hold the write lock on SQLite.

    Two processes that start at once take turns; the second finds nothing left to do. Raises Unavailable when the
    database was made by a newer Metrone.
    """
    if until == "head" and shape_of(connection) == newest_shape():
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _upgrade(connection, until)


def shape_of(connection: Connection) -> str:
    """The shape that a database has; '' for an empty one."""
    if not inspect(connection).has_table(alembic_version.name):
        return ""
    return connection.execute(select(alembic_version.c.version_num)).scalar() or ""


def _upgrade(connection: Connection, until: str) -> None:
    import alembic.command  # takes half a second to load, which a start without missing steps does without
    import alembic.config
    from alembic.util.exc import CommandError

    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        alembic.command.upgrade(config, until)
    except CommandError as error:
        raise Unavailable(
            f"The control database cannot be brought up to date ({error}); if a newer Metrone made it, run that one."
        ) from error
