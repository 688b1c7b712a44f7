"""The tables of the demo: the shop's pages and how people walk over them, where they come from and with what. No logic here."""

from dataclasses import dataclass

from metrone.intake.demo.moments import Weighted
from metrone.intake.geo import Place

ORIGIN = "https://fernhill.example"
LEAVE = ""

TITLES = {
    "/": "Fernhill: bookings that run themselves",
    "/features": "Features",
    "/features/voice": "The voice agent that answers your phone",
    "/features/calendar": "One calendar for the whole team",
    "/pricing": "Pricing",
    "/customers": "Customers",
    "/contact": "Contact",
    "/signup": "Start your trial",
    "/welcome": "Welcome to Fernhill",
    "/checkout": "Choose your plan",
    "/thanks": "Thank you",
    "/login": "Sign in",
    "/account": "Your account",
    "/blog": "Blog",
    "/blog/no-shows": "How we cut no-shows by a third",
    "/blog/phone-agents": "What callers ask a voice agent",
    "/blog/spring-release": "The spring release",
    "/blog/pricing-lessons": "Five lessons about pricing",
    "/docs": "Documentation",
    "/docs/start": "Get started",
    "/docs/api": "API reference",
    "/docs/calendar-sync": "Calendar sync",
    "/docs/webhooks": "Webhooks",
}

# From a page to the next. What is missing to 1 is the chance to leave; signup and checkout have rules of their own.
WALKS: dict[str, dict[str, float]] = {
    "/": {"/features": 0.2, "/pricing": 0.2, "/customers": 0.06, "/blog": 0.05, "/docs": 0.05, "/login": 0.06},
    "/features": {"/features/voice": 0.22, "/features/calendar": 0.15, "/pricing": 0.26, "/": 0.05},
    "/features/voice": {"/pricing": 0.28, "/features/calendar": 0.15, "/contact": 0.1, "/docs/start": 0.06},
    "/features/calendar": {"/pricing": 0.26, "/features/voice": 0.16, "/docs/calendar-sync": 0.08},
    "/pricing": {"/signup": 0.15, "/features": 0.18, "/contact": 0.12, "/customers": 0.1, "/": 0.08},
    "/customers": {"/pricing": 0.24, "/features": 0.18, "/contact": 0.06},
    "/contact": {"/pricing": 0.16, "/": 0.1},
    "/blog": {"/blog/no-shows": 0.22, "/blog/phone-agents": 0.22, "/blog/spring-release": 0.14, "/": 0.08},
    "/blog/no-shows": {"/": 0.14, "/pricing": 0.07, "/blog": 0.1, "/blog/phone-agents": 0.08},
    "/blog/phone-agents": {"/features/voice": 0.16, "/": 0.08, "/blog": 0.09},
    "/blog/spring-release": {"/features": 0.18, "/signup": 0.04, "/blog": 0.09},
    "/blog/pricing-lessons": {"/pricing": 0.16, "/blog": 0.12},
    "/docs": {"/docs/start": 0.3, "/docs/api": 0.2, "/docs/calendar-sync": 0.12},
    "/docs/start": {"/docs/api": 0.2, "/docs/calendar-sync": 0.18, "/docs/webhooks": 0.1, "/signup": 0.05},
    "/docs/api": {"/docs/webhooks": 0.3, "/docs/start": 0.12, "/docs": 0.12},
    "/docs/calendar-sync": {"/docs": 0.16, "/docs/api": 0.1},
    "/docs/webhooks": {"/docs/api": 0.28, "/docs": 0.12},
    "/signup": {"/pricing": 0.12, "/features": 0.06},
    "/welcome": {"/docs/start": 0.35, "/checkout": 0.42, "/account": 0.15},
    "/checkout": {"/pricing": 0.14},
    "/thanks": {"/docs/start": 0.35, "/account": 0.3},
    "/login": {"/account": 0.75},
    "/account": {"/docs": 0.16, "/docs/webhooks": 0.1, "/checkout": 0.05},
}
NEXT_PAGE = {page: Weighted({**walks, LEAVE: 1 - sum(walks.values())}) for page, walks in WALKS.items()}

