"""Signing secrets of webhooks, whether a project keeps what was said, and the examples of its own intents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables and add the two columns; projects that exist keep nothing of what was said."""
    op.add_column("projects", sa.Column("keeps_talk", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("projects", sa.Column("talk_days", sa.SmallInteger, nullable=False, server_default="30"))
    op.create_table(
        "webhook_secrets",
        sa.Column("id", sa.String(40), primary_key=True),
        _project(),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("endpoint", sa.String(64), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "intent_examples",
        sa.Column("example_no", sa.Integer, primary_key=True, autoincrement=True),
        _project(),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def _project() -> sa.Column[int]:
    owner = sa.ForeignKey("projects.project_no", ondelete="CASCADE")
    return sa.Column("project_no", sa.Integer, owner, nullable=False, index=True)
