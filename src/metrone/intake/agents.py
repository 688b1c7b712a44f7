"""Who a visitor is by its User-Agent and address: a person, an AI agent or another bot. Pure; the lists are data
(agents.tsv, crawlers.tsv, ranges.tsv, provenance in data/SOURCES.md).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

from metrone.intake.geo import LONGEST_ADDRESS, is_local, parse_address

DATA = Path(__file__).parent / "data"
LONGEST_USER_AGENT = 1_000  # characters; a crawler names itself in the first 300
CACHED_USER_AGENTS = 10_000
CACHED_ADDRESSES = 20_000

# What programs call themselves that fetch for somebody; at the start of the User-Agent, in lower case.
PROGRAMS = (
    "curl/", "wget/", "python-requests", "python-urllib", "python/", "python-httpx", "httpx", "aiohttp",
    "go-http-client", "node", "undici", "axios", "got ", "got/", "deno/", "bun/", "okhttp", "java/",
    "java-http-client", "apache-httpclient", "jakarta", "reactornetty", "ktor", "libwww", "lwp", "perl", "ruby",
    "faraday", "rest-client", "typhoeus", "http.rb", "php", "guzzlehttp", "symfony", "wordpress/", "zend", "dart/",
    "dart:io", "rust", "reqwest", "hyper/", "ureq", "restsharp", "dotnet", ".net", "postmanruntime", "insomnia",
    "httpie", "winhttp", "microsoft-", "powershell", "superagent", "unirest", "scala", "akka-http", "elixir", "mint/",
    "erlang", "hackney", "swift-", "alamofire", "urlgrabber", "metrone-",
)  # fmt: skip

# Browsers under remote control that the list of crawlers does not hold.
AUTOMATION = ("headless", "webdriver", "cypress", "slimerjs", "jsdom", "nightmare", "testcafe", "zombie")
# No list is complete: a User-Agent that calls itself a bot is one. Cubot is a maker of phones.
SAYS_BOT = re.compile(r"(?<!cu)bots?(?![a-z])|crawl|spider|scraper|slurp")
WORD = re.compile(r"[a-z0-9]+")
KEY = 3  # characters under which a listed text is filed; no listed text is shorter


@dataclass(frozen=True, slots=True)
class Classification:
    """`visitor_type` is human, ai_agent or bot. Name and operator as they call themselves, '' where unknown;
    `agent_purpose` is training, search, user_fetch, agent or '' (no AI agent).
    """

    visitor_type: str
    agent_name: str = ""
    agent_operator: str = ""
    agent_purpose: str = ""


HUMAN = Classification("human")
BOT = Classification("bot")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the User-Agent alone says, in the order of who wins: agent, crawler, automation, program; else browser."""

    rank: int
    who: Classification


AGENT, CRAWLER, AUTOMATED, PROGRAM, BROWSER = range(5)
RANKS = {"crawler": CRAWLER, "automation": AUTOMATED, "sender": PROGRAM}
A_BOT = _Reading(CRAWLER, BOT)
A_PROGRAM = _Reading(PROGRAM, BOT)
A_BROWSER = _Reading(BROWSER, HUMAN)


def classify(user_agent: str, ip: str, forwarded: bool) -> Classification:
    """Who sent this. `forwarded`: the User-Agent is the original visitor's, passed on by a server (event field
    user_agent), and `ip` is that server's; otherwise both are the sender's own.

    A program's own User-Agent, or none, is a server that sends for somebody: nothing is known of the visitor.
    Forwarded, it is the visitor's, and a bot's. Browser automation is a bot's, unless somebody tries their site on
    their own network.
    """
    reading = _read(user_agent[:LONGEST_USER_AGENT])
    if reading.rank <= CRAWLER or (forwarded and reading.rank != BROWSER):
        return reading.who
    if forwarded or reading.rank == PROGRAM:
        return HUMAN
    if reading.rank == AUTOMATED:
        return HUMAN if is_local(ip) else reading.who
    return _operator_of(ip) if 0 < len(ip) <= LONGEST_ADDRESS else HUMAN


@lru_cache(maxsize=CACHED_USER_AGENTS)
def _read(user_agent: str) -> _Reading:
    lower = user_agent.lower().strip()
    if not lower:
        return A_PROGRAM
    found = min(_listed(lower), key=lambda reading: reading.rank, default=A_BROWSER)
    if found.rank <= CRAWLER:
        return found
    if SAYS_BOT.search(lower):
        return A_BOT
    if found is A_BROWSER and (lower.startswith(PROGRAMS) or "+http" in lower):
        return A_PROGRAM
    return found


def _listed(lower: str) -> Iterator[_Reading]:
    """The readings of all listed texts that start where a word of the User-Agent starts, the longest of a place first.

    One pass over some 20 words, where 1,600 searches take 20 times as long.
    """
    for word in WORD.finditer(lower):
        start = word.start()
        for text, reading in _LISTED.get(lower[start : start + KEY], ()):
            # An agent's name is a whole word: YouBot is one, YouBots is not. A crawler's may go on, as upstream means
            # it.
            if lower.startswith(text, start) and (
                reading.rank != AGENT or not text[-1].isalnum() or not lower[start + len(text) :][:1].isalnum()
            ):
                yield reading
                break


@lru_cache(maxsize=CACHED_ADDRESSES)
def _operator_of(ip: str) -> Classification:
    """The AI agent whose operator publishes this address for it, else a person: agents with a browser look like one."""
    address = parse_address(ip)
    if address is None:
        return HUMAN
    starts, ranges = _RANGES[address.version]
    at = bisect_right(starts, int(address)) - 1
    return ranges[at][1] if at >= 0 and int(address) <= ranges[at][0] else HUMAN


def _rows(name: str) -> Iterator[list[str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines if not line.startswith("#"))


def _load_agents() -> dict[str, Classification]:
    return {
        token.lower(): Classification("ai_agent", token.rstrip("/"), operator, purpose)
        for token, operator, purpose in _rows("agents.tsv")
    }


def _load_listed(agents: Mapping[str, Classification]) -> dict[str, tuple[tuple[str, _Reading], ...]]:
    readings = {text: _Reading(AUTOMATED, BOT) for text in AUTOMATION}
    for kind, text in _rows("crawlers.tsv"):
        readings[text.lower()] = _Reading(RANKS[kind], Classification("bot", text.rstrip(" /;")))
    readings |= {token: _Reading(AGENT, who) for token, who in agents.items()}
    listed: dict[str, list[tuple[str, _Reading]]] = {}
    for text in sorted(readings, key=lambda text: (readings[text].rank, -len(text), text)):
        listed.setdefault(text[:KEY], []).append((text, readings[text]))
    return {key: tuple(found) for key, found in listed.items()}


_Ranges = tuple[list[int], list[tuple[int, Classification]]]


def _load_ranges(agents: Mapping[str, Classification]) -> dict[int, _Ranges]:
    """By IP version, the sorted first addresses of the published networks, and beside each its last one and its
    agent.
    """
    networks: dict[int, list[tuple[int, int, Classification]]] = {4: [], 6: []}
    for token, cidr in _rows("ranges.tsv"):
        network = ip_network(cidr)
        first, last = int(network.network_address), int(network.broadcast_address)
        networks[network.version].append((first, last, agents[token.lower()]))
    for found in networks.values():
        found.sort(key=lambda row: row[:2])
    return {version: ([row[0] for row in found], [row[1:] for row in found]) for version, found in networks.items()}


_AGENTS = _load_agents()
_LISTED = _load_listed(_AGENTS)
_RANGES = _load_ranges(_AGENTS)
