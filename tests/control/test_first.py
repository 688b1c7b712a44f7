"""A project with its first keys."""

import pytest

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.errors import Invalid
from metrone.control.first import FirstRun, create_with_keys, ensure_first_project
from metrone.control.projects import list_projects
from tests.control.racing import race


def open_and_ensure(config: Config) -> FirstRun | None:
    with Database.open(config) as db:
        return ensure_first_project(db)


def test_create_with_keys_gives_two_working_keys_when_the_values_are_good(database: Database) -> None:
    made = create_with_keys(database, "Shop", "shop.example", "Europe/Berlin")
    directory = load_directory(database)
    full, write = directory.find_key(made.full_key), directory.find_key(made.write_key)
    assert full is not None
    assert write is not None
    assert full.scopes == {"read", "write"}
    assert write.scopes == {"write"}
    assert full.project == write.project == made.project == directory.projects[made.project.id]
    assert made.full_key not in repr(made)
    assert made.write_key not in repr(made)


def test_create_with_keys_writes_nothing_when_a_value_is_wrong(database: Database) -> None:
    with pytest.raises(Invalid):
        create_with_keys(database, "Shop", "", "Mars")
    assert list_projects(database) == []


def test_ensure_first_project_makes_one_when_there_is_none(database: Database) -> None:
    made = ensure_first_project(database)
    assert made is not None
    assert made.project.name == "My website"
    assert ensure_first_project(database) is None
    assert list_projects(database) == [made.project]


def test_ensure_first_project_makes_one_when_processes_start_together(config: Config) -> None:
    made = [each for each in race(open_and_ensure, config) if each is not None]
    assert len(made) == 1
    with Database.open(config) as db:
        assert list_projects(db) == [made[0].project]
