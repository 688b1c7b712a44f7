"""`metrone webhooks replay`: takes in bodies that a platform sent, from a file, as if they came now. For support."""

import asyncio
import time
from datetime import UTC, datetime
from typing import IO

import click

from metrone.cli import Misuse, Refusal
from metrone.cli.options import data_dir_option, json_option, open_database, read_config
from metrone.cli.screen import print_json
from metrone.cli.writing import write_beside
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.errors import Missing
from metrone.control.labels import check_endpoint
from metrone.control.projects import Project, find_project, list_projects
from metrone.control.salts import current_salts
from metrone.errors import MetroneError
from metrone.intake.accept import Intake
from metrone.intake.deliveries import SOURCES, Parcel, judge, mark, tell
from metrone.intake.draft import Sender
from metrone.intake.geo import Atlas
from metrone.intake.intents import Examples
from metrone.intake.interactions import Interactions
from metrone.spool.append import Spool
from metrone.spool.base import SpoolFailed
from metrone.store.base import StoreUnavailable
from metrone.webhooks.adapter import Refusal as Refused
from metrone.webhooks.adapter import Translation
from metrone.webhooks.delivery import Delivery, Verdict

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
REPLAYED = Verdict("unverified", "Replayed from the command line.")

Shown = dict[str, object]


@click.command("replay")
@click.argument("file", type=click.File("rb"))
@click.option("--platform", type=click.Choice(list(SOURCES)), required=True, help="Who sent it.")
@click.option("--endpoint", default="main", show_default=True, metavar="NAME", help="To which endpoint.")
@click.option(
    "--project", "named", metavar="PROJECT", help="For which project, an id or a name. Default: the only one."
)
@data_dir_option
@json_option
def command(
    file: IO[bytes], platform: str, endpoint: str, named: str | None, data_dir: str | None, as_json: bool
) -> None:
    """Take in what a platform sent: FILE holds a body as it came, or is a .jsonl with one a line; - is standard input.

    Signatures are not asked for. What came before counts once, however often it is replayed. A server may be running.
    """
    config = read_config(data_dir=data_dir)
    bodies = _read(file)
    with open_database(config) as db:
        project = _choose(db, named)
        examples = load_directory(db).examples_of(project.project_no)
        salts = current_salts(db, datetime.now(UTC))

        def write(spool: Spool) -> list[Shown]:
            intake = Intake(spool, Atlas(), salts, time.time)
            parcels = [_parcel(project, platform, check_endpoint(endpoint), body) for body in bodies]
            return asyncio.run(_take_all(Interactions(intake), parcels, examples))

        try:
            shown = write_beside(config, write)
        except (SpoolFailed, StoreUnavailable, OSError, MetroneError) as error:
            raise Refusal(f"Nothing more could be written: {error}") from error
    if as_json:
        print_json(shown)
        return
    for number, one in enumerate(shown, 1):
        click.echo(f"{number}: {one['event'] or 'nothing'} {one['result']}{_because(one)}")


def _because(one: Shown) -> str:
    return f" ({one['reason']})" if one["reason"] else f", {one['interactions']} interactions"


def _read(file: IO[bytes]) -> list[bytes]:
    content = file.read()
    bodies = content.splitlines() if str(getattr(file, "name", "")).endswith(".jsonl") else [content]
    bodies = [body for body in bodies if body.strip()]
    if not bodies:
        raise Misuse("The file is empty. It holds a body as the platform sent it.")
    return bodies


def _choose(db: Database, named: str | None) -> Project:
    if named:
        return find_project(db, named)
    everything = list_projects(db)
    if len(everything) == 1:
        return everything[0]
    if not everything:
        raise Missing("There is no project yet; make one with: metrone projects create NAME")
    raise Misuse("There are several projects. Say which with --project.")


def _parcel(project: Project, platform: str, endpoint: str, body: bytes) -> Parcel:
    media = JSON if body.lstrip()[:1] in (b"{", b"[") else FORM
    return Parcel(
        source=SOURCES[platform],
        endpoint=endpoint,
        sender=Sender(project, False, "", "", None, time.time()),
        delivery=Delivery(body=body, headers={"content-type": media}),
        request_id="replay",
    )


async def _take_all(interactions: Interactions, parcels: list[Parcel], examples: Examples) -> list[Shown]:
    return [await _take(interactions, parcel, examples) for parcel in parcels]


async def _take(interactions: Interactions, parcel: Parcel, examples: Examples) -> Shown:
    made = judge(parcel, (), examples).made
    told = tell(parcel, REPLAYED, made) if isinstance(made, Translation) else mark(parcel, "refused", _why(made))
    await interactions.accept(told, 0)
    row = told.delivery
    return {"event": row.event, "result": row.result, "reason": row.reason, "interactions": len(told.reports)}


def _why(made: Refused | None) -> str:
    return made.reason if made else ""
