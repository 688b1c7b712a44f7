"""Limits count per key and per network, say what is left, and take little memory."""

import pytest

from metrone.errors import MetroneError
from metrone.web import limits as module
from metrone.web.limits import Limiter, network_of

NETWORKS = [
    ("192.0.2.1", "192.0.2.1", True),
    ("192.0.2.1", "192.0.2.2", False),
    ("2001:db8::1", "2001:db8::2", True),
    ("2001:db8::1", "2001:db8:0:0:ffff:1:2:3", True),
    ("2001:db8:1:2::", "2001:db8:1:2:3:4:5:6", True),
    ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("2001:db8::1", "2001:db8:0:1::1", False),
    ("::1", "1::1", False),
]


@pytest.mark.parametrize(("one", "other", "is_same"), NETWORKS)
def test_network_of_is_an_address_or_a_64_of_ipv6(one: str, other: str, is_same: bool) -> None:
    assert (network_of(one) == network_of(other)) is is_same


def test_network_of_leaves_what_is_no_address() -> None:
    assert network_of("") == ""
    assert network_of(":nonsense:") == ":nonsense:"


class Clock:
    now = 1_790_000_010.0

    def __call__(self) -> float:
        return self.now


def test_take_counts_names_apart_and_anew_each_minute() -> None:
    clock = Clock()
    limiter = Limiter(2, clock)
    assert [limiter.take("a").remaining for _ in range(2)] == [1, 0]
    assert limiter.take("b").remaining == 1
    with pytest.raises(MetroneError) as caught:
        limiter.take("a")
    error = caught.value
    reset = (int(clock.now) // 60 + 1) * 60
    assert (error.code, error.status, error.retry_after) == ("RATE_LIMITED", 429, reset - clock.now)
    assert error.headers == {"X-RateLimit-Limit": "2", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    clock.now = reset
    assert limiter.take("a").remaining == 1


def test_take_holds_few_names_when_a_flood_brings_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNTED_MAX", 1_000)
    limiter = Limiter(1, Clock())
    for number in range(10_000):
        limiter.take(str(number))
        assert len(limiter._counts) <= 1_001
