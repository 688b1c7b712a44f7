"""Opening, migrating and the revision."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import alembic.config
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from metrone.config import Config, load_config
from metrone.control.db import Database
from metrone.control.engine import make_engine
from metrone.control.errors import Unavailable
from metrone.control.projects import create_project, list_projects
from metrone.control.schema import MIGRATIONS, migrate, newest_shape
from metrone.control.tables import metadata, salts
from tests.control.racing import PROCESSES, race


def open_and_read_revision(config: Config) -> int:
    with Database.open(config) as db:
        return db.revision()


def open_and_write(config: Config) -> None:
    with Database.open(config) as db:
        for _ in range(5):
            create_project(db, "Shop")


def test_open_makes_the_shape_of_tables_when_the_database_is_empty(each_database: Database) -> None:
    with each_database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_open_brings_a_first_shape_with_projects_to_the_newest(each_config: Config) -> None:
    engine = make_engine(each_config)
    old = {"id": "prj_old", "name": "Shop", "domain": "", "timezone": "UTC", "week_start": 1, "secret": b"s", "at": 0}
    with engine.begin() as connection:
        migrate(connection, "0001")
        connection.execute(
            text(
                "insert into projects (id, name, domain, timezone, week_start, secret, created_at)"
                " values (:id, :name, :domain, :timezone, :week_start, :secret, :at)"
            ),
            old,
        )
    engine.dispose()
    with Database.open(each_config) as db:
        (project,) = list_projects(db)
        assert (project.id, project.keeps_talk, project.talk_days) == ("prj_old", False, 30)
        assert create_project(db, "Second").project_no == 2
        with db.read() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_open_keeps_everything_when_the_database_exists(each_config: Config) -> None:
    with Database.open(each_config) as db:
        made = create_project(db, "Shop")
    with Database.open(each_config) as db:
        assert list_projects(db) == [made]


def test_open_migrates_once_when_processes_start_together(each_config: Config) -> None:
    assert race(open_and_read_revision, each_config) == [0] * PROCESSES


def test_write_counts_every_transaction_when_processes_write_together(each_config: Config) -> None:
    race(open_and_write, each_config)
    with Database.open(each_config) as db:
        assert db.revision() == PROCESSES * 5
        assert sorted(project.project_no for project in list_projects(db)) == list(range(1, PROCESSES * 5 + 1))


def test_open_refuses_when_a_newer_version_made_the_database(each_config: Config) -> None:
    with Database.open(each_config) as db, db.write() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(Unavailable, match="a newer Metrone"):
        Database.open(each_config)


def test_files_are_private_when_made(config: Config) -> None:
    old = os.umask(0)
    try:
        with Database.open(config) as db:
            create_project(db, "Shop")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in config.root.iterdir()}
    finally:
        os.umask(old)
    assert modes == dict.fromkeys(("control.sqlite", "control.sqlite-wal", "control.sqlite-shm"), 0o600)
    assert stat.S_IMODE(config.root.stat().st_mode) == 0o700


def test_file_becomes_private_when_it_was_open_to_others(config: Config) -> None:
    Database.open(config).close()
    path = config.root / "control.sqlite"
    path.chmod(0o644)
    Database.open(config).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("mysql://u:hunter2@h/d", "takes sqlite"),
        ("sqlite://", "takes sqlite"),
        ("sqlite:///:memory:", "takes sqlite"),
        ("hunter2", "not a database URL"),
        ("postgresql://u:hunter2@h:x/d", "not a database URL"),
        ("postgresql://u:hunter2@127.0.0.1:1/d", "check that it runs"),
    ],
)
def test_open_says_what_to_do_and_no_password_when_the_url_is_useless(tmp_path: Path, url: str, advice: str) -> None:
    with pytest.raises(Unavailable, match=advice) as caught:
        Database.open(load_config({}, data_dir=str(tmp_path), database_url=url))
    assert "hunter2" not in str(caught.value)


def test_open_refuses_when_the_file_is_no_database(config: Config) -> None:
    config.root.mkdir()
    (config.root / "control.sqlite").write_text("This is a shopping list, and quite a long one at that.")
    with pytest.raises(Unavailable, match="cannot be used"):
        Database.open(config)


def test_open_refuses_when_the_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="--data-dir"):
        Database.open(load_config({}, data_dir=str(tmp_path / "file" / "data")))


def test_open_uses_the_named_file_when_the_url_is_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "it.db"
    with Database.open(load_config({}, data_dir=str(tmp_path / "data"), database_url=f"sqlite:///{path}")) as db:
        create_project(db, "Shop")
    assert path.exists()
    assert not (tmp_path / "data" / "control.sqlite").exists()


def test_revision_rises_when_something_is_written(each_database: Database) -> None:
    assert each_database.revision() == 0
    create_project(each_database, "Shop")
    assert each_database.revision() == 1


def test_revision_stays_when_the_write_is_quiet_or_fails(each_database: Database) -> None:
    with each_database.write(is_quiet=True):
        pass
    with pytest.raises(IntegrityError), each_database.write() as connection:
        connection.execute(insert(salts), [{"day": each_database.clock().date(), "salt": b"x"}] * 2)
    assert each_database.revision() == 0
    with each_database.read() as connection:
        assert connection.execute(select(salts)).all() == []


def test_revision_is_seen_by_another_process_when_it_has_the_database_open(each_config: Config) -> None:
    with Database.open(each_config) as server, Database.open(each_config) as command:
        create_project(command, "Shop")
        assert server.revision() == 1


def test_read_goes_on_when_a_write_is_open(each_database: Database) -> None:
    with each_database.write() as connection:
        connection.execute(insert(salts).values(day=each_database.clock().date(), salt=b"x"))
        assert each_database.revision() == 0
    assert each_database.revision() == 1


def test_write_loses_no_step_when_threads_write_together(each_database: Database) -> None:
    def raise_salt() -> None:
        for _ in range(10):
            with each_database.write() as connection:
                seen = connection.execute(select(salts.c.salt)).scalar_one()
                connection.execute(update(salts).values(salt=bytes([seen[0] + 1])))

    with each_database.write() as connection:
        connection.execute(insert(salts).values(day=each_database.clock().date(), salt=b"\0"))
    threads = [threading.Thread(target=raise_salt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with each_database.read() as connection:
        assert connection.execute(select(salts.c.salt)).scalar_one() == bytes([40])


def test_write_says_so_when_the_database_stays_locked(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrone.control.engine._PRAGMAS", ("pragma busy_timeout = 1",))
    with Database.open(config) as db, closing(sqlite3.connect(config.root / "control.sqlite")) as other:
        other.execute("begin immediate")
        with pytest.raises(Unavailable, match="database is locked"), db.write():
            pytest.fail("two writers at once")
        other.rollback()


def test_newest_shape_is_the_last_step_of_alembic() -> None:
    settings = alembic.config.Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    assert newest_shape() == ScriptDirectory.from_config(settings).get_current_head()


def test_open_loads_alembic_only_where_a_step_is_missing(config: Config) -> None:
    """It takes half a second of every start otherwise."""
    code = (
        "import sys; from metrone.config import Config; from metrone.control.db import Database; "
        f"Database.open(Config(data_dir={config.data_dir!r})).close(); print('alembic' in sys.modules)"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        for _ in range(2)
    ]
    assert said == ["True", "False"]
