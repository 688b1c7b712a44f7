"""Projects."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete

from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.projects import (
    Project,
    ProjectChange,
    change_project,
    create_project,
    find_project,
    get_project,
    list_projects,
)
from metrone.control.tables import projects


def test_create_project_gives_what_is_stored_when_read_back(each_database: Database, now: datetime) -> None:
    made = create_project(each_database, " Bäckerei 🥐 ", "https://Shop.example/x", "Asia/Kathmandu")
    assert (made.name, made.domain, made.timezone) == ("Bäckerei 🥐", "shop.example", "Asia/Kathmandu")
    assert (made.project_no, made.week_start, made.plan_quota, made.created_at) == (1, 1, None, now)
    assert len(made.secret) == 32
    assert made.secret.hex() not in repr(made)
    assert repr(made.secret) not in repr(made)
    assert get_project(each_database, made.id) == made


def test_create_project_differs_in_id_number_and_secret_when_the_name_is_the_same(database: Database) -> None:
    first, second = create_project(database, "Shop"), create_project(database, "Shop")
    assert first.id != second.id
    assert (first.project_no, second.project_no) == (1, 2)
    assert first.secret != second.secret


def test_project_no_is_not_given_again_when_its_project_is_deleted(each_database: Database) -> None:
    create_project(each_database, "First")
    with each_database.write() as connection:
        connection.execute(delete(projects))
    assert create_project(each_database, "Second").project_no == 2


@pytest.mark.parametrize(
    ("name", "domain", "timezone", "field"),
    [("", "", "UTC", "name"), ("Shop", "a b", "UTC", "domain"), ("Shop", "", "Mars/Phobos", "timezone")],
)
def test_create_project_writes_nothing_when_a_value_is_wrong(
    database: Database, name: str, domain: str, timezone: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        create_project(database, name, domain, timezone)
    assert caught.value.field == field
    assert list_projects(database) == []
    assert database.revision() == 0


def test_get_project_refuses_when_there_is_none(database: Database) -> None:
    with pytest.raises(Missing):
        get_project(database, "prj_aaaaaaaaaaaaaaaa")


@pytest.mark.parametrize("text", ["Shop", "shop", " SHOP "])
def test_find_project_finds_by_name_when_it_is_the_only_one(database: Database, project: Project, text: str) -> None:
    create_project(database, "Shop 2")
    assert find_project(database, text) == project


def test_find_project_prefers_the_exact_when_names_differ_in_case(database: Database, project: Project) -> None:
    lower = create_project(database, "shop")
    assert find_project(database, "Shop") == project
    assert find_project(database, "shop") == lower
    with pytest.raises(Invalid, match=f"{project.id}, {lower.id}"):
        find_project(database, "SHOP")


def test_find_project_prefers_the_id_when_another_has_it_as_name(database: Database, project: Project) -> None:
    create_project(database, project.id)
    assert find_project(database, project.id) == project


def test_find_project_refuses_when_there_is_none(database: Database, project: Project) -> None:
    with pytest.raises(Missing, match="metrone projects list"):
        find_project(database, "Sho")


def test_change_project_changes_what_is_given_when_it_is_good(each_database: Database) -> None:
    project, other = create_project(each_database, "Shop", "shop.example"), create_project(each_database, "Blog")
    assert (project.keeps_talk, project.talk_days) == (False, 30)
    renamed = change_project(each_database, project.id, ProjectChange(name=" Store "))
    assert renamed == replace(project, name="Store")
    keeping = change_project(each_database, project.id, ProjectChange(keeps_talk=True, talk_days=7))
    assert keeping == replace(renamed, keeps_talk=True, talk_days=7)
    moved = change_project(
        each_database, project.id, ProjectChange(domain="", timezone="Europe/Berlin", keeps_talk=False)
    )
    assert moved == replace(keeping, domain="", timezone="Europe/Berlin", keeps_talk=False)
    assert get_project(each_database, project.id) == moved
    assert get_project(each_database, other.id) == other


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (ProjectChange(name=""), "name"),
        (ProjectChange(keeps_talk=True, domain="a b"), "domain"),
        (ProjectChange(keeps_talk=True, timezone="Mars"), "timezone"),
        (ProjectChange(keeps_talk=True, talk_days=0), "talk_days"),
        (ProjectChange(keeps_talk=True, talk_days=3651), "talk_days"),
    ],
)
def test_change_project_changes_nothing_when_a_value_is_wrong(
    database: Database, project: Project, change: ProjectChange, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        change_project(database, project.id, change)
    assert caught.value.field == field
    assert get_project(database, project.id) == project


def test_change_project_writes_nothing_when_there_is_nothing_to_change(database: Database, project: Project) -> None:
    before = database.revision()
    assert change_project(database, project.id, ProjectChange()) == project
    assert database.revision() == before
    for change in (ProjectChange(), ProjectChange(name="Store")):
        with pytest.raises(Missing):
            change_project(database, "prj_none", change)
