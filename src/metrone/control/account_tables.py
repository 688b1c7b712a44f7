"""The tables of accounts: who may sign in, as whom, to which organisation, and what they changed. Beside tables.py."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from metrone.control.tables import Instant, metadata


def _user_column(*, is_key: bool = False) -> Column[str]:
    owner = ForeignKey("users.id", ondelete="CASCADE")
    return Column("user_id", String(40), owner, nullable=False, primary_key=is_key, index=not is_key)


organisations = Table(
    "organisations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("created_at", Instant, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False),
    # totp_sealed: see vault.py. A secret counts from totp_since on; totp_step is the last step that was used.
    Column("totp_sealed", LargeBinary),
    Column("totp_since", Instant),
    Column("totp_step", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("org_id", String(40), ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    _user_column(is_key=True),
    Column("role", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
)

user_sessions = Table(
    "user_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    _user_column(),
    Column("browser", String(60), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# One-time links: set-up, sign-up, reset, invitation. `payload` is what the link brings along.
account_links = Table(
    "account_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("user_id", String(40), ForeignKey("users.id", ondelete="CASCADE"), index=True),
    Column("org_id", String(40), ForeignKey("organisations.id", ondelete="CASCADE"), index=True),
    Column("email", String(254), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    _user_column(),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential_id", LargeBinary, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    _user_column(),
    Column("name", String(120), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
)

# Kept when the user or the project is gone: it says who did it. `actor` is an e-mail address or "command line".
audit_log = Table(
    "audit_log",
    metadata,
    Column("entry_no", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("org_id", String(40)),
    Column("actor_id", String(40)),
    Column("actor", String(254), nullable=False),
    Column("action", String(40), nullable=False),
    Column("target", String(254), nullable=False),
    Index("ix_audit_log_org", "org_id", "entry_no"),
)
