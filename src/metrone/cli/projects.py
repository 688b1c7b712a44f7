"""`metrone projects`: create, list and set projects."""

from typing import Any

import click

from metrone.cli import Misuse
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json, print_table, show_time
from metrone.control.first import FirstRun, create_with_keys
from metrone.control.projects import TALK_DAYS_MAX, Project, ProjectChange, change_project, find_project, list_projects


@click.group("projects")
def command() -> None:
    """Create, list and set projects."""


@command.command("create")
@click.argument("name")
@click.option("--domain", default="", metavar="DOMAIN", help="The site, such as example.com.")
@click.option("--tz", "timezone", default="UTC", metavar="ZONE", help="Time zone of its days, such as Europe/Berlin.")
@data_dir_option
@json_option
def create(name: str, domain: str, timezone: str, data_dir: str | None, as_json: bool) -> None:
    """Create a project with two API keys: one that reads and writes, one that writes only, for pages."""
    with open_database(read_config(data_dir=data_dir), must_exist=False) as db:
        made = create_with_keys(db, name, domain, timezone)
    if as_json:
        keys = {"full": made.full_key, "write": made.write_key}
        print_json({"id": made.project.id, "name": made.project.name, "keys": keys})
    else:
        _tell(made)


@command.command("list")
@data_dir_option
@json_option
def show(data_dir: str | None, as_json: bool) -> None:
    """List the projects."""
    with open_database(read_config(data_dir=data_dir)) as db:
        found = list_projects(db)
    if as_json:
        print_json([_as_json(project) for project in found])
    elif not found:
        click.echo("There is no project yet. Create one with: metrone projects create NAME")
    else:
        rows = [(p.id, p.name, p.domain or "–", p.timezone, show_time(p.created_at), _talk(p)) for p in found]
        print_table(("id", "name", "domain", "time zone", "created", "transcripts"), rows)


@command.command("set")
@click.argument("project")
@click.option("--name", metavar="NAME", help="Another name.")
@click.option("--domain", metavar="DOMAIN", help="Another site, such as example.com; '' for none.")
@click.option("--tz", "timezone", metavar="ZONE", help="Another time zone of its days, such as Europe/Berlin.")
@click.option(
    "--keep-transcripts",
    "keeps_talk",
    type=click.Choice(["on", "off"]),
    callback=lambda context, option, word: None if word is None else word == "on",
    help="Keep transcripts and summaries of calls and chats; off at first.",
)
@click.option(
    "--transcript-days",
    "talk_days",
    type=click.IntRange(1, TALK_DAYS_MAX),
    metavar="N",
    help="For so many days; 30 at first.",
)
@data_dir_option
@json_option
def change(project: str, data_dir: str | None, as_json: bool, **given: Any) -> None:
    """Change what PROJECT, an id or a name, is called and keeps. A running server knows within a second."""
    if all(value is None for value in given.values()):
        raise Misuse("Say what to set; `metrone projects set --help` lists it.")
    with open_database(read_config(data_dir=data_dir)) as db:
        changed = change_project(db, find_project(db, project).id, ProjectChange(**given))
    if as_json:
        print_json(_as_json(changed))
    else:
        site = f"{changed.domain or 'no domain'}, {changed.timezone}"
        click.echo(f"{changed.name} ({changed.id}): {site}; transcripts: {_talk(changed)}.")


def _talk(project: Project) -> str:
    return f"kept {project.talk_days} days" if project.keeps_talk else "not kept"


def _tell(made: FirstRun) -> None:
    click.echo(f"Created the project {made.project.name} ({made.project.id}).\n")
    click.echo(f"  read and write  {made.full_key}   for servers and programs; keep it secret")
    click.echo(f"  write only      {made.write_key}   for your pages\n")
    click.echo("These keys are shown once; keep them now.")


def _as_json(project: Project) -> dict[str, object]:
    fields = ("id", "name", "domain", "timezone", "created_at")
    talk = {"keep_transcripts": project.keeps_talk, "transcript_days": project.talk_days}
    return {field: getattr(project, field) for field in fields} | talk
