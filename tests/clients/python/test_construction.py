"""What cannot be right fails at construction, in one clear sentence, and never shows the key."""

import ssl
from typing import Any

import pytest

from metrone_client import AsyncMetrone, Metrone, MetroneValidationError

KEY = f"metrone_live_{'a' * 32}"
KINDS = pytest.mark.parametrize("kind", [Metrone, AsyncMetrone])


@KINDS
@pytest.mark.parametrize("key", ["", None, 7, "metrone_live_", KEY.upper(), f"{KEY}a", f"{KEY}\n", f" {KEY}", "pk_123"])
def test_a_key_that_is_none(kind: Any, key: object) -> None:
    with pytest.raises(MetroneValidationError) as caught:
        kind(key)
    sentence = str(caught.value)
    assert sentence.startswith("The API key is m")
    assert sentence.endswith(".")
    assert not key or str(key).strip() not in sentence or key in (7, "metrone_live_")


@pytest.mark.parametrize("prefix", ["metrone_live_", "metrone_test_", "mk_live_", "mk_test_"])
def test_every_form_of_key(prefix: str) -> None:
    assert "a" * 32 not in repr(Metrone(f"{prefix}{'a' * 32}")._config)


@KINDS
@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"endpoint": "api.metrone.io"}, "endpoint"),
        ({"endpoint": "ftp://api.metrone.io"}, "endpoint"),
        ({"endpoint": "https://user:secret@api.metrone.io"}, "endpoint"),
        ({"endpoint": "https://api.metrone.io?a=b"}, "endpoint"),
        ({"endpoint": "https://api.metrone.io\r\nHost: other"}, "endpoint"),
        ({"endpoint": "https://api.metrone.io:port"}, "endpoint"),
        ({"endpoint": None}, "endpoint"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 101}, "batch_size"),
        ({"batch_size": True}, "batch_size"),
        ({"flush_interval_ms": -1}, "flush_interval_ms"),
        ({"timeout_ms": 1.5}, "timeout_ms"),
        ({"max_retries": "3"}, "max_retries"),
        ({"max_queue_size": 0}, "max_queue_size"),
        ({"batchSize": 10}, "batchSize"),
    ],
)
def test_an_option_that_is_none(kind: Any, options: dict[str, Any], word: str) -> None:
    with pytest.raises(MetroneValidationError, match=word):
        kind(KEY, **options)


def test_the_defaults_of_the_docs() -> None:
    config = Metrone(KEY)._config
    shown = (config.endpoint, config.batch_size, config.flush_interval_ms, config.max_retries, config.timeout_ms)
    assert shown == ("https://api.metrone.io", 10, 5_000, 3, 10_000)
    assert Metrone(KEY, ssl_context=ssl.create_default_context(), endpoint="https://h/metrone/")._config.debug is False
