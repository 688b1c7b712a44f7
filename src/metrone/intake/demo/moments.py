"""What the demo is made of: a moment (one event by somebody at a time), the people, and choices by weight. No content here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any, Generic, TypeVar

from metrone.events.incoming import IncomingEvent
from metrone.intake.geo import Place

T = TypeVar("T")


class Weighted(Generic[T]):
    """Things to choose from, each as often as its weight says."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._things = list(weights)
        self._sums = list(accumulate(weights.values()))

    def things(self) -> list[T]:
        """All of them."""
        return self._things

    def pick(self, random: Random) -> T:
        """One of the things."""
        return random.choices(self._things, cum_weights=self._sums)[0]


@dataclass(slots=True)
class Person:
    """Somebody at an address; `user_id` once they have signed up."""

    address: str
    user_agent: str
    place: Place | None
    user_id: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """One event, at epoch seconds, sent by a person's browser or by a server."""

    at: float
    person: Person = field(compare=False)
    event: IncomingEvent = field(compare=False)


def address_of(random: Random) -> str:
    """An address that nobody has: of the network for documentation (RFC 3849)."""
    return f"2001:db8:{random.getrandbits(16):x}:{random.getrandbits(16):x}::{random.getrandbits(16):x}"


def moment(at: float, person: Person, event_type: str, **fields: Any) -> Moment:
    """A moment with the fields of its event."""
    return Moment(at, person, IncomingEvent(event_type=event_type, **fields))


def spread(random: Random, median: float, sigma: float = 0.8) -> float:
    """A duration as people have them: mostly around the median, some very long."""
    return median * random.lognormvariate(0.0, sigma)
