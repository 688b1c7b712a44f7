"""Examples of own intents: replaced as a whole, in their order, of one project."""

import pytest
from sqlalchemy import delete

from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.errors import Invalid, Missing
from metrone.control.examples import list_examples, set_examples
from metrone.control.projects import Project, create_project
from metrone.control.tables import projects

REFILL = [("refill", "more pills"), ("lab", "is my blood test back"), ("refill", "renovar mi receta 💊")]


def test_set_examples_replaces_this_projects_alone(each_database: Database) -> None:
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    assert set_examples(each_database, shop.id, REFILL) == 3
    assert set_examples(each_database, blog.id, REFILL[:1]) == 1
    before = load_directory(each_database)
    assert before.examples_of(shop.project_no) == list_examples(each_database, shop.id) == tuple(REFILL)
    assert "more pills" not in repr(before)
    set_examples(each_database, shop.id, REFILL[1:])
    after = load_directory(each_database)
    assert after.revision != before.revision
    assert after.examples_of(shop.project_no) == tuple(REFILL[1:])
    assert after.examples_of(blog.project_no) == before.examples_of(blog.project_no) == (REFILL[0],)
    assert set_examples(each_database, shop.id, []) == 0
    assert list_examples(each_database, shop.id) == load_directory(each_database).examples_of(shop.project_no) == ()
    with each_database.write() as connection:
        connection.execute(delete(projects))
    assert load_directory(each_database).examples_of(blog.project_no) == ()


@pytest.mark.parametrize("example", [("", "text"), ("a" * 65, "text"), ("a", ""), ("a", "x" * 8001), ("a", "\0")])
def test_set_examples_keeps_what_was_when_one_is_wrong(
    database: Database, project: Project, example: tuple[str, str]
) -> None:
    set_examples(database, project.id, REFILL)
    with pytest.raises(Invalid):
        set_examples(database, project.id, [*REFILL, example])
    with pytest.raises(Invalid, match="no text"):
        set_examples(database, project.id, [("a", "\ud800")])
    with pytest.raises(Invalid, match="5001 examples"):
        set_examples(database, project.id, [("a", "b")] * 5001)
    assert list_examples(database, project.id) == tuple(REFILL)


def test_set_examples_refuses_when_there_is_no_such_project(database: Database) -> None:
    with pytest.raises(Missing):
        set_examples(database, "prj_none", REFILL)
    assert list_examples(database, "prj_none") == ()
