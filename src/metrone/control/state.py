"""How the control database is, to somebody who only looks (`metrone doctor`): makes nothing, migrates nothing."""

from pathlib import Path

import alembic.config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from metrone.config import Config
from metrone.control.engine import FILE_NAME, make_engine
from metrone.control.errors import Unavailable
from metrone.control.schema import MIGRATIONS


def is_made(config: Config) -> bool:
    """Whether there is a database to ask; the SQLite file is made by the first command or start."""
    return bool(config.database_url) or (Path(config.data_dir) / FILE_NAME).exists()


def shape(config: Config) -> tuple[str, str]:
    """The shape that the database has ('' for an empty one) and the newest that we know. Raises Unavailable."""
    settings = alembic.config.Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(settings).get_current_head() or ""
    engine = make_engine(config)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or "", newest
    except DBAPIError as error:
        raise Unavailable(f"The control database cannot be read ({' '.join(str(error.orig).split())}).") from error
    finally:
        engine.dispose()
