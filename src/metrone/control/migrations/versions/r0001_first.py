"""The first shape: projects, API keys, sign-in, daily salts and the revision counter."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the one row of the counter."""
    _create_projects()
    _create_keys()
    for name in ("signin_links", "browser_sessions"):
        _create_tokens(name)
    op.create_table("salts", sa.Column("day", sa.Date, primary_key=True), _blob("salt"))
    counter = op.create_table(
        "revision",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counter, [{"id": 1, "value": 0}])


def _create_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("project_no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("domain", sa.String(253), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("week_start", sa.SmallInteger, nullable=False),
        sa.Column("plan_quota", sa.BigInteger),
        _blob("secret"),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )


def _create_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(40), primary_key=True),
        _project(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("prefix", sa.String(17), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("origins", sa.JSON, nullable=False),
        sa.Column("is_test", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("last_used_at", sa.BigInteger),
    )


def _create_tokens(name: str) -> None:
    op.create_table(
        name,
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        _project(),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )


def _project() -> sa.Column[int]:
    owner = sa.ForeignKey("projects.project_no", ondelete="CASCADE")
    return sa.Column("project_no", sa.Integer, owner, nullable=False, index=True)


def _blob(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)
