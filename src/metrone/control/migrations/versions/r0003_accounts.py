"""Accounts: users, organisations and members, their sessions, links, second factors, passkeys, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; projects get the organisation that they belong to."""
    op.create_table("organisations", _id(is_key=True), _text("name", 120), _moment("created_at"))
    _create_users()
    _create_members()
    _create_tokens()
    _create_factors()
    _create_audit_log()
    # Both databases take this form; Alembic's own would copy the whole table on SQLite.
    op.execute("alter table projects add column org_id varchar(40) references organisations (id)")


def _create_users() -> None:
    op.create_table(
        "users",
        _id(is_key=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        _text("name", 120),
        _text("password_hash", 200),
        sa.Column("totp_sealed", sa.LargeBinary),
        sa.Column("totp_since", sa.BigInteger),
        sa.Column("totp_step", sa.BigInteger, nullable=False),
        _moment("created_at"),
    )


def _create_members() -> None:
    op.create_table(
        "members",
        sa.Column("org_id", sa.String(40), _owner("organisations"), primary_key=True),
        sa.Column("user_id", sa.String(40), _owner("users"), primary_key=True),
        _text("role", 10),
        _moment("created_at"),
    )


def _create_tokens() -> None:
    op.create_table(
        "user_sessions",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        _id(),
        _user(),
        _text("browser", 60),
        _moment("created_at"),
        _moment("seen_at"),
        _moment("expires_at"),
    )
    op.create_table(
        "account_links",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        _id(),
        _text("kind", 10),
        sa.Column("user_id", sa.String(40), _owner("users"), index=True),
        sa.Column("org_id", sa.String(40), _owner("organisations"), index=True),
        _text("email", 254),
        sa.Column("payload", sa.JSON, nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
    )


def _create_factors() -> None:
    op.create_table("recovery_codes", sa.Column("code_hash", sa.LargeBinary, primary_key=True), _user())
    op.create_table(
        "passkeys",
        sa.Column("credential_id", sa.LargeBinary, primary_key=True),
        _id(),
        _user(),
        _text("name", 120),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        _moment("created_at"),
        sa.Column("used_at", sa.BigInteger),
    )


def _create_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("entry_no", sa.Integer, primary_key=True, autoincrement=True),
        _moment("at"),
        sa.Column("org_id", sa.String(40)),
        sa.Column("actor_id", sa.String(40)),
        _text("actor", 254),
        _text("action", 40),
        _text("target", 254),
        sa.Index("ix_audit_log_org", "org_id", "entry_no"),
    )


def _id(*, is_key: bool = False) -> sa.Column[str]:
    return sa.Column("id", sa.String(40), nullable=False, primary_key=is_key, unique=None if is_key else True)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _moment(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _owner(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")


def _user() -> sa.Column[str]:
    return sa.Column("user_id", sa.String(40), _owner("users"), nullable=False, index=True)
