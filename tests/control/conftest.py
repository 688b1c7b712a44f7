"""Databases for the tests of this room: SQLite files in tmp_path, and a real PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from metrone.config import Config, load_config
from metrone.control.db import Database
from metrone.control.projects import Project, create_project
from tests.control.postgres import create_database, run_cluster

NOW = datetime(2026, 3, 14, 15, 9, 26, 535897, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The moment that the databases' clock shows."""
    return NOW


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings for a SQLite database in a data folder that does not exist yet."""
    return load_config({}, data_dir=str(tmp_path / "data"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A running PostgreSQL server."""
    with run_cluster() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def each_config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Settings for an empty database, once SQLite and once PostgreSQL."""
    url = "" if request.param == "sqlite" else create_database(request.getfixturevalue("postgres"))
    return load_config({}, data_dir=str(tmp_path / "data"), database_url=url)


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """An open SQLite database."""
    with Database.open(config, lambda: NOW) as db:
        yield db


@pytest.fixture
def each_database(each_config: Config) -> Iterator[Database]:
    """An open database, once SQLite and once PostgreSQL."""
    with Database.open(each_config, lambda: NOW) as db:
        yield db


@pytest.fixture
def project(database: Database) -> Project:
    """A project in the SQLite database."""
    return create_project(database, "Shop")
