"""Exclusions, the CNAME and the write key of a project in the database: kept once, bounded, written down, its own alone."""

from datetime import datetime

import pytest

from metrone.control import exclusions
from metrone.control.audit import Actor, list_entries
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.errors import Invalid, Missing
from metrone.control.exclusions import add_exclusion, list_exclusions, remove_exclusion
from metrone.control.install import create_write_key, set_cname
from metrone.control.projects import create_project, get_project
from tests.control.people import make_owner

ANN = Actor("usr_ann", "ann@shop.example")


def test_exclusions_are_kept_once_and_are_their_projects_alone(each_database: Database, now: datetime) -> None:
    _, org = make_owner(each_database, now)
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    first = add_exclusion(each_database, shop.id, ("path", " /admin/** "), ANN)
    assert add_exclusion(each_database, shop.id, ("path", "/admin/**"), ANN) == first
    add_exclusion(each_database, shop.id, ("address", "203.0.113.7"), ANN)
    assert [(each.kind, each.value) for each in list_exclusions(each_database, shop.id)] == [
        ("path", "/admin/**"),
        ("address", "203.0.113.7"),
    ]
    assert list_exclusions(each_database, blog.id) == []
    excluded = load_directory(each_database).excluded
    assert list(excluded) == [shop.project_no]
    assert excluded[shop.project_no].has_page("", "/admin/x")
    with pytest.raises(Missing):
        remove_exclusion(each_database, blog.id, first.exclusion_no, ANN)
    remove_exclusion(each_database, shop.id, first.exclusion_no, ANN)
    assert not load_directory(each_database).excluded[shop.project_no].has_page("", "/admin/x")
    # No address stands in the log.
    log = [(entry.action, entry.target) for entry in list_entries(each_database, org.id)][:3]
    assert log == [
        ("exclusion.removed", "path of Shop"),
        ("exclusion.added", "address of Shop"),
        ("exclusion.added", "path /admin/** of Shop"),
    ]


def test_a_project_has_so_many_of_a_kind(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exclusions, "EACH_MAX", 2)
    shop = create_project(database, "Shop")
    for country in ("DE", "FR"):
        add_exclusion(database, shop.id, ("country", country), ANN)
    with pytest.raises(Invalid, match="at most 2"):
        add_exclusion(database, shop.id, ("country", "IT"), ANN)
    add_exclusion(database, shop.id, ("host", "localhost"), ANN)


def test_a_cname_and_a_write_key_are_set_and_written_down(each_database: Database, now: datetime) -> None:
    _, org = make_owner(each_database, now)
    shop = create_project(each_database, "Shop")
    assert set_cname(each_database, shop.id, "https://Stats.Shop.example/", ANN) == "stats.shop.example"
    assert get_project(each_database, shop.id).cname == "stats.shop.example"
    with pytest.raises(Invalid):
        set_cname(each_database, shop.id, "no host", ANN)
    record, key = create_write_key(each_database, shop.id, ANN)
    assert load_directory(each_database).find_key(key) == record
    assert (record.scopes, record.is_test) == (frozenset({"write"}), False)
    log = [(entry.actor, entry.action) for entry in list_entries(each_database, org.id)][:2]
    assert log == [(ANN.name, "key.created"), (ANN.name, "project.cname_set")]
