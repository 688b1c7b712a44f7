"""The control database: open it, read it, write it one at a time, know that it changed. Knows no table but revision.

Times that are only recorded (created_at, revoked_at) come from the clock given here; times that decide an answer are
arguments of the function that decides.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.exc import DatabaseError, DataError, DBAPIError, IntegrityError, InterfaceError, ProgrammingError

from metrone.config import Config
from metrone.control.engine import IS_WRITE, make_engine
from metrone.control.errors import Unavailable
from metrone.control.schema import migrate
from metrone.control.tables import revision as revision_table
from metrone.control.vault import Vault

_OUR_MISTAKES = (IntegrityError, ProgrammingError, DataError)


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Database:
    """An open control database, and where the keys lie that some of its columns are encrypted with.

    Safe to share between threads; several processes may have the same one open.
    """

    engine: Engine
    vault: Vault
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def open(cls, config: Config, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the configured database, make it where it is missing and bring it to the newest shape.

        Raises Unavailable with a sentence that says what to mend.
        """
        engine = make_engine(config)
        try:
            with engine.execution_options(**{IS_WRITE: True}).begin() as connection:
                migrate(connection)
        except DBAPIError as error:
            engine.dispose()
            raise _unavailable(error) from error
        except Unavailable:
            engine.dispose()
            raise
        return cls(engine, Vault(config.root), clock)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading, in one transaction. Raises Unavailable."""
        with _translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, is_quiet: bool = False) -> Iterator[Connection]:
        """A transaction that writes and then raises the revision. Only one runs at a time, over all processes.

        On PostgreSQL the lock is the revision's row itself, so what a writer reads cannot change under it. `is_quiet`
        is for bookkeeping that changes no answer (last_used_at): it takes its turn and leaves the revision alone.
        """
        engine = self.engine.execution_options(**{IS_WRITE: True})
        with _translated(), engine.begin() as connection:
            step = 0 if is_quiet else 1
            connection.execute(update(revision_table).values(value=revision_table.c.value + step))
            yield connection

    def revision(self) -> int:
        """The number that every write raises. Costs one row; poll it and reload when it differs."""
        with self.read() as connection:
            value: int = connection.execute(select(revision_table.c.value)).scalar_one()
            return value

    def erase_traces(self, table: str) -> bool:
        """Make what was overwritten or deleted in one of our tables unreadable in the database's files.

        SQLite: secure_delete has put zeros into the pages, and the checkpoint ends the old copies in the log; False
        when a reader held it up, then call again. PostgreSQL: the table is written anew without its dead rows; the
        write-ahead log and backups of that server follow their own retention.
        """
        with _translated():
            if self.engine.dialect.name == "sqlite":
                with closing(self.engine.raw_connection()) as raw:
                    cursor = raw.cursor()
                    cursor.execute("pragma wal_checkpoint(truncate)")
                    return bool(cursor.fetchall()[0][0] == 0)  # the first column is 1 when a reader was in the way
            quoted = self.engine.dialect.identifier_preparer.quote(table)
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"vacuum full {quoted}"))
            return True

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Turn trouble with the database into Unavailable; mistakes of our own stay what they are."""
    try:
        yield
    except _OUR_MISTAKES:
        raise
    except (DatabaseError, InterfaceError) as error:
        raise _unavailable(error) from error


def _unavailable(error: DBAPIError) -> Unavailable:
    reason = " ".join(str(error.orig).split())
    return Unavailable(
        f"The control database cannot be used ({reason}); check that it runs and that we may write to it."
    )
