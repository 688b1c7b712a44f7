"""Goals: what an event of a project must have to be a conversion."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    owner = sa.ForeignKey("projects.project_no", ondelete="CASCADE")
    op.create_table(
        "goals",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("project_no", sa.Integer, owner, nullable=False, index=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("criteria", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
