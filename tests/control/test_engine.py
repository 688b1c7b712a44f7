"""The engine and the file it works on."""

import sqlite3
from contextlib import closing

from sqlalchemy import text

from metrone.config import Config
from metrone.control.engine import make_engine

WAL_VERSION = (
    b"\x02\x02"  # bytes 18 and 19 of the header: https://sqlite.org/fileformat2.html#file_format_version_numbers
)


def test_file_is_in_wal_mode_before_anyone_connects_when_it_is_made(config: Config) -> None:
    make_engine(config)
    assert [path.name for path in config.root.iterdir()] == ["control.sqlite"]
    assert (config.root / "control.sqlite").read_bytes()[18:20] == WAL_VERSION


def test_file_becomes_wal_when_someone_else_made_it(config: Config) -> None:
    config.root.mkdir()
    with closing(sqlite3.connect(config.root / "control.sqlite")) as connection:
        connection.execute("create table t (a)")
    engine = make_engine(config)
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from t")).scalar_one() == 0
    engine.dispose()
    assert (config.root / "control.sqlite").read_bytes()[18:20] == WAL_VERSION


def test_connections_are_set_up_when_opened(config: Config) -> None:
    engine = make_engine(config)
    with engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        found = [connection.execute(text(f"pragma {name}")).scalar_one() for name in names]
    engine.dispose()
    assert found == ["wal", 2, 1, 1, 10_000]
