"""The tables of what members write down about a project: saved segments and annotations. Beside tables.py."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Integer, String, Table

from metrone.control.tables import Instant, metadata


def _shared_columns() -> tuple[Column[str], Column[int], Column[str]]:
    """`user_id` is whose own it is; None is everybody's of the project."""
    project = ForeignKey("projects.project_no", ondelete="CASCADE")
    user = ForeignKey("users.id", ondelete="CASCADE")
    return (
        Column("id", String(40), primary_key=True),
        Column("project_no", Integer, project, nullable=False, index=True),
        Column("user_id", String(40), user, index=True),
    )


segments = Table(
    "segments",
    metadata,
    *_shared_columns(),
    Column("name", String(120), nullable=False),
    Column("filters", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
)

# `day` is the one that it stands at, in the project's zone; `at` only where a moment of it is meant.
annotations = Table(
    "annotations",
    metadata,
    *_shared_columns(),
    Column("day", Date, nullable=False),
    Column("at", Instant),
    Column("text", String(200), nullable=False),
    Column("author", String(120), nullable=False),
    Column("created_at", Instant, nullable=False),
)
