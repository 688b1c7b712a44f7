"""Projects."""

from datetime import datetime

import pytest
from sqlalchemy import delete

from metrone.control.db import Database
from metrone.control.errors import Invalid, Missing
from metrone.control.projects import Project, create_project, find_project, get_project, list_projects, rename_project
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


def test_rename_project_changes_the_name_only_when_it_is_good(database: Database, project: Project) -> None:
    renamed = rename_project(database, project.id, " Store ")
    assert renamed.name == "Store"
    assert get_project(database, project.id) == renamed
    with pytest.raises(Invalid):
        rename_project(database, project.id, "")
    with pytest.raises(Missing):
        rename_project(database, "prj_none", "Store")
