"""What of a project is to be erased, for how long it keeps events, and which of its lives it is in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of erasures; projects keep what they have for ever, and are in their first life."""
    op.create_table(
        "erasures",
        sa.Column("erasure_no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("project_no", sa.Integer, nullable=False, index=True),
        sa.Column("before", sa.BigInteger, nullable=False),
        sa.Column("requested_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
    )
    # Both databases take this form; Alembic's own would copy the whole table on SQLite.
    op.execute("alter table projects add column retention_days integer not null default 0")
    op.execute("alter table projects add column era integer not null default 0")
