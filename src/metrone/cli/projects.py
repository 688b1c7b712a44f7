"""`metrone projects`: create, list, set, reset and delete projects."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import click

from metrone.cli import Misuse
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json, print_table, show_time
from metrone.control.audit import OPERATOR
from metrone.control.erasures import delete_project, reset_project
from metrone.control.first import FirstRun, create_with_keys
from metrone.control.projects import (
    RETENTION_DAYS_MAX,
    TALK_DAYS_MAX,
    Project,
    ProjectChange,
    change_project,
    find_project,
    list_projects,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOTICE = timedelta(seconds=1)


@click.group("projects")
def command() -> None:
    """Create, list, set, reset and delete projects."""


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
    "--week-start",
    type=click.Choice(WEEKDAYS),
    callback=lambda context, option, day: _number(day),
    help="First day of its weeks.",
)
@click.option(
    "--retention-days",
    type=click.IntRange(0, RETENTION_DAYS_MAX),
    metavar="N",
    help="Erase what is older than N days; 0 keeps it for ever, as at first.",
)
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
        click.echo(f"{changed.name} ({changed.id}): {site}; events: {_kept(changed)}; transcripts: {_talk(changed)}.")


yes_option = click.option("--yes", "is_sure", is_flag=True, help="Do not ask; needed where nobody can answer.")


@command.command("reset")
@click.argument("project")
@yes_option
@data_dir_option
@json_option
def reset(project: str, is_sure: bool, data_dir: str | None, as_json: bool) -> None:
    """Erase everything that PROJECT, an id or a name, has counted. Its settings and keys stay."""
    _erase(project, data_dir, reset_project, _Wording("reset", is_sure, as_json))


@command.command("delete")
@click.argument("project")
@yes_option
@data_dir_option
@json_option
def delete(project: str, is_sure: bool, data_dir: str | None, as_json: bool) -> None:
    """Delete PROJECT, an id or a name, with its keys, settings and everything that it has counted."""
    _erase(project, data_dir, delete_project, _Wording("delete", is_sure, as_json))


@dataclass(frozen=True, slots=True)
class _Wording:
    verb: str
    is_sure: bool
    as_json: bool


def _erase(project: str, data_dir: str | None, erase: Callable[..., Project], wording: _Wording) -> None:
    with open_database(read_config(data_dir=data_dir)) as db:
        found = find_project(db, project)
        if not wording.is_sure:
            typed = click.prompt(f"This cannot be undone. Type the name {found.name} to {wording.verb} it", err=True)
            if typed.strip() != found.name:
                raise Misuse("That is another name; nothing was changed.")
        # A running server hears of it within a second, and what it takes until then goes, too.
        erase(db, found.id, found.name, (OPERATOR, db.clock() + NOTICE))
        time.sleep(NOTICE.total_seconds())
    if wording.as_json:
        print_json({"id": found.id, "erased": True})
    else:
        click.echo(
            f"Done: {wording.verb} {found.name} ({found.id}). A running server erases its events now, else the next one to start."
        )


def _number(day: str | None) -> int | None:
    return None if day is None else WEEKDAYS.index(day) + 1


def _talk(project: Project) -> str:
    return f"kept {project.talk_days} days" if project.keeps_talk else "not kept"


def _kept(project: Project) -> str:
    return f"kept {project.retention_days} days" if project.retention_days else "kept for ever"


def _tell(made: FirstRun) -> None:
    click.echo(f"Created the project {made.project.name} ({made.project.id}).\n")
    click.echo(f"  read and write  {made.full_key}   for servers and programs; keep it secret")
    click.echo(f"  write only      {made.write_key}   for your pages\n")
    click.echo("These keys are shown once; keep them now.")


def _as_json(project: Project) -> dict[str, object]:
    fields = ("id", "name", "domain", "timezone", "created_at")
    kept = {
        "week_start": WEEKDAYS[project.week_start - 1],
        "retention_days": project.retention_days,
        "keep_transcripts": project.keeps_talk,
        "transcript_days": project.talk_days,
    }
    return {field: getattr(project, field) for field in fields} | kept
