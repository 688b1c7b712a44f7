"""How the control database is, to somebody who only looks (`metrone doctor`): makes nothing, migrates nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, true
from sqlalchemy.exc import DBAPIError

from metrone.config import Config
from metrone.control.engine import FILE_NAME, make_engine
from metrone.control.errors import Unavailable
from metrone.control.schema import newest_shape, shape_of
from metrone.control.signing import Unreadable, keys_for, open_secrets, select_sealed
from metrone.control.vault import Vault


def is_made(config: Config) -> bool:
    """Whether there is a database to ask; the SQLite file is made by the first command or start."""
    return bool(config.database_url) or (Path(config.data_dir) / FILE_NAME).exists()


def shape(config: Config) -> tuple[str, str]:
    """The shape that the database has ('' for an empty one) and the newest that we know. Raises Unavailable."""
    with _looking(config) as connection:
        return shape_of(connection), newest_shape()


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many signing secrets there are; what keeps some from being read, as sentences; whether the key is changing."""

    count: int
    troubles: tuple[str, ...]
    is_changing: bool


def sealed(config: Config) -> Sealed:
    """Whether the secrets of a database of the newest shape can be read. Raises Unavailable."""
    vault = Vault(config.root)
    keys_before = vault.look()
    with _looking(config) as connection:
        rows = select_sealed(connection, true())
    keyring = keys_for(rows, keys_before, vault)
    # Each by itself: one that can be read hides no other.
    found = [secrets for row in rows for secrets in open_secrets([row], keyring).values()]
    troubles = dict.fromkeys(each.advice for each in found if isinstance(each, Unreadable))
    return Sealed(len(rows), tuple(troubles), vault.is_changing())


@contextmanager
def _looking(config: Config) -> Iterator[Connection]:
    engine = make_engine(config)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise Unavailable(f"The control database cannot be read ({' '.join(str(error.orig).split())}).") from error
    finally:
        engine.dispose()
