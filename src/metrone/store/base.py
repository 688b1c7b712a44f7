"""What a column store is to the rest of the house: a few methods and the errors they may raise. No engine here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

Param = str | int | float | list[str] | list[int]


class StoreUnavailable(Exception):
    """The store is away, full or out of memory; what was asked may work later."""


class StoreRejected(Exception):
    """The store read the rows and will never take them as they are."""


class QueryFailed(Exception):
    """A query could not be answered: a time or memory limit, or SQL that the engine refuses."""


class Rows(msgspec.Struct, frozen=True):
    """An answer: `columns` names, `data` one list a row in that order. Times are ISO text, decimals are numbers."""

    columns: list[str]
    data: list[list[object]]

    def dicts(self) -> list[dict[str, object]]:
        """The rows as dictionaries by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.data]


class Store(Protocol):
    """The column store. Methods block and may be called from several threads at once."""

    def migrate(self) -> None:
        """Bring the tables up to date. Idempotent. Raises StoreUnavailable."""

    def load(self, rows: bytes, token: str) -> None:
        """Insert newline-separated rows as events.event.encode_row makes them, all or nothing.

        A token names its rows: the same token again adds nothing, on the tables and on the roll-ups.
        Raises StoreUnavailable (try again) or StoreRejected (never will).
        """

    def load_beside(self, table: str, rows: bytes, token: str) -> None:
        """As `load`, into another table: rows as events.beside.encode_beside makes them."""

    def erase(self, project_no: int, before: datetime | None = None) -> None:
        """Take a project's rows out of every table, all or those of before a full hour of UTC, as reads tell their time.

        Nothing may be loaded meanwhile. Repeated it changes nothing. Raises StoreUnavailable.
        """

    def query(self, sql: str, params: Mapping[str, Param]) -> Rows:
        """Answer one select; `{name:Type}` in the SQL is bound from `params`. Raises QueryFailed, StoreUnavailable."""

    def close(self) -> None:
        """Let go of the engine. Nothing else may be called afterwards."""
