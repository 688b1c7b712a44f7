"""One thing that `metrone doctor` looked at, and what it found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at, `text` says how it is, `mend` what to do. Only `wrong` fails the command."""

    what: str
    state: State
    text: str
    mend: str = ""


def ok(what: str, text: str) -> Finding:
    """All is well."""
    return Finding(what, "ok", text)


def note(what: str, text: str, mend: str) -> Finding:
    """Works, but somebody should know."""
    return Finding(what, "note", text, mend)


def wrong(what: str, text: str, mend: str) -> Finding:
    """Must be mended."""
    return Finding(what, "wrong", text, mend)
