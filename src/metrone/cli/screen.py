"""What commands print: JSON for programs, tables for people. Text from outside is never read as markup."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

MIN_WIDTH = 12  # of a name, beside long ids
PIPE_WIDTH = 160  # a pipe or a log has no width of its own


def print_json(value: object) -> None:
    """One line of JSON; datetimes as ISO 8601 in UTC."""
    click.echo(json.dumps(value, default=_plain))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on stdout. Where it is narrow cells go on in the next line; only ids stay in one piece."""
    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
        column.no_wrap = column.header == "id"
        column.min_width = MIN_WIDTH if column.header == "name" else None
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(width=width).print(table)


def show_time(moment: datetime | None) -> str:
    """A moment for people, to the minute in UTC; a dash for none."""
    return "–" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    raise TypeError(f"{type(value).__name__} is no JSON")
