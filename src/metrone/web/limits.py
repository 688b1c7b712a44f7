"""Rate limits in memory: so many requests a minute for a key and for an address. Counts are let go with their window."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address

from metrone.errors import MetroneError

WINDOW_SEC = 60
NETWORKS_CACHED = 8_192
COUNTED_MAX = 500_000  # names counted in one minute; past that a flood of addresses may not take our memory


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a limit says now; for the X-RateLimit headers. `reset_at` is epoch seconds."""

    limit: int
    remaining: int
    reset_at: int


class Limiter:
    """Counts requests by name in windows of one minute, or of another length. `clock` gives epoch seconds."""

    def __init__(self, limit: int, clock: Callable[[], float], window_sec: int = WINDOW_SEC) -> None:
        self._limit = limit
        self._window_sec = window_sec
        self._clock = clock
        self._window = 0
        self._counts: dict[str, int] = {}

    def take(self, name: str) -> Allowance:
        """Count one request. Raises MetroneError RATE_LIMITED with the time until the next window."""
        now = self._clock()
        window = int(now // self._window_sec)
        if window != self._window or len(self._counts) > COUNTED_MAX:
            self._window = window
            self._counts.clear()
        used = self._counts.get(name, 0) + 1
        self._counts[name] = used
        reset_at = (window + 1) * self._window_sec
        if used > self._limit:
            wait = max(1.0, reset_at - now)
            error = MetroneError(
                "RATE_LIMITED", f"Too many requests. Try again in {wait:.0f} seconds.", retry_after=wait
            )
            error.headers = allowance_headers(Allowance(self._limit, 0, reset_at))
            raise error
        return Allowance(self._limit, self._limit - used, reset_at)


def allowance_headers(allowance: Allowance) -> dict[str, str]:
    """X-RateLimit-Limit, -Remaining and -Reset."""
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(allowance.reset_at),
    }


def network_of(address: str) -> str:
    """What an address counts as: itself, or for IPv6 its /64, which one household or server commonly has to itself."""
    return _network_of(address) if ":" in address else address


@lru_cache(maxsize=NETWORKS_CACHED)
def _network_of(address: str) -> str:
    try:
        return IPv6Address(address).packed[:8].hex()
    except ValueError:
        return address
