"""The picture for the hot path."""

from datetime import datetime, timedelta

import pytest

from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.keys import NewKey, create_key, revoke_key
from metrone.control.projects import ProjectChange, change_project, create_project


def test_load_directory_shows_everything_when_keys_were_made_and_revoked(
    each_database: Database, now: datetime
) -> None:
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    active, active_key = create_key(each_database, NewKey(shop.id, ["write"]))
    revoked, revoked_key = create_key(each_database, NewKey(blog.id, ["read"]))
    brief, brief_key = create_key(each_database, NewKey(blog.id, ["read"], expires_at=now + timedelta(1)))
    revoke_key(each_database, revoked.id)
    directory = load_directory(each_database)
    assert directory.revision == each_database.revision() == 6
    assert directory.projects == {shop.id: shop, blog.id: blog}
    assert directory.projects_by_no == {1: shop, 2: blog}
    assert directory.keys[active.digest] == active
    assert directory.keys[active.digest].project == shop
    found = [directory.find_key(key) for key in (active_key, revoked_key, brief_key)]
    assert [key and key.state(now + timedelta(2)) for key in found] == ["active", "revoked", "expired"]
    assert found[2] == brief


def test_find_key_takes_the_alias_and_nothing_else_when_asked(database: Database) -> None:
    record, key = create_key(database, NewKey(create_project(database, "Shop").id, ["write"]))
    directory = load_directory(database)
    assert directory.find_key(key.replace("metrone_", "mk_")) == record
    for text in (key.replace("live", "test"), key + "0", key[:-1], "", "metrone_live_" + "0" * 32, "\udc80"):
        assert directory.find_key(text) is None


def test_directory_stays_as_it_was_when_the_database_changes(database: Database) -> None:
    project = create_project(database, "Shop")
    directory = load_directory(database)
    change_project(database, project.id, ProjectChange("Store"))
    assert directory.projects[project.id].name == "Shop"
    assert directory.revision != database.revision()
    assert load_directory(database).projects[project.id].name == "Store"
    with pytest.raises(TypeError):
        directory.keys[b""] = None  # type: ignore[index]
