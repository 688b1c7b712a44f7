"""Who sends a request: finds the key in it and says what the key may. Knows no route."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from metrone.control.directory import Directory
from metrone.control.keys import KeyRecord, Scope
from metrone.errors import MetroneError

_CACHED = 10_000


class Gate:
    """The keys as they are now. A background task shows it a new directory when the control data change."""

    def __init__(self, directory: Directory) -> None:
        self._cache: dict[str, KeyRecord] = {}
        self.directory = directory
        self.used_at: dict[str, float] = {}  # epoch seconds, by the key's id

    def show(self, directory: Directory) -> None:
        """From now on this directory holds."""
        self.directory = directory
        # A new one, after the directory: a thread that found a key in the old directory notes it in the old cache.
        self._cache = {}

    def admit(self, text: str, scope: Scope, origin: str, at: float) -> KeyRecord:
        """The record of a key that may do this from there at this time (epoch seconds).

        Raises MetroneError MISSING_API_KEY, INVALID_API_KEY or FORBIDDEN.
        """
        if not text:
            raise MetroneError("MISSING_API_KEY")
        key = self._cache.get(text) or self._find(text)
        if key.revoked_at is not None or key.expires_at is not None:
            self._check_state(key, at)
        if not key.may(scope):
            raise MetroneError("FORBIDDEN", f"This API key lacks the scope {scope}. Use a key that has it.")
        if key.origins and origin and origin not in key.origins:
            raise MetroneError(
                "FORBIDDEN", "This API key may not be used from this origin. Add the origin to the key's list."
            )
        self.used_at[key.id] = at
        return key

    def _find(self, text: str) -> KeyRecord:
        cache = self._cache
        key = self.directory.find_key(text)
        if key is None:
            raise MetroneError("INVALID_API_KEY")
        if len(cache) < _CACHED:
            cache[text] = key
        return key

    def _check_state(self, key: KeyRecord, at: float) -> None:
        state = key.state(datetime.fromtimestamp(at, UTC))
        if state != "active":
            raise MetroneError("INVALID_API_KEY", f"This API key is {state}. Create a new one in Settings > API Keys.")


def key_in_request(headers: Mapping[bytes, bytes], query: bytes) -> str:
    """The key in X-Api-Key, in Authorization: Bearer or in ?api_key=, in that order; '' when there is none."""
    if given := headers.get(b"x-api-key"):
        return given.decode("latin-1").strip()
    bearer = headers.get(b"authorization", b"").decode("latin-1")
    if bearer[:7].lower() == "bearer ":
        return bearer[7:].strip()
    return query_value(query, b"api_key").strip() if b"api_key=" in query else ""


def query_value(query: bytes, name: bytes) -> str:
    """The first value of a parameter in a query string, decoded; '' when it is not there. Any number of fields."""
    for pair in query.split(b"&"):
        if pair.startswith(name + b"="):
            return unquote_plus(pair[len(name) + 1 :].decode("latin-1"))
    return ""
