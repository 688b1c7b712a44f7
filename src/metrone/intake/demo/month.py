"""The demo's days: how many people come in which hour, who comes back, what breaks the routine. Seeded: the same seed, end and
time zone give the same events.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from metrone.intake.demo.conversations import call, chat
from metrone.intake.demo.crawls import AGENTS, BOTS, crawl
from metrone.intake.demo.moments import Moment, Person, address_of
from metrone.intake.demo.scenery import ARRIVALS, CLIENTS, DIRECT, HACKER_NEWS, NEWSLETTER, PLACES, Arrival
from metrone.intake.demo.visits import Visit

EVENTS_PER_VISIT = 5.5  # with the calls, chats and crawls beside it; measured
GROWTH = 1.4  # the last day's visits to the first day's
RETURNING = 0.28
REGULARS_MAX = 5_000
CALLS_PER_VISIT = 0.07
CHATS_PER_VISIT = 0.02
AGENTS_PER_VISIT = 0.22
BOTS_PER_VISIT = 0.05
LATEST_VISITS = 9  # that began within the last minutes, so that somebody is there now
LATEST_SEC = 240.0

WEEK = (1.1, 1.16, 1.14, 1.08, 0.96, 0.58, 0.62)  # Monday first
DAY = (
    *(0.22, 0.15, 0.11, 0.1, 0.12, 0.2, 0.42, 0.8, 1.3, 1.7, 1.85, 1.8),
    *(1.5, 1.65, 1.8, 1.75, 1.55, 1.35, 1.2, 1.25, 1.3, 1.1, 0.75, 0.42),
)
PHONE = (*(0.05,) * 7, 0.4, 1.6, 2.6, 2.6, 2.3, 1.5, 2.1, 2.3, 2.2, 1.9, 1.2, 0.6, 0.3, 0.2, *(0.1,) * 3)
NEWSLETTER_WEEKDAY, NEWSLETTER_HOUR = 1, 9
LAUNCH_DAYS_AGO, LAUNCH_HOURS = 9, range(14, 22)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make: about `events` events in the `days` days before `end`, whose time zone is the project's."""

    end: datetime
    days: int
    events: int
    seed: int


class Month:
    """Makes the moments of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = Random(plan.seed)
        self._regulars: list[Person] = []
        self._visits_an_hour = plan.events / EVENTS_PER_VISIT / plan.days / 24

    def hours(self) -> Iterator[list[Moment]]:
        """The moments hour by hour, each list in the order of time, none after the end."""
        plan = self._plan
        held: list[Moment] = []
        until = plan.end.timestamp()
        hours = plan.days * 24
        begin = until - hours * 3600
        for number in range(hours):
            start = begin + number * 3600
            held += self._hour(start, number / hours)
            if number == hours - 1:
                held += self._latest(until)
            held.sort()
            edge = min(start + 3600, until)
            due = [each for each in held if each.at < edge]
            held = held[len(due) :]
            yield due

    def _hour(self, start: float, done: float) -> list[Moment]:
        random, now = self._random, datetime.fromtimestamp(start, self._plan.end.tzinfo)
        mood = self._visits_an_hour * (1 + (GROWTH - 1) * done) * 2 / (1 + GROWTH) * random.gauss(1, 0.07)
        visits = mood * WEEK[now.weekday()] * DAY[now.hour]
        found: list[Moment] = []
        for _ in range(self._count(visits)):
            found += self._visit(start + random.uniform(0, 3600), ARRIVALS.pick(random))
        for arrival, more in self._events_of(now, visits):
            for _ in range(self._count(more)):
                found += self._visit(start + random.uniform(0, 3600), arrival)
        for _ in range(self._count(mood * CALLS_PER_VISIT * PHONE[now.hour] * WEEK[now.weekday()])):
            found.append(call(random, start + random.uniform(0, 3600)))
        for _ in range(self._count(visits * CHATS_PER_VISIT)):
            found.append(chat(random, start + random.uniform(0, 3600)))
        for programs, share in ((AGENTS, AGENTS_PER_VISIT * (0.6 + done)), (BOTS, BOTS_PER_VISIT)):
            for _ in range(self._count(mood * share)):
                found += crawl(random, start + random.uniform(0, 3600), programs)
        return found

    def _events_of(self, now: datetime, visits: float) -> Iterator[tuple[Arrival, float]]:
        """What breaks the routine: the newsletter on its morning, and one day on the front page of a news site."""
        if now.weekday() == NEWSLETTER_WEEKDAY and NEWSLETTER_HOUR <= now.hour < NEWSLETTER_HOUR + 4:
            yield NEWSLETTER, visits * 0.7 / (now.hour - NEWSLETTER_HOUR + 1)
        if (self._plan.end.date() - now.date()).days == LAUNCH_DAYS_AGO and now.hour in LAUNCH_HOURS:
            yield HACKER_NEWS, visits * 3.5

    def _latest(self, until: float) -> list[Moment]:
        found: list[Moment] = []
        for _ in range(LATEST_VISITS):
            found += self._visit(until - self._random.uniform(5, LATEST_SEC), ARRIVALS.pick(self._random))
        return found

    def _visit(self, at: float, arrival: Arrival) -> list[Moment]:
        random = self._random
        person = self._somebody()
        if person.user_id and random.random() < 0.6:
            arrival = DIRECT
        return Visit(random, person, at, arrival).walk()

    def _somebody(self) -> Person:
        random = self._random
        if self._regulars and random.random() < RETURNING:
            return random.choice(self._regulars)
        person = Person(address_of(random), CLIENTS.pick(random)[0], PLACES.pick(random))
        if len(self._regulars) < REGULARS_MAX:
            self._regulars.append(person)
        else:
            self._regulars[random.randrange(REGULARS_MAX)] = person
        return person

    def _count(self, expected: float) -> int:
        return int(max(0.0, expected) + self._random.random())
