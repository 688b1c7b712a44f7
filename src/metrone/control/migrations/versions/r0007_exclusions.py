"""What a project leaves uncounted, and its own name for this server."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and add the column; projects that exist leave nothing out."""
    op.add_column("projects", sa.Column("cname", sa.String(253), nullable=False, server_default=""))
    owner = sa.ForeignKey("projects.project_no", ondelete="CASCADE")
    op.create_table(
        "exclusions",
        sa.Column("exclusion_no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("project_no", sa.Integer, owner, nullable=False, index=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.UniqueConstraint("project_no", "kind", "value"),
    )
