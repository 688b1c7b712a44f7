"""What members write down about a project: saved segments and annotations."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "segments",
        *_shared(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("filters", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "annotations",
        *_shared(),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", sa.BigInteger),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("author", sa.String(120), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )


def _shared() -> tuple[sa.Column[str], sa.Column[int], sa.Column[str]]:
    project = sa.ForeignKey("projects.project_no", ondelete="CASCADE")
    user = sa.ForeignKey("users.id", ondelete="CASCADE")
    return (
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("project_no", sa.Integer, project, nullable=False, index=True),
        sa.Column("user_id", sa.String(40), user, index=True),
    )
