"""Makes the SQLAlchemy engine for the configured database, SQLite or PostgreSQL, with the settings we rely on."""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from metrone.config import Config
from metrone.control.errors import Unavailable
from metrone.control.files import FILE_MODE, make_folder, publish, write_draft

FILE_NAME = "control.sqlite"
BUSY_TIMEOUT_MS = 10_000
IS_WRITE = "metrone_is_write"  # execution option of a connection whose transactions write
_POSTGRES = {"postgres", "postgresql", "postgresql+psycopg"}
_PRAGMAS = (
    f"pragma busy_timeout = {BUSY_TIMEOUT_MS}",
    "pragma journal_mode = wal",
    "pragma synchronous = full",
    "pragma foreign_keys = on",
    "pragma secure_delete = on",  # deleted salts are overwritten with zeros: https://sqlite.org/pragma.html#pragma_secure_delete
)


def make_engine(config: Config) -> Engine:
    """The engine for `config.database_url`, or for <data_dir>/control.sqlite. Raises Unavailable."""
    if not config.database_url:
        return _make_sqlite(config.root / FILE_NAME)
    url = _parse_url(config.database_url)
    if url.drivername in _POSTGRES:
        return _make_postgres(url)
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return _make_sqlite(Path(url.database))
    raise Unavailable("METRONE_DATABASE_URL takes sqlite:////path/to/file or postgresql://user:password@host/database.")


def _parse_url(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        raise Unavailable(
            "METRONE_DATABASE_URL is not a database URL; write it as postgresql://user:password@host/database."
        ) from None


def _make_postgres(url: URL) -> Engine:
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ModuleNotFoundError:
        raise Unavailable("PostgreSQL needs its driver; install it with: pip install 'metrone[postgres]'") from None


def _make_sqlite(path: Path) -> Engine:
    make_folder(path.parent)
    try:
        _prepare_file(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written ({error.strerror}); give its owner access to it.") from error
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_file(path: Path) -> None:
    """Make the file where it is missing: mode 600 and in WAL mode before anybody else can see it.

    Connections that switch one file to WAL at the same time can fail with "database is locked" in spite of the busy
    timeout (13 of 1,800 did, six processes at a time), so the switch happens on a draft. The existing file is not
    opened by ourselves: closing it would drop SQLite's own locks of this process (sqlite.org/howtocorrupt.html, 2.2).
    """
    if not path.exists():
        draft = write_draft(path, b"", secrets.token_hex(8))
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("pragma journal_mode = wal")
        publish(draft, path)
    if path.stat().st_mode & 0o077:
        path.chmod(FILE_MODE)


def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin a transaction only at the first write; _begin does it
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    """Begin as reader, or as the one writer: `immediate` waits for its turn; upgrading later fails at once."""
    is_write = connection.get_execution_options().get(IS_WRITE, False)
    connection.exec_driver_sql("begin immediate" if is_write else "begin")
