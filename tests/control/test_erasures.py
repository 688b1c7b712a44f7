"""Asking for a reset or a deletion: the name, what stays, what waits, and that a number never comes again."""

from datetime import UTC, datetime, timedelta

import pytest

from metrone.control.audit import OPERATOR
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.erasures import (
    UNDER_WAY,
    delete_project,
    is_erasing,
    list_waiting,
    note_done,
    reset_project,
)
from metrone.control.errors import Invalid, Missing
from metrone.control.keys import NewKey, create_key
from metrone.control.projects import create_project, get_project
from metrone.control.signing import NewSecret, add_secret

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WHO = (OPERATOR, NOW)


def test_a_reset_keeps_the_project_in_a_new_era(each_database: Database) -> None:
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    _, key = create_key(each_database, NewKey(shop.id, ["write"]))
    reset_project(each_database, shop.id, " Shop ", WHO)
    after = get_project(each_database, shop.id)
    assert (after.era, after.secret, after.project_no) == (1, shop.secret, shop.project_no)
    assert load_directory(each_database).find_key(key) is not None
    (waiting,) = list_waiting(each_database)
    assert (waiting.project_no, waiting.before) == (shop.project_no, NOW)
    assert (is_erasing(each_database, shop.project_no), is_erasing(each_database, blog.project_no)) == (True, False)
    note_done(each_database, waiting, NOW)
    assert list_waiting(each_database) == []
    assert not is_erasing(each_database, shop.project_no)


def test_a_deletion_takes_what_belongs_to_the_project(each_database: Database) -> None:
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    kept = {}
    for project in (shop, blog):
        kept[project.id] = create_key(each_database, NewKey(project.id, ["write"]))[1]
        add_secret(each_database, NewSecret(project.id, "vapi", "a secret of twenty-four"))
    delete_project(each_database, shop.id, "Shop", WHO)
    directory = load_directory(each_database)
    assert list(directory.projects) == [blog.id]
    assert directory.find_key(kept[shop.id]) is None
    assert directory.find_key(kept[blog.id]) is not None
    assert [spot[0] for spot in directory.signing] == [blog.project_no]
    (waiting,) = list_waiting(each_database)
    assert (waiting.project_no, waiting.before) == (shop.project_no, NOW + UNDER_WAY)
    assert create_project(each_database, "Shop").project_no > blog.project_no


@pytest.mark.parametrize("typed", ["", "shop", "Shop 2"])
def test_another_name_changes_nothing(database: Database, typed: str) -> None:
    shop = create_project(database, "Shop")
    for erase in (reset_project, delete_project):
        with pytest.raises(Invalid, match="exactly"):
            erase(database, shop.id, typed, WHO)
        with pytest.raises(Missing):
            erase(database, "prj_none", "Shop", WHO)
    assert get_project(database, shop.id) == shop
    assert list_waiting(database) == []


def test_erasures_wait_in_the_order_of_their_moments(database: Database) -> None:
    shop, blog = create_project(database, "Shop"), create_project(database, "Blog")
    delete_project(database, shop.id, "Shop", WHO)
    reset_project(database, blog.id, "Blog", (OPERATOR, NOW + timedelta(seconds=1)))
    assert [each.project_no for each in list_waiting(database)] == [blog.project_no, shop.project_no]