# Price a month in the visitor's currency.
PLANS = Weighted({("starter", 19): 5, ("team", 79): 3.5, ("business", 249): 1})
CURRENCIES = {
    "US": "USD", "CA": "USD", "IN": "USD", "BR": "USD", "AU": "USD", "JP": "USD", "GB": "GBP",
}  # fmt: skip
ELSEWHERE = "EUR"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody comes: the page they land on, what its address carries, and the page they were on before."""

    landings: Weighted[str]
    referrer: str = ""
    query: str = ""
    patience: float = 1.0  # how much more than others they read on


_HOME = Weighted({"/": 8, "/pricing": 1.2, "/login": 1.2, "/docs": 0.8})
_SEARCHED = Weighted({"/": 4, "/features/voice": 1.6, "/pricing": 1.2, "/blog/no-shows": 1.8, "/blog/phone-agents": 1.6,
    "/docs/calendar-sync": 0.9, "/docs/api": 0.8, "/blog/pricing-lessons": 0.8})  # fmt: skip
_SHARED = Weighted({"/blog/phone-agents": 3, "/blog/no-shows": 2, "/": 2.2, "/blog/spring-release": 1.4})
_ASKED = Weighted({"/features/voice": 2.4, "/pricing": 2, "/docs/api": 1.5, "/": 1.5, "/docs/start": 1})
_OFFER = Weighted({"/pricing": 2, "/features/voice": 3, "/": 1})

DIRECT = Arrival(_HOME, patience=1.1)
NEWSLETTER = Arrival(Weighted({"/blog/spring-release": 3, "/pricing": 1.3}), "", "utm_source=newsletter&utm_medium=email"
    "&utm_campaign=spring-release&utm_content=header&utm_term=customers", 1.25)  # fmt: skip
HACKER_NEWS = Arrival(Weighted({"/blog/phone-agents": 1}), "https://news.ycombinator.com/", patience=0.55)
ARRIVALS: Weighted[Arrival] = Weighted({
    DIRECT: 27,
    Arrival(_SEARCHED, "https://www.google.com/"): 25,
    Arrival(_SEARCHED, "https://www.bing.com/"): 3.2,
    Arrival(_SEARCHED, "https://duckduckgo.com/"): 2.4,
    Arrival(_SHARED, "https://www.linkedin.com/", patience=0.8): 3.6,
    Arrival(_SHARED, "https://t.co/9hXkq2", patience=0.6): 2.6,
    Arrival(_SHARED, "https://www.reddit.com/r/smallbusiness/", patience=0.8): 2,
    Arrival(_SHARED, "https://www.youtube.com/", patience=0.8): 1.2,
    Arrival(_ASKED, "https://www.g2.com/products/fernhill/reviews", patience=1.3): 2,
    Arrival(_SEARCHED, "https://github.com/"): 1.4,
    Arrival(_SHARED, "https://salonweekly.example/tools"): 1.6,
    Arrival(_ASKED, "https://chatgpt.com/", "utm_source=chatgpt.com", 1.4): 5.2,
    Arrival(_ASKED, "https://www.perplexity.ai/", patience=1.35): 2.1,
    Arrival(_ASKED, "https://claude.ai/", patience=1.45): 1.5,
    Arrival(_ASKED, "https://gemini.google.com/", patience=1.2): 1,
    Arrival(_ASKED, "https://copilot.microsoft.com/", patience=1.2): 0.7,
    Arrival(_OFFER, "https://www.google.com/", "utm_source=google&utm_medium=cpc&utm_campaign=voice-agent-search"
        "&utm_term=ai%20receptionist&utm_content=headline-b&gclid=demo", 0.95): 6,
    Arrival(_OFFER, "https://www.linkedin.com/", "utm_source=linkedin&utm_medium=paid-social"
        "&utm_campaign=clinic-owners&utm_content=carousel-1", 0.75): 3,
    Arrival(_OFFER, "https://salonweekly.example/partners", "utm_source=salonweekly&utm_medium=affiliate"
        "&utm_campaign=autumn-partners", 1.1): 1.3,
    NEWSLETTER: 1.6,
})  # fmt: skip


PLACES = Weighted({
    Place("US", "United States", "California", "San Francisco"): 9,
    Place("US", "United States", "New York", "New York"): 10,
    Place("US", "United States", "Texas", "Austin"): 7,
    Place("US", "United States", "Illinois", "Chicago"): 5,
    Place("GB", "United Kingdom", "England", "London"): 11,
    Place("GB", "United Kingdom", "Scotland", "Edinburgh"): 2,
    Place("DE", "Germany", "Berlin", "Berlin"): 7,
    Place("DE", "Germany", "Bavaria", "Munich"): 5,
    Place("FR", "France", "Île-de-France", "Paris"): 6,
    Place("NL", "Netherlands", "North Holland", "Amsterdam"): 4,
    Place("ES", "Spain", "Madrid", "Madrid"): 4,
    Place("IT", "Italy", "Lombardy", "Milan"): 3,
    Place("SE", "Sweden", "Stockholm", "Stockholm"): 2,
    Place("PL", "Poland", "Mazovia", "Warsaw"): 2.5,
    Place("CA", "Canada", "Ontario", "Toronto"): 5,
    Place("AU", "Australia", "New South Wales", "Sydney"): 4,
    Place("IN", "India", "Karnataka", "Bengaluru"): 6,
    Place("BR", "Brazil", "São Paulo", "São Paulo"): 4,
    Place("JP", "Japan", "Tokyo", "Tokyo"): 2.5,
})  # fmt: skip

_WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
)
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
_IOS = "Mozilla/5.0 ({}; CPU {} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{} Mobile/15E148 Safari/604.1"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "

# User-Agent and the size of the window.
CLIENTS = Weighted({
    (_WINDOWS.format(142), "1920x1080"): 14,
    (_WINDOWS.format(141), "1536x864"): 8,
    (_WINDOWS.format(142) + " Edg/142.0.0.0", "1920x1080"): 7,
    (_MAC + "537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "1440x900"): 10,
    (_MAC + "605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "1512x982"): 8,
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "1920x1080"): 4,
    ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "2560x1440"): 2,
    (_IOS.format("iPhone", "iPhone OS 18_5", "18.5"), "390x844"): 22,
    (_IOS.format("iPad", "OS 18_5", "18.5"), "820x1180"): 3,
    (_ANDROID + "Chrome/142.0.0.0 Mobile Safari/537.36", "412x915"): 18,
    (_ANDROID + "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "384x854"): 4,
})  # fmt: skip
SCREENS = dict(CLIENTS.things())
