"""`metrone demo`: a project full of believable data. Works alone, and beside a running server, which takes the events in."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from metrone.cli import Refusal
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json
from metrone.cli.writing import write_beside
from metrone.config import Config
from metrone.control.audit import OPERATOR
from metrone.control.db import Database
from metrone.control.first import create_with_keys
from metrone.control.goals import create_goal
from metrone.control.projects import Project, find_project, list_projects
from metrone.control.salts import current_salts
from metrone.control.signin import create_link, signin_address
from metrone.events.goal import Criteria
from metrone.intake.demo.filling import fill
from metrone.intake.demo.month import Plan
from metrone.spool.base import SpoolFailed
from metrone.store.base import StoreUnavailable

NAME = "Demo"
DAYS, DAYS_MAX = 30, 365
EVENTS, EVENTS_MAX = 80_000, 2_000_000
SEED = 1

# What counts as a conversion in a new project: a sale, a trial, a call that made an appointment.
GOALS = {
    "Purchase": Criteria(event_type="conversion", event_name="purchase"),
    "Trial": Criteria(event_name="signup"),
    "Booked by phone": Criteria(event_type="ai_call", intent="book_appointment", outcome="completed"),
}

Hear = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Place:
    """The project that is filled; keys only where it is new."""

    project: Project
    keys: dict[str, str] | None


@click.command("demo")
@click.option("--project", "named", metavar="PROJECT", help="Fill this project, an id or a name. Default: a new one.")
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=DAYS, show_default=True, help="How far back it goes.")
@click.option(
    "--events", type=click.IntRange(100, EVENTS_MAX), default=EVENTS, show_default=True, help="About how many."
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="Another number makes other data.")
@data_dir_option
@json_option
def command(named: str | None, days: int, events: int, seed: int, data_dir: str | None, as_json: bool) -> None:
    """Fill a project with believable data: visits, campaigns, sales, calls, chats, AI agents. A server may be running."""
    config = read_config(data_dir=data_dir)
    with open_database(config, must_exist=False) as db:
        place = _choose(db, named)
        end = datetime.now(ZoneInfo(place.project.timezone))
        with _bar(not as_json) as hear:
            try:
                made = _fill(config, db, place.project, Plan(end, days, events, seed), hear)
            except (SpoolFailed, StoreUnavailable, OSError) as error:
                raise Refusal(f"The demo could not be written: {error}") from error
        link = signin_address(config.origin, create_link(db, place.project.id, db.clock()))
    project = place.project
    if as_json:
        shown = {"id": project.id, "name": project.name, "keys": place.keys, "events": made, "days": days, "seed": seed}
        print_json({**shown, "url": link})
        return
    click.echo(f"{project.name} ({project.id}) has {made:,} events of {days} days.\n\n  Dashboard   {link}")
    for scopes, key in (place.keys or {}).items():
        click.echo(f"  {scopes:<5} key   {key}")
    click.echo(
        "\nThe link works once; a fresh one: metrone link. Keys are shown once; keep them now." if place.keys else ""
    )


def _choose(db: Database, named: str | None) -> _Place:
    if named:
        return _Place(find_project(db, named), None)
    taken = {project.name for project in list_projects(db)}
    names = [NAME, *(f"{NAME} {number}" for number in range(2, len(taken) + 3))]
    made = create_with_keys(db, next(name for name in names if name not in taken), "fernhill.example")
    for name, criteria in GOALS.items():
        create_goal(db, made.project, name, criteria, (OPERATOR, db.clock()))
    return _Place(made.project, {"full": made.full_key, "write": made.write_key})


def _fill(config: Config, db: Database, project: Project, plan: Plan, hear: Hear) -> int:
    salts = current_salts(db, plan.end.astimezone(UTC))
    return write_beside(config, lambda spool: asyncio.run(fill(spool, project, salts, plan, hear)))


@contextmanager
def _bar(is_shown: bool) -> Iterator[Hear]:
    """A progress bar on stderr; hears the share that is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not is_shown or not console.is_terminal) as bar:
        task = bar.add_task("Making events", total=1.0)
        yield lambda share: bar.update(task, completed=share)
