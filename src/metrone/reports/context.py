"""What every read is given: the store, the project, its time zone and goals, the clock, names of countries, and who looks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from metrone.errors import MetroneError
from metrone.events.goal import Goal
from metrone.reports.dimensions import PROPERTY, PROPERTY_KEY
from metrone.reports.filters import Filter
from metrone.store.base import Store


@dataclass(frozen=True, slots=True)
class Lens:
    """Through what somebody looks at a project. `locked` filters hold in every read, beside those that are asked for.

    Who sees no `has_rows` gets numbers alone: no event, no call, no delivery, and no property, which may hold anything.
    """

    locked: tuple[Filter, ...] = ()
    has_rows: bool = True

    def check(self, dimension: str) -> None:
        """Raise FORBIDDEN for a dimension that is not to be seen."""
        if not self.has_rows and (dimension == PROPERTY_KEY or dimension.startswith(PROPERTY)):
            raise MetroneError(
                "FORBIDDEN", "A shared link tells no properties of events. Leave out property and props: dimensions."
            )


WHOLE = Lens()


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
    lens: Lens = WHOLE
