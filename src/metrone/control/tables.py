"""The tables of the control database, as they are at the newest migration (a test compares the two)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, microseconds since 1970 in UTC in the database.

    SQLite has no type for times and PostgreSQL's depends on the session's zone; a number means the same in both.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Microseconds; a naive datetime is a mistake of ours and raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """An aware datetime in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData()

projects = Table(
    "projects",
    metadata,
    # Never given twice, also after a project is deleted: the events store finds a project's rows by it.
    Column("project_no", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("domain", String(253), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("week_start", SmallInteger, nullable=False),
    Column("plan_quota", BigInteger),
    Column("secret", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("keeps_talk", Boolean, nullable=False, server_default=false()),
    Column("talk_days", SmallInteger, nullable=False, server_default="30"),
    # None until the owner account is made; from then on every project belongs to an organisation.
    Column("org_id", String(40), ForeignKey("organisations.id")),
    Column("cname", String(253), nullable=False, server_default=""),
    Column("retention_days", Integer, nullable=False, server_default="0"),
    Column("era", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)


def _project_column() -> Column[int]:
    return Column(
        "project_no", Integer, ForeignKey("projects.project_no", ondelete="CASCADE"), nullable=False, index=True
    )


api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(40), primary_key=True),
    _project_column(),
    Column("name", String(120), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("prefix", String(17), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
)

signin_links = Table(
    "signin_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _project_column(),
    Column("expires_at", Instant, nullable=False),
)

browser_sessions = Table(
    "browser_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _project_column(),
    Column("expires_at", Instant, nullable=False),
)

# endpoint '' is every endpoint of the platform that has no secret of its own. ciphertext: see vault.py.
webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("id", String(40), primary_key=True),
    _project_column(),
    Column("platform", String(32), nullable=False),
    Column("endpoint", String(64), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)

intent_examples = Table(
    "intent_examples",
    metadata,
    Column("example_no", Integer, primary_key=True, autoincrement=True),
    _project_column(),
    Column("intent", String(64), nullable=False),
    Column("text", Text, nullable=False),
)

# kind and value: see exclusions.py, which has read them as they will be matched.
exclusions = Table(
    "exclusions",
    metadata,
    Column("exclusion_no", Integer, primary_key=True, autoincrement=True),
    _project_column(),
    Column("kind", String(10), nullable=False),
    Column("value", String(255), nullable=False),
    UniqueConstraint("project_no", "kind", "value"),
)

# criteria: metrone.events.goal.Criteria.
goals = Table(
    "goals",
    metadata,
    Column("id", String(40), primary_key=True),
    _project_column(),
    Column("name", String(120), nullable=False),
    Column("criteria", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
)

# `token` stands in the address and stays readable, so that the link can be copied again (shares.py says why). `filters` is the
# locked segment as the reads take it. Revoking deletes the row.
shares = Table(
    "shares",
    metadata,
    Column("id", String(40), primary_key=True),
    _project_column(),
    Column("name", String(120), nullable=False),
    Column("token", String(64), nullable=False, unique=True),
    Column("is_public", Boolean, nullable=False),
    Column("password_hash", String(200)),
    Column("expires_at", Instant),
    Column("filters", JSON, nullable=False),
    Column("can_embed", Boolean, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
)

# Kept when its project is gone: its rows in the events store go later than the project itself. See erasures.py.
erasures = Table(
    "erasures",
    metadata,
    Column("erasure_no", Integer, primary_key=True, autoincrement=True),
    Column("project_no", Integer, nullable=False, index=True),
    Column("before", Instant, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("done_at", Instant),
)

salts = Table(
    "salts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
)

# One row. Raised by every write, so that a running server sees that something changed (db.py).
revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
)

# Alembic's own table, listed so that reads of it need no text SQL.
alembic_version = Table("alembic_version", MetaData(), Column("version_num", Text))
