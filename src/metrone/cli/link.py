"""`metrone link`: prints a one-time address that signs a browser in."""

import click

from metrone.cli import Misuse, Refusal
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json, show_time
from metrone.control.db import Database, utc_now
from metrone.control.projects import Project, find_project, list_projects
from metrone.control.signin import LINK_TTL, create_link, signin_address


@click.command("link")
@click.argument("project", required=False)
@click.option("--public-url", metavar="URL", help="The server's address as the browser sees it.")
@data_dir_option
@json_option
def command(project: str | None, public_url: str | None, data_dir: str | None, as_json: bool) -> None:
    """Print a fresh address that opens the dashboard of PROJECT, an id or a name. It works once."""
    config = read_config(data_dir=data_dir, public_url=public_url)
    now = utc_now()
    with open_database(config) as db:
        chosen = find_project(db, project) if project else _only_project(db)
        address = signin_address(config.origin, create_link(db, chosen.id, now))
    until = now + LINK_TTL
    if as_json:
        print_json({"url": address, "project_id": chosen.id, "expires_at": until})
    else:
        click.echo(address)
        click.echo(f"Opens {chosen.name}, once, until {show_time(until)}.", err=True)


def _only_project(db: Database) -> Project:
    found = list_projects(db)
    if not found:
        raise Refusal("There is no project yet; create one with: metrone projects create NAME")
    if len(found) > 1:
        raise Misuse(f"There are {len(found)} projects; name one: {', '.join(p.id for p in found)}")
    return found[0]
