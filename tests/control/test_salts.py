"""Daily salts: agreed on, and gone."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import psycopg
import pytest
from sqlalchemy import select

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.projects import create_project
from metrone.control.salts import Salts, current_salts
from metrone.control.tables import salts
from tests.control.postgres import create_database
from tests.control.racing import race

MIDNIGHT = datetime(2026, 3, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def open_and_read(config: Config, now: datetime) -> Salts:
    with Database.open(config) as db:
        return current_salts(db, now)


def stored_bytes(config: Config) -> bytes:
    return b"".join(path.read_bytes() for path in Path(config.data_dir).iterdir())


def test_current_salts_stay_when_the_day_is_the_same(each_database: Database) -> None:
    first = current_salts(each_database, MIDNIGHT)
    assert len(first.today) == 32
    assert first.yesterday is None
    revision = each_database.revision()
    assert current_salts(each_database, MIDNIGHT + DAY - TICK) == first
    assert each_database.revision() == revision
    assert repr(first.today) not in repr(first)


def test_current_salts_move_on_when_the_utc_day_ends(each_database: Database) -> None:
    first = current_salts(each_database, MIDNIGHT - TICK)
    second = current_salts(each_database, MIDNIGHT)
    assert second.yesterday == first.today
    assert second.today != first.today
    third = current_salts(each_database, MIDNIGHT + DAY)
    assert third.yesterday == second.today
    assert current_salts(each_database, MIDNIGHT + 5 * DAY).yesterday is None


def test_current_salts_go_by_utc_when_the_clock_is_in_another_zone(database: Database) -> None:
    tokyo = timezone(timedelta(hours=9))
    assert current_salts(database, datetime(2026, 3, 15, 8, 59, tzinfo=tokyo)).day.isoformat() == "2026-03-14"
    assert current_salts(database, datetime(2026, 3, 15, 9, 0, tzinfo=tokyo)).day.isoformat() == "2026-03-15"


def test_current_salts_agree_when_processes_ask_together(each_config: Config) -> None:
    assert len({each.today for each in race(open_and_read, each_config, MIDNIGHT)}) == 1


def test_current_salts_agree_and_destroy_when_processes_pass_midnight_together(each_config: Config) -> None:
    old = open_and_read(each_config, MIDNIGHT - 2 * DAY)
    kept = open_and_read(each_config, MIDNIGHT - DAY)
    assert kept.yesterday == old.today
    answers = race(open_and_read, each_config, MIDNIGHT)
    assert {each.yesterday for each in answers} == {kept.today}
    assert len({each.today for each in answers}) == 1
    with Database.open(each_config) as db, db.read() as connection:
        assert old.today not in set(connection.execute(select(salts.c.salt)).scalars())


def test_salt_is_in_no_file_when_it_is_two_days_old(config: Config, database: Database) -> None:
    first = current_salts(database, MIDNIGHT).today
    second = current_salts(database, MIDNIGHT + DAY).today
    assert first in stored_bytes(config)
    third = current_salts(database, MIDNIGHT + 2 * DAY).today
    assert first not in stored_bytes(config)
    create_project(database, "Shop")
    assert first not in stored_bytes(config)
    assert second in stored_bytes(config)
    assert third in stored_bytes(config)
    with database.read() as connection:
        assert set(connection.execute(select(salts.c.salt)).scalars()) == {second, third}


def test_salts_are_in_no_file_when_several_grew_old_together(config: Config, database: Database) -> None:
    old = [current_salts(database, MIDNIGHT + n * DAY).today for n in range(2)]
    kept = current_salts(database, MIDNIGHT + 9 * DAY).today
    stored = stored_bytes(config)
    assert [salt in stored for salt in [*old, kept]] == [False, False, True]


def test_salt_is_destroyed_later_when_a_reader_holds_up_the_checkpoint(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database.open(config) as db:
        first = current_salts(db, MIDNIGHT).today
    monkeypatch.setattr("metrone.control.engine._PRAGMAS", ("pragma busy_timeout = 1", "pragma secure_delete = on"))
    with Database.open(config) as db:
        with closing(sqlite3.connect(config.root / "control.sqlite", isolation_level=None)) as reader:
            reader.execute("begin")
            reader.execute("select * from salts").fetchall()
            current = current_salts(db, MIDNIGHT + 2 * DAY)
            assert first in stored_bytes(config), "the reader still needs the old page"
            reader.execute("rollback")
        assert current_salts(db, MIDNIGHT + 2 * DAY) == current
        assert first not in stored_bytes(config)
        with db.read() as connection:
            assert connection.execute(select(salts.c.salt)).scalars().all() == [current.today]


def test_salt_is_not_in_the_tables_file_when_the_database_is_postgresql(postgres: str, config: Config) -> None:
    url = create_database(postgres)
    with Database.open(msgspec.structs.replace(config, database_url=url)) as db:
        first = current_salts(db, MIDNIGHT).today
        assert first in _read_table_file(url)
        third = current_salts(db, MIDNIGHT + 2 * DAY).today
        assert first not in _read_table_file(url)
        assert third in _read_table_file(url)


def _read_table_file(url: str) -> bytes:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("checkpoint")
        row = connection.execute("select pg_read_binary_file(pg_relation_filepath('salts'))").fetchone()
    assert row is not None
    return bytes(row[0])
