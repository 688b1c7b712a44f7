"""What several commands share: --data-dir and --json, the settings, the open database, and errors as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from metrone.cli import Misuse, Refusal
from metrone.config import Config, ConfigError, load_config
from metrone.control.db import Database
from metrone.control.engine import FILE_NAME
from metrone.control.errors import ControlError, Invalid

data_dir_option = click.option(
    "--data-dir",
    metavar="DIR",
    help="Folder that holds everything. Default: METRONE_DATA_DIR, else ./data.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def read_config(**given: Any) -> Config:
    """The settings, with the options given on the command line. Raises Refusal."""
    try:
        return load_config(**given)
    except ConfigError as error:
        raise Refusal(str(error)) from error


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what control refuses into an end of the command: 2 for a value that was typed wrong, 1 for the rest."""
    try:
        yield
    except Invalid as error:
        raise Misuse(str(error)) from error
    except ControlError as error:
        raise Refusal(str(error)) from error


@contextmanager
def open_database(config: Config, *, must_exist: bool = True) -> Iterator[Database]:
    """The control database for one command. A mistyped folder is refused, not filled, where it `must_exist`."""
    if must_exist and not config.database_url and not (config.root / FILE_NAME).exists():
        raise Refusal(
            f"There is no Metrone data in {config.root}; name its folder with --data-dir,"
            " or begin with: metrone projects create NAME"
        )
    with sentences(), Database.open(config) as db:
        yield db
