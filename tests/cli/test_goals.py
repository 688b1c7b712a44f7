"""`metrone goals`."""

import json

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def project(run: Run) -> None:
    """A project named Shop."""
    assert run("projects", "create", "Shop", "--json").exit_code == 0


def test_goals_are_made_listed_and_deleted(run: Run) -> None:
    options = ["--page", "/thanks/*", "--min-value", "50", "--property", "plan", "contains", "pro", "--source", "web"]
    made = json.loads(run("goals", "create", "shop", "Big [bold]order", *options, "--json").stdout)
    assert (made["name"], made["criteria"]) == (
        "Big [bold]order",
        {
            "page": "/thanks/*",
            "source": "web",
            "properties": [{"key": "plan", "operator": "contains", "value": "pro"}],
            "min_value": 50.0,
        },
    )
    assert json.loads(run("goals", "list", "Shop", "--json").stdout) == [made]
    listed = run("goals", "list", "Shop").stdout
    assert "Big [bold]order" in listed
    assert "page /thanks/*, source web, min value 50, plan contains pro" in listed
    assert run("goals", "create", "Shop", "Signed up", "--event-name", "signup").stdout == (
        "Created the goal Signed up of Shop: event name signup.\n"
    )
    assert run("goals", "delete", "Shop", "Signed up").stdout == "Deleted the goal Signed up of Shop.\n"
    assert json.loads(run("goals", "delete", "Shop", made["id"], "--json").stdout) == {
        "id": made["id"],
        "deleted": True,
    }
    assert "The project has no goal." in run("goals", "list", "Shop").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["create", "Shop", "x"], 2, "at least one criterion"),
        (["create", "Shop", "x", "--source", "fax"], 2, "Invalid enum value 'fax'"),
        (["create", "Shop", "x", "--property", "a", "is", "b"], 2, "Invalid enum value 'is'"),
        (["create", "None", "x", "--page", "/"], 1, "There is no project"),
        (["delete", "Shop", "x"], 1, "There is no goal 'x'"),
    ],
)
def test_what_is_no_goal_is_refused(run: Run, arguments: list[str], code: int, sentence: str) -> None:
    done = run("goals", *arguments)
    assert done.exit_code == code
    assert sentence in done.stderr
