"""`metrone keys`: create, list and revoke API keys."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json, print_table, show_time
from metrone.control.db import utc_now
from metrone.control.keys import KeyRecord, NewKey, create_key, find_key, list_keys, revoke_key
from metrone.control.projects import find_project

_DAYS = re.compile(r"([1-9][0-9]{0,3})d")


class Expiry(click.ParamType[datetime]):
    """`90d` for days from now, or an ISO 8601 date or time, UTC where it names no offset."""

    name = "when"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment in UTC; anything else is wrong usage."""
        days = _DAYS.fullmatch(value)
        if days:
            return utc_now() + timedelta(days=int(days[1]))
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a time; write 90d or 2030-12-31.", param, ctx)


@click.group("keys")
def command() -> None:
    """Create, list and revoke API keys."""


@command.command("create")
@click.argument("project")
@click.option("--scopes", required=True, metavar="LIST", help="Comma-separated: write, read, admin (includes both).")
@click.option("--name", default="API key", show_default=True, help="What the key is for.")
@click.option(
    "--origin", "origins", multiple=True, metavar="ORIGIN", help="Allow https://example.com only; repeatable."
)
@click.option("--expires", "expires_at", type=Expiry(), metavar="WHEN", help="90d, or a date such as 2030-12-31.")
@click.option("--test", "is_test", is_flag=True, help="A test key: its events are left out of the reports.")
@data_dir_option
@json_option
def create(project: str, scopes: str, data_dir: str | None, as_json: bool, **rest: Any) -> None:
    """Create an API key for PROJECT, an id or a name."""
    with open_database(read_config(data_dir=data_dir)) as db:
        owner = find_project(db, project)
        record, key = create_key(db, NewKey(project_id=owner.id, scopes=scopes.split(","), **rest))
    if as_json:
        print_json({"id": record.id, "key": key, "scopes": show_scopes(record)})
    else:
        click.echo(f"Created the key {record.id} for {owner.name}, with {', '.join(show_scopes(record))}.\n")
        click.echo(f"  {key}\n")
        click.echo("The key is shown once; keep it now.")


@command.command("list")
@click.argument("project")
@data_dir_option
@json_option
def show(project: str, data_dir: str | None, as_json: bool) -> None:
    """List the API keys of PROJECT, an id or a name."""
    with open_database(read_config(data_dir=data_dir)) as db:
        found = list_keys(db, find_project(db, project).id)
    if as_json:
        print_json([_as_json(key) for key in found])
    elif not found:
        click.echo("The project has no key. Create one with: metrone keys create PROJECT --scopes read,write")
    else:
        now = utc_now()
        print_table(("id", "name", "begins with", "scopes", "state", "last used"), [_row(key, now) for key in found])


@command.command("revoke")
@click.argument("key")
@data_dir_option
@json_option
def revoke(key: str, data_dir: str | None, as_json: bool) -> None:
    """Revoke KEY, the id of a key or the key itself. A running server refuses it within a second."""
    with open_database(read_config(data_dir=data_dir)) as db:
        record = revoke_key(db, find_key(db, key).id)
    if as_json:
        print_json({"id": record.id, "revoked_at": record.revoked_at})
    else:
        click.echo(f"Revoked the key {record.id} ({record.name}, {record.prefix}…) of {record.project.name}.")


def show_scopes(key: KeyRecord) -> list[str]:
    """The scopes in the order of the alphabet."""
    return sorted(key.scopes)


def _row(key: KeyRecord, now: datetime) -> tuple[str, ...]:
    scopes = ", ".join(show_scopes(key))
    return (key.id, key.name, f"{key.prefix}…", scopes, key.state(now), show_time(key.last_used_at))


def _as_json(key: KeyRecord) -> dict[str, object]:
    fields = ("id", "name", "prefix", "origins", "is_test", "created_at", "expires_at", "revoked_at", "last_used_at")
    return {field: getattr(key, field) for field in fields} | {
        "project_id": key.project.id,
        "scopes": show_scopes(key),
    }
