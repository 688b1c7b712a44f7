"""What can be asked of the tables: metrics of one scope, whole or by dimension or by interval. No SQL here."""

from dataclasses import dataclass

from metrone.reports.buckets import Interval
from metrone.reports.dimensions import find_dimension
from metrone.reports.metrics import METRICS
from metrone.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Part:
    """One way to group the rows: by dimensions, by interval, or (neither) not at all."""

    dimensions: tuple[str, ...] = ()
    interval: Interval | None = None

    def keeps_missing(self) -> bool:
        """Whether rows without any value in the dimensions are shown."""
        return not self.dimensions or any(find_dimension(name, "''").keeps_missing for name in self.dimensions)


@dataclass(frozen=True, slots=True)
class Order:
    """By a metric's name or by `value`."""

    by: str
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    """Which rows of each part are wanted."""

    order: Order
    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """`metrics` of `scope` by each of `parts` at once; without a cut, every row in the order of its key."""

    scope: Scope
    metrics: tuple[str, ...]
    parts: tuple[Part, ...]
    cut: Cut | None = None
    extra: tuple[str, ...] = ()  # measures that are asked for as they are

    def shown(self) -> tuple[str, ...]:
        """The metrics that have to be computed: those asked for and the one to order by."""
        by = self.cut.order.by if self.cut else "value"
        return self.metrics if by == "value" or by in self.metrics else (*self.metrics, by)

    def measures(self) -> tuple[str, ...]:
        """The measures that the metrics are made of, each once."""
        needed = [measure for name in self.shown() for measure in METRICS[name].measures]
        return tuple(dict.fromkeys([*needed, *self.extra]))
