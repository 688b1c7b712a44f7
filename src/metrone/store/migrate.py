"""The store's migrations: numbered .sql files, applied once each and in order. No engine here."""

from collections.abc import Iterator
from importlib.resources import files

DATABASE = "metrone"


def pending(done: set[str]) -> Iterator[tuple[str, list[str]]]:
    """The migrations not in `done`, in order: (name, statements)."""
    folder = files("metrone.store") / "migrations"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".sql") and entry.name not in done:
            yield entry.name, split(entry.read_text("utf-8"))


def split(text: str) -> list[str]:
    """The statements of a migration: each ends with a semicolon at the end of a line."""
    return [part.strip() for part in text.split(";\n") if part.strip()]
