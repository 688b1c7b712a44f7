"""What the load generator sends: pageviews as a site's visitors make them, as request bytes that lack only their keys."""

import json
from dataclasses import dataclass
from itertools import count
from random import Random

from metrone.intake.demo.scenery import ARRIVALS, CLIENTS, ORIGIN, TITLES

KEY_DIGITS = 20
_MARK = "K" * KEY_DIGITS
VISITS = 20_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go. `batch` events each; 0 for single events."""

    path: str
    api_key: str
    batch: int


class Traffic:
    """An endless source of requests, each event with an idempotency key of its own."""

    def __init__(self, target: Target, requests: int, seed: int) -> None:
        random = Random(seed)
        self._templates = [_template(random, target) for _ in range(requests)]
        self._at = random.randrange(requests)
        self._key = count(random.getrandbits(48) << 16)

    def next_request(self) -> bytes:
        """The bytes of one request."""
        self._at = (self._at + 1) % len(self._templates)
        parts = self._templates[self._at]
        pieces = [parts[0]]
        for part in parts[1:]:
            pieces.append(b"%020d" % next(self._key))
            pieces.append(part)
        return b"".join(pieces)


def _template(random: Random, target: Target) -> list[bytes]:
    events = [_event(random) for _ in range(target.batch or 1)]
    body = json.dumps(events if target.batch else events[0]).encode()
    head = (
        f"POST {target.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: {CLIENTS.pick(random)[0]}\r\n"
        f"accept: */*\r\norigin: {ORIGIN}\r\ncontent-type: text/plain;charset=UTF-8\r\nx-api-key: {target.api_key}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    ).encode()
    return (head + body).split(_MARK.encode())


def _event(random: Random) -> dict[str, object]:
    arrival = ARRIVALS.pick(random)
    page = random.choice(list(TITLES))
    return {
        "event_type": "pageview",
        "page_url": f"{ORIGIN}{page}?{arrival.query}" if arrival.query else f"{ORIGIN}{page}",
        "page_title": TITLES[page],
        "referrer": arrival.referrer,
        "session_id": f"{random.randrange(VISITS):024x}",
        "properties": {"screen": "1440x900"},
        "idempotency_key": _MARK,
    }
