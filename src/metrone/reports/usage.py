"""On which days a project's events came: for its page of usage, beside the quota. Not a read: it tells of arrival, not of time."""

from datetime import date, datetime, timedelta
from pathlib import Path

from metrone.reports.binds import Binds
from metrone.reports.buckets import epoch_ms
from metrone.reports.context import Context
from metrone.reports.reads import guarded

_SQL = (Path(__file__).parent / "sql" / "usage.sql").read_text()


def read_days(context: Context, first: datetime) -> list[dict[str, object]]:
    """`{day, events}` of each day of UTC from the first to today, test events among them. Raises MetroneError."""
    counted = guarded(_count, context, first)
    days = range((context.now.date() - first.date()).days + 1)
    return [_day(first.date() + timedelta(days=day), counted) for day in days]


def _count(context: Context, first: datetime) -> dict[str, int]:
    binds = Binds(context.project_no)
    rows = context.store.query(_SQL, {**binds.params, "since": epoch_ms(first)}).dicts()
    return {str(row["day"]): int(str(row["events"])) for row in rows}


def _day(day: date, counted: dict[str, int]) -> dict[str, object]:
    return {"day": day.isoformat(), "events": counted.get(day.isoformat(), 0)}
