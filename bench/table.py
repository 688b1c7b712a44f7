"""The rows of the bench's table: what was measured, the bar and the aim, and whether they were met."""

from dataclasses import dataclass

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Bar:
    """What a value must reach at least, and what is aimed for; `is_floor` when more is better."""

    least: float
    aim: float
    is_floor: bool = False

    def meets(self, value: float, bar: float) -> bool:
        """Whether the value is on the right side."""
        return value >= bar if self.is_floor else value <= bar


class Row(msgspec.Struct):
    """One measured value. `verdict` is pass (also of the aim), bar (of the bar alone), fail, or '' without a bar."""

    name: str
    value: float
    unit: str
    least: float | None = None
    aim: float | None = None
    verdict: str = ""
    about: str = ""


def row(name: str, value: float, unit: str, bar: Bar | None = None, about: str = "") -> Row:
    """A row, judged."""
    value = round(value, 3 if value < 10 else 1)
    if bar is None:
        return Row(name, value, unit, about=about)
    verdict = "pass" if bar.meets(value, bar.aim) else "bar" if bar.meets(value, bar.least) else "fail"
    return Row(name, value, unit, bar.least, bar.aim, verdict, about)


def show(rows: list[Row]) -> None:
    """Print the table."""
    table = Table("what", "measured", "at least", "aim", "", "about", box=SIMPLE_HEAD, pad_edge=False)
    styles = {"pass": "green", "bar": "yellow", "fail": "bold red", "": ""}
    for each in rows:
        bars = ["" if bar is None else f"{bar:,g}" for bar in (each.least, each.aim)]
        verdict = each.verdict
        table.add_row(each.name, f"{each.value:,g} {each.unit}", *bars, verdict, each.about, style=styles[verdict])
    Console(width=170).print(table)
