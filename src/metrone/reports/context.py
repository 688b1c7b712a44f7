"""What every read is given: the store, the project and its time zone, its goals, the clock, and names of countries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from metrone.events.goal import Goal
from metrone.store.base import Store


@dataclass(frozen=True, slots=True)
class Context:
    """One project at one moment. `now` has a time zone; `country_name` gives the English name of an ISO code, or ''."""

    store: Store
    project_no: int
    timezone: str
    now: datetime
    country_name: Callable[[str], str]
    goals: tuple[Goal, ...] = ()
    week_start: int = 1  # ISO weekday
