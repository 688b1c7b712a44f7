"""How often anybody may try to sign in: by address and by account. Not to be switched off. Knows no password."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.datastructures import State

from metrone.web.exchange import Scope
from metrone.web.limits import Limiter, network_of

SIGN_INS_PER_MINUTE = 20
# For one e-mail address: so many from one network, and so many from everywhere, so that nobody locks the owner out
# from afar with a few requests, and nobody guesses on with many addresses either.
TRIES_FROM_NETWORK = 10
TRIES_FROM_ANYWHERE = 100
_WINDOW_SEC = 900
_HOUR_SEC = 3600
# Hashing a password takes 64 MiB: so many at once, the others wait.
HASHES_AT_ONCE = 2

Asking = Request[Any, Any, State]


class Attempts:
    """Counts attempts, whether or not there is such an account. All `take_*` raise MetroneError RATE_LIMITED."""

    def __init__(self, clock: Callable[[], float], address_of: Callable[[Scope], str]) -> None:
        self._address_of = address_of
        self._addresses = Limiter(SIGN_INS_PER_MINUTE, clock)
        self._near = Limiter(TRIES_FROM_NETWORK, clock, _WINDOW_SEC)
        self._far = Limiter(TRIES_FROM_ANYWHERE, clock, _HOUR_SEC)
        self.hashing = asyncio.Semaphore(HASHES_AT_ONCE)

    def address_of(self, request: Asking) -> str:
        """Where the request comes from, as visitors are told apart by it."""
        return self._address_of(request.scope)  # type: ignore[arg-type]

    def take_address(self, request: Asking) -> None:
        """One attempt from the request's address."""
        self._addresses.take(self.network(request))

    def take_account(self, request: Asking, email: str) -> None:
        """One attempt from the request's address at this account, or at one that does not exist."""
        self.take_address(request)
        name = hashlib.sha256(email.strip().lower()[:254].encode("utf-8", "surrogatepass")).hexdigest()
        self._near.take(f"{name} {self.network(request)}")
        self._far.take(name)

    def network(self, request: Asking) -> str:
        """What the request's address counts as."""
        return network_of(self.address_of(request))
