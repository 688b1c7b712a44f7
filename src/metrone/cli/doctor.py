"""`metrone doctor`: says what is wrong and how to mend it. Looks only; ends with 1 when something is wrong."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

import click
from rich.console import Console
from rich.text import Text

from metrone.cli import FAILURE, checks
from metrone.cli.finding import Finding, wrong
from metrone.cli.options import data_dir_option, json_option
from metrone.cli.screen import print_json
from metrone.cli.settings import check_settings
from metrone.config import Config, ConfigError, load_config

MARKS = {"ok": ("✓", "green"), "note": ("!", "yellow"), "wrong": ("✗", "red")}


@click.command("doctor")
@data_dir_option
@json_option
@click.pass_context
def command(context: click.Context, data_dir: str | None, as_json: bool) -> None:
    """Say what is wrong and how to mend it. Changes nothing, and may run beside the server."""
    found: list[Finding] = []
    console = Console(highlight=False, soft_wrap=True)
    for each in examine(data_dir, os.environ, time.time()):
        found.append(each)
        if not as_json:
            _show(console, each)
    is_well = not any(each.state == "wrong" for each in found)
    if as_json:
        print_json({"ok": is_well, "findings": [asdict(each) for each in found]})
    elif is_well:
        console.print("\nNothing is wrong.")
    if not is_well:
        context.exit(FAILURE)


def examine(data_dir: str | None, environ: Mapping[str, str], now: float) -> Iterator[Finding]:
    """Every finding, one after the other. `now` is epoch seconds."""
    yield from checks.check_versions()
    try:
        config = load_config(environ, data_dir=data_dir)
    except ConfigError as error:
        yield wrong("settings", str(error), "Correct it; the rest is looked at with the defaults.")
        config = load_config({}, data_dir=data_dir or environ.get("METRONE_DATA_DIR"))
    yield from check_settings(config, environ)
    yield from _examine_data(config, now)


def _examine_data(config: Config, now: float) -> Iterator[Finding]:
    looks: dict[str, Callable[[], Iterator[Finding]]] = {
        "data folder": lambda: checks.check_folder(config),
        "secret.key": lambda: checks.check_secret(config),
        "control database": lambda: checks.check_control(config),
        "signing secrets": lambda: checks.check_signing(config),
        "spool": lambda: checks.check_spool(config, now),
        "store": lambda: checks.check_store(config),
        "country file": lambda: checks.check_countries(config, now),
        "built files": checks.check_built,
        "clock": lambda: checks.check_clock(config, now),
    }
    for what, look in looks.items():
        try:
            yield from look()
        except OSError as error:
            text = f"cannot be looked at ({error.strerror}: {error.filename})"
            yield wrong(what, text, "Run this as the user that runs the server, and see who owns that file.")


def _show(console: Console, each: Finding) -> None:
    mark, style = MARKS[each.state]
    console.print(Text.assemble((mark, style), f" {each.what:<17} {each.text}"))
    if each.mend:
        console.print(Text(f"    → {each.mend}"))
