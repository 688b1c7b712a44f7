"""After a restart: the sessions that were open, read back from the store, so that none is split or loses its source."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from metrone.control.projects import Project
from metrone.intake.sessions import Origins, Sessions, Visit, scope_of
from metrone.store.base import Store

BACK = timedelta(hours=24)
HOUR_SEC = 3600
RECALLED_MAX = 100_000

# Which sessions had an event lately? Newest last, so that those are kept the longest.
_SQL = """
select project_no, is_test, session_key, any(visitor_key), toUnixTimestamp(started_hour),
    toUnixTimestamp64Milli(min(started_at)) / 1000, toUnixTimestamp64Milli(max(ended_at)) / 1000,
    any(referrer_domain), any(traffic_source), any(traffic_channel), any(utm_source), any(utm_medium), any(utm_campaign),
    any(utm_term), any(utm_content), any(country_code), any(region), any(city), any(browser), any(os), any(device_type),
    any(screen)
from hourly
where started_hour >= {since:DateTime('UTC')}
group by project_no, is_test, visitor_type, started_hour, session_key
having max(ended_at) >= {since:DateTime64(3, 'UTC')}
order by max(ended_at) desc limit {most:UInt32}
"""


def recall_sessions(sessions: Sessions, store: Store, projects: Mapping[int, Project], now: float) -> int:
    """Open what the store knows of the last day of these projects, by their numbers; how many sessions it knows.

    Raises QueryFailed or StoreUnavailable.
    """
    since = (datetime.fromtimestamp(now, UTC) - BACK).strftime("%Y-%m-%d %H:%M:%S")
    found = store.query(_SQL, {"since": since, "most": RECALLED_MAX})
    for row in reversed(found.data):
        project_no, is_test, session_key, visitor_key, hour, first_at, last_at, *origins = row
        project = projects.get(_whole(project_no))
        if project is None:  # deleted
            continue
        visit = Visit(
            scope=scope_of(project, bool(is_test)),
            session_key=_whole(session_key),
            visitor_key=_whole(visitor_key),
            started_at=_started(_seconds(first_at), _whole(hour)),
            first_at=_seconds(first_at),
            last_at=_seconds(last_at),
            origins=Origins(*map(str, origins)),
        )
        sessions.open(visit)
    return len(found.data)


def _started(first_at: float, hour: int) -> float:
    """A session stays in the hour that it was opened in, also when a late event lies before that."""
    return first_at if hour <= first_at < hour + HOUR_SEC else float(hour)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _seconds(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)
