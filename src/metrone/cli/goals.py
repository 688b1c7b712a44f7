"""`metrone goals`: create, list and delete the goals of a project."""

from typing import Any

import click
import msgspec

from metrone.cli import Misuse, Refusal
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json, print_table
from metrone.control.audit import OPERATOR
from metrone.control.db import utc_now
from metrone.control.goals import create_goal, delete_goal, list_goals
from metrone.control.projects import find_project
from metrone.events.goal import Criteria, Goal


@click.group("goals")
def command() -> None:
    """Create, list and delete goals: what counts as a conversion."""


@command.command("create")
@click.argument("project")
@click.argument("name")
@click.option("--event-type", metavar="TYPE", help="Such as pageview, conversion or signup.")
@click.option("--event-name", metavar="NAME", help="The name of the event.")
@click.option("--page", metavar="PATH", help="A path; * is any part of it without a slash, ** any part.")
@click.option("--source", metavar="CHANNEL", help="web, voice, chat, assistant or server.")
@click.option(
    "--property",
    "properties",
    multiple=True,
    nargs=3,
    metavar="KEY IS VALUE",
    help="IS is equals, contains, greater or less; repeatable.",
)
@click.option("--provider", metavar="NAME", help="The AI platform.")
@click.option("--intent", metavar="NAME", help="What was wanted of the AI.")
@click.option("--outcome", metavar="NAME", help="How it ended, such as completed.")
@click.option("--min-value", type=float, metavar="AMOUNT", help="The least value, in the event's own currency.")
@data_dir_option
@json_option
def create(project: str, name: str, data_dir: str | None, as_json: bool, **given: Any) -> None:
    """Create the goal NAME of PROJECT, an id or a name. An event reaches it if all that is given holds."""
    with open_database(read_config(data_dir=data_dir)) as db:
        owner = find_project(db, project)
        goal = create_goal(db, owner, name, _criteria(given), (OPERATOR, utc_now()))
    if as_json:
        print_json(msgspec.to_builtins(goal))
    else:
        click.echo(f"Created the goal {goal.name} of {owner.name}: {say(goal.criteria)}.")


@command.command("list")
@click.argument("project")
@data_dir_option
@json_option
def show(project: str, data_dir: str | None, as_json: bool) -> None:
    """List the goals of PROJECT, an id or a name."""
    with open_database(read_config(data_dir=data_dir)) as db:
        found = list_goals(db, find_project(db, project).project_no)
    if as_json:
        print_json(msgspec.to_builtins(found))
    elif not found:
        click.echo("The project has no goal. Create one with: metrone goals create PROJECT NAME --page /thanks")
    else:
        print_table(("id", "name", "reached by"), [(goal.id, goal.name, say(goal.criteria)) for goal in found])


@command.command("delete")
@click.argument("project")
@click.argument("goal")
@data_dir_option
@json_option
def remove(project: str, goal: str, data_dir: str | None, as_json: bool) -> None:
    """Delete GOAL, an id or a name, of PROJECT. Its events stay."""
    with open_database(read_config(data_dir=data_dir)) as db:
        owner = find_project(db, project)
        found = _find(list_goals(db, owner.project_no), goal)
        delete_goal(db, owner, found.id, (OPERATOR, utc_now()))
    if as_json:
        print_json({"id": found.id, "deleted": True})
    else:
        click.echo(f"Deleted the goal {found.name} of {owner.name}.")


def say(criteria: Criteria) -> str:
    """The criteria in words."""
    texts = [
        f"{name.replace('_', ' ')} {value:g}" if name == "min_value" else f"{name.replace('_', ' ')} {value}"
        for name, value in msgspec.to_builtins(criteria).items()
        if name != "properties"
    ]
    texts += [f"{each.key} {each.operator} {each.value}" for each in criteria.properties]
    return ", ".join(texts)


def _criteria(given: dict[str, Any]) -> Criteria:
    properties = [dict(zip(("key", "operator", "value"), each, strict=True)) for each in given["properties"]]
    try:
        return msgspec.convert({**given, "properties": properties}, Criteria)
    except msgspec.ValidationError as error:
        raise Misuse(f"{error}.") from None


def _find(goals: tuple[Goal, ...], text: str) -> Goal:
    for goal in goals:
        if text in (goal.id, goal.name):
            return goal
    raise Refusal(f"There is no goal {text!r}; `metrone goals list PROJECT` shows them.")
