"""One visit to the demo's site: the walk from page to page, and what the visitor does on them: reads, clicks, talks, buys."""

from random import Random
from typing import Any

from metrone.intake.demo.conversations import call, chat, question
from metrone.intake.demo.moments import Moment, Person, moment, spread
from metrone.intake.demo.scenery import (
    CURRENCIES,
    ELSEWHERE,
    LEAVE,
    NEXT_PAGE,
    ORIGIN,
    PLANS,
    SCREENS,
    TITLES,
    Arrival,
)

PAGES_MAX = 12
LEAVE_AT_ONCE = 0.17
READ_SEC = 34.0
HELP = 2.6  # how much likelier somebody signs up and buys after talking to an agent
SDK = "sdk-2.0.0"
OUTBOUND = ("https://github.com/fernhill", "https://status.fernhill.example/", "https://www.youtube.com/watch?v=demo")


class Visit:
    """A visit in the making. `walk` fills `moments`."""

    def __init__(self, random: Random, person: Person, at: float, arrival: Arrival) -> None:
        self.moments: list[Moment] = []
        self._random = random
        self._person = person
        self._at = at
        self._arrival = arrival
        self._session_id = f"{random.getrandbits(96):024x}"
        self._zeal = arrival.patience
        self._talked = False

    def walk(self) -> list[Moment]:
        """The events of the whole visit, in the order of time."""
        page = self._arrival.landings.pick(self._random)
        is_short = self._random.random() < LEAVE_AT_ONCE / self._arrival.patience
        for step in range(PAGES_MAX):
            self._view(page, step)
            self._read(page)
            page = LEAVE if is_short else self._go_on(page)
            if page == LEAVE:
                break
        return sorted(self.moments)

    def _view(self, page: str, step: int) -> None:
        query = f"?{self._arrival.query}" if step == 0 and self._arrival.query else ""
        before = self._arrival.referrer if step == 0 else ""
        self._tell("pageview", page, query, referrer=before, properties={"screen": SCREENS[self._person.user_agent]})

    def _read(self, page: str) -> None:
        seconds = min(900.0, spread(self._random, READ_SEC * (2.0 if page.startswith(("/blog/", "/docs/")) else 1.0)))
        self._talk(page, seconds)
        if self._random.random() < 0.03:
            url = self._random.choice(OUTBOUND)
            clicked = {"url": url, "text": url.split("/")[2], "click_type": "outbound"}
            self._tell("click", page, event_name="outbound", properties=clicked)
        if page in {"/features", "/features/voice", "/customers"} and self._random.random() < 0.12:
            self._tell("click", page, event_name="trial_button", properties={"click_type": "tracked", "place": "hero"})
        self._at += seconds
        if seconds > 4 and self._random.random() < 0.8:
            depth = min(100, 15 + int(seconds * 1.4 * self._random.random()))
            looked = {"engaged_ms": int(seconds * 850), "scroll_depth": depth, "interactive": False}
            self._tell("engagement", page, properties=looked)

    def _talk(self, page: str, seconds: float) -> None:
        """On the way somebody may call, chat, or ask the documentation's assistant."""
        random, person, at = self._random, self._person, self._at + min(seconds, 20.0)
        if page in {"/contact", "/pricing"} and random.random() < (0.2 if page == "/contact" else 0.035):
            clicked = {"url": "tel:+15550100", "text": "Call us", "click_type": "phone"}
            self._tell("click", page, event_name="phone", properties=clicked)
            said = call(random, at + 8, self._session_id)
        elif page in {"/pricing", "/features/voice", "/signup"} and random.random() < 0.05:
            said = chat(random, at, self._session_id)
        elif page.startswith("/docs") and random.random() < 0.09:
            said = question(random, at, self._session_id, person)
        else:
            return
        self.moments.append(said)
        self._at += 20 + (said.event.ai_duration_sec or 60.0)
        if not self._talked and said.event.ai_outcome == "completed":
            self._talked = True
            self._zeal *= HELP

    def _go_on(self, page: str) -> str:
        random = self._random
        if page == "/signup" and random.random() < min(0.85, 0.36 * self._zeal):
            return self._sign_up()
        if page == "/checkout" and random.random() < min(0.9, 0.4 * self._zeal):
            return self._buy()
        if self._talked and page in {"/pricing", "/contact", "/features/voice"} and random.random() < 0.4:
            return "/signup"
        following = NEXT_PAGE[page].pick(random)
        if following == LEAVE and self._zeal > 1 and random.random() < 1 - 1 / self._zeal:
            following = NEXT_PAGE[page].pick(random)
        return following

    def _sign_up(self) -> str:
        plan, _ = PLANS.pick(self._random)
        self._tell("signup", "/signup", properties={"plan": plan, "trial_days": 14})
        self._person.user_id = f"user-{self._random.getrandbits(40):010x}"
        return "/welcome"

    def _buy(self) -> str:
        plan, price = PLANS.pick(self._random)
        seats = self._random.choices((1, 2, 3, 5, 8), weights=(8, 4, 3, 2, 1))[0] if plan != "starter" else 1
        country = self._person.place.country_code if self._person.place else ""
        sold = {
            "conversion_type": "purchase",
            "value": price * seats,
            "currency": CURRENCIES.get(country, ELSEWHERE),
            "plan": plan,
            "seats": seats,
        }
        self._tell("conversion", "/checkout", event_name="purchase", properties=sold)
        return "/thanks"

    def _tell(self, event_type: str, page: str, query: str = "", **fields: Any) -> None:
        self._at += self._random.uniform(0.2, 2.0)
        described = {
            "page_url": f"{ORIGIN}{page}{query}",
            "page_title": TITLES[page],
            "session_id": self._session_id,
            "user_id": self._person.user_id,
            "sdk_version": SDK,
        }
        self.moments.append(moment(self._at, self._person, event_type, **described, **fields))
