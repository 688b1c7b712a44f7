"""Which rows go when a project is erased, or what is older than it keeps: one row for every table that holds projects' rows.

A test compares ERASED with the tables that there are. No engine here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class ErasedTable:
    """What tells that a row is of before a moment, with {before} for it and {project} for the condition of the project."""

    older: str

    def rows(self, project_no: int, before: datetime | None) -> str:
        """The condition of the rows to go: all of the project, or those of before a full hour."""
        project = f"project_no = {project_no:d}"
        if before is None:
            return project
        moment = f"toDateTime64('{before.astimezone(UTC):%Y-%m-%d %H:%M:%S}', 3, 'UTC')"
        return f"{project} and {self.older.format(before=moment, project=project)}"


# In this order: talks go with the interactions that are gone.
ERASED: dict[str, ErasedTable] = {
    "events": ErasedTable("timestamp < {before}"),
    # A row is an hour's, so none holds something from both sides.
    "hourly": ErasedTable("hour < {before}"),
    # Only once the rows of each interaction are merged into one: what began before may have been told of since.
    "interactions": ErasedTable("coalesce(began_at, first_at) < {before}"),
    "deliveries": ErasedTable("delivered_at < {before}"),
    "talks": ErasedTable(
        "(is_test, interaction_key) not in (select is_test, interaction_key from interactions where {project})"
    ),
}
