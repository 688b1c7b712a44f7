"""Every option of the clients, read and checked once, at construction. Nothing else may raise into the host application."""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TypedDict
from urllib.parse import urlsplit

from metrone_client.errors import Cause, MetroneError, MetroneValidationError

KEY = re.compile(r"(?:metrone|mk)_(?:live|test)_[0-9a-f]{32}")
VISIBLE = re.compile(r"[!-~]+")
DEFAULT_ENDPOINT = "https://api.metrone.io"
RANGES = {  # the least and the most that an option may be
    "batch_size": (1, 100),  # the server takes 100 events at once
    "flush_interval_ms": (1, 3_600_000),
    "max_retries": (0, 100),
    "timeout_ms": (1, 600_000),
    "max_queue_size": (1, 1_000_000),
}
log = logging.getLogger("metrone_client")


class Options(TypedDict, total=False):
    """What a constructor takes beside the key."""

    endpoint: str
    batch_size: int
    flush_interval_ms: int
    max_retries: int
    timeout_ms: int
    max_queue_size: int
    debug: bool
    on_error: Callable[[MetroneError], None] | None
    ssl_context: ssl.SSLContext | None


@dataclass(frozen=True)
class Config:
    """The options with their defaults. `on_error` hears of every event that is lost and of every outage."""

    api_key: str = field(repr=False)
    endpoint: str = DEFAULT_ENDPOINT
    batch_size: int = 10
    flush_interval_ms: int = 5_000
    max_retries: int = 3
    timeout_ms: int = 10_000
    max_queue_size: int = 1_000
    debug: bool = False
    on_error: Callable[[MetroneError], None] | None = None
    ssl_context: ssl.SSLContext | None = None

    @property
    def timeout_sec(self) -> float:
        return self.timeout_ms / 1000


def read_config(api_key: object, options: Options) -> Config:
    """The checked options; raises MetroneValidationError with one sentence that says what to correct."""
    if not isinstance(api_key, str) or not api_key:
        raise _refusal("The API key is missing: pass the one shown in Settings > API Keys.")
    if not KEY.fullmatch(api_key):
        raise _refusal(
            "The API key is malformed: it must be metrone_live_ or metrone_test_ and 32 lower-case hexadecimal characters."
        )
    unknown = sorted(set(options) - {option.name for option in fields(Config)})
    if unknown:
        raise _refusal(f"There is no option {unknown[0]}.")
    config = Config(api_key, **options)
    for name, (least, most) in RANGES.items():
        value = getattr(config, name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _refusal(f"{name} must be a whole number from {least} to {most}.")
    _check_endpoint(config.endpoint)
    if config.debug:
        _show_log()
    return config


def _refusal(sentence: str) -> MetroneValidationError:
    return MetroneValidationError(sentence, Cause("INVALID_CONFIG"))


def _check_endpoint(endpoint: object) -> None:
    problem = _refusal("endpoint must be the address of a Metrone server, such as https://data.yoursite.com.")
    if not isinstance(endpoint, str) or not VISIBLE.fullmatch(endpoint):
        raise problem
    try:
        parts = urlsplit(endpoint)
        is_whole = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:
        raise problem from None
    if not is_whole or parts.query or parts.fragment or "@" in parts.netloc:
        raise problem


def _show_log() -> None:
    """`debug` shows the log where the application has not said what becomes of it."""
    log.setLevel(logging.DEBUG)
    if not log.hasHandlers():
        log.addHandler(logging.StreamHandler())
