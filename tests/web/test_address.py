"""Whose address counts behind proxies, and whose word does not."""

import ipaddress
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.web import address
from metrone.web.address import TrustedProxies, client_address, parse_trusted, sender_address

PROXY = "10.0.0.1"
TRUSTED = parse_trusted(["10.0.0.0/8", "2001:db8:ffff::/48"])
NOBODY = parse_trusted([])

FORWARDED_FOR = [
    # X-Forwarded-For, the visitor's address
    (b"203.0.113.7", "203.0.113.7"),
    (b" 203.0.113.7 ", "203.0.113.7"),
    (b"203.0.113.7:51234", "203.0.113.7"),
    (b'"203.0.113.7"', "203.0.113.7"),
    (b"2001:db8::7", "2001:db8::7"),
    (b"2001:0DB8:0::7", "2001:db8::7"),
    (b"[2001:db8::7]", "2001:db8::7"),
    (b"[2001:db8::7]:443", "2001:db8::7"),
    (b"::ffff:203.0.113.7", "203.0.113.7"),
    # only the right-most hop that is no listed proxy counts: the left was written by the visitor
    (b"1.1.1.1, 203.0.113.7", "203.0.113.7"),
    (b"127.0.0.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
    (b"1.1.1.1, 203.0.113.7, 10.0.0.3, 10.0.0.2", "203.0.113.7"),
    (b"garbage, 203.0.113.7", "203.0.113.7"),
    (b"10.9.9.9, 10.0.0.2", "10.9.9.9"),
    (b"203.0.113.7, 2001:db8:ffff::1", "203.0.113.7"),
    (b"203.0.113.7, ::ffff:10.0.0.2", "203.0.113.7"),
    # garbage gives the peer
    (b"", PROXY),
    (b"unknown", PROXY),
    (b"_hidden", PROXY),
    (b"203.0.113.7, unknown", PROXY),
    (b"203.0.113.7, unknown, 10.0.0.2", PROXY),
    (b"203.0.113.7,", PROXY),
    (b"203.0.113.007", PROXY),
    (b"fe80::1%eth0", PROXY),
    (b"localhost", PROXY),
    (b"\xff\x00", PROXY),
    (b"203.0.113.7 10.0.0.2", PROXY),
    (b"1" * 10_000, PROXY),
    (b"203.0.113.7" + b", 10.0.0.2" * (address.MOST_HOPS - 1), "203.0.113.7"),
    (b"203.0.113.7" + b", 10.0.0.2" * address.MOST_HOPS, PROXY),
    (b"10.0.0.2," * 1_000 + b"10.0.0.2", PROXY),
]

FORWARDED = [
    # RFC 7239 Forwarded, the visitor's address
    (b"for=203.0.113.7", "203.0.113.7"),
    (b"For=203.0.113.7;proto=https;by=10.0.0.1", "203.0.113.7"),
    (b'proto=https;for="203.0.113.7:4711"', "203.0.113.7"),
    (b'for="[2001:db8::7]:4711"', "2001:db8::7"),
    (b'for="[::1]:123"', "::1"),
    (b"for=[2001:db8::7]", "2001:db8::7"),
    (b"for=1.1.1.1, for=203.0.113.7", "203.0.113.7"),
    (b"for=1.1.1.1, for=203.0.113.7;proto=http , for=10.0.0.2", "203.0.113.7"),
    (b'for="_a,b", for=203.0.113.7', "203.0.113.7"),
    # what the visitor opened a quote for cannot hide what the proxy added
    (b'for=6.6.6.6, for="x, for=203.0.113.7', PROXY),
    (b"for=_hidden", PROXY),
    (b"for=unknown", PROXY),
    (b"for=203.0.113.7, for=_hidden, for=10.0.0.2", PROXY),
    (b"for=203.0.113.7, proto=https", PROXY),
    (b"proto=https", PROXY),
    (b"203.0.113.7", PROXY),
    (b"for=", PROXY),
    (b"for=203.0.113.7;", PROXY),
    (b"for = 203.0.113.7", PROXY),
    (b"", PROXY),
    (b";;;,,,", PROXY),
    (b"for=203.0.113.7" + b", for=10.0.0.2" * (address.MOST_HOPS - 1), "203.0.113.7"),
    (b"for=203.0.113.7" + b", for=10.0.0.2" * address.MOST_HOPS, PROXY),
]


@pytest.mark.parametrize(("header", "expected"), FORWARDED_FOR)
def test_client_address_reads_x_forwarded_for_of_a_listed_proxy(header: bytes, expected: str) -> None:
    assert client_address(PROXY, header, None, TRUSTED) == expected


@pytest.mark.parametrize(("header", "expected"), FORWARDED)
def test_client_address_reads_forwarded_of_a_listed_proxy(header: bytes, expected: str) -> None:
    assert client_address(PROXY, None, header, TRUSTED) == expected


@pytest.mark.parametrize("trusted", [NOBODY, TRUSTED])
@pytest.mark.parametrize("peer", ["198.51.100.9", "2001:db8::9", "11.0.0.1"])
def test_client_address_believes_nobody_else(peer: str, trusted: TrustedProxies) -> None:
    assert client_address(peer, b"203.0.113.7", b"for=203.0.113.7", trusted) == peer


def test_client_address_believes_nobody_when_none_is_listed() -> None:
    assert client_address(PROXY, b"203.0.113.7", None, NOBODY) == PROXY


def test_client_address_prefers_x_forwarded_for() -> None:
    assert client_address(PROXY, b"203.0.113.7", b"for=6.6.6.6", TRUSTED) == "203.0.113.7"
    assert client_address(PROXY, b"garbage", b"for=6.6.6.6", TRUSTED) == PROXY


@pytest.mark.parametrize(
    ("peer", "expected"),
    [("::ffff:198.51.100.9", "198.51.100.9"), ("2001:0db8::9", "2001:db8::9"), ("", ""), ("testclient", "testclient")],
)
def test_client_address_gives_the_peer_in_plain_form(peer: str, expected: str) -> None:
    assert client_address(peer, None, None, NOBODY) == expected
    assert client_address(peer, b"203.0.113.7", None, TRUSTED) == expected


def test_client_address_knows_a_mapped_proxy() -> None:
    assert client_address("::ffff:10.0.0.1", b"203.0.113.7", None, TRUSTED) == "203.0.113.7"


def test_parse_trusted_takes_addresses_and_networks() -> None:
    trusted = parse_trusted([" 192.0.2.1 ", "2001:db8::/32", ""])
    assert len(trusted.networks) == 2
    assert trusted
    assert not parse_trusted([])
    assert not parse_trusted([""])


@pytest.mark.parametrize("cidr", ["nonsense", "10.0.0.1/8", "10.0.0.0/33", "300.0.0.0/8", "10.0.0.0/8/8", "::/129"])
def test_parse_trusted_says_what_is_wrong(cidr: str) -> None:
    with pytest.raises(ValueError, match="is not the address or network of a trusted proxy") as caught:
        parse_trusted(["10.0.0.0/8", cidr])
    assert repr(cidr) in str(caught.value)


def test_caches_are_bounded() -> None:
    assert address._plain.cache_info().maxsize == address.CACHED_HOPS
    assert TRUSTED.covers.cache_info().maxsize == address.CACHED_PEERS


@pytest.mark.parametrize("unit", [b"for=1.1.1.1,", b'for="', b'for="\\', b"a=b;", b"for=10.0.0.2, ", b"=", b" "])
def test_client_address_is_quick_for_long_headers(unit: bytes) -> None:
    header = unit * (64_000 // len(unit))
    started = time.perf_counter()
    client_address(PROXY, header, None, TRUSTED)
    client_address(PROXY, None, header, TRUSTED)
    assert time.perf_counter() - started < 0.1


@given(st.binary(max_size=100), st.one_of(st.none(), st.binary(max_size=100)))
def test_client_address_is_always_an_address_that_is_no_invention(header: bytes, other: bytes | None) -> None:
    for found in (client_address(PROXY, header, other, TRUSTED), client_address(PROXY, None, header, TRUSTED)):
        assert str(ipaddress.ip_address(found)) == found


@given(st.text("0123456789abcdef.:,[]\"'%; =for", max_size=60), st.ip_addresses())
def test_client_address_cannot_be_moved_by_what_the_visitor_wrote(
    written: str, real: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> None:
    if TRUSTED.covers(str(real)) or getattr(real, "ipv4_mapped", None):
        return
    header = f"{written}, {real}".encode()
    assert client_address(PROXY, header, None, TRUSTED) in {str(real), PROXY}
    host = f'"[{real}]"' if real.version == 6 else str(real)
    assert client_address(PROXY, None, f"{written}, for={host}".encode(), TRUSTED) in {str(real), PROXY}


@pytest.mark.parametrize(
    ("lines", "proxies", "address"),
    [
        ([(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-for", b"10.0.0.2")], ["10.0.0.0/8"], "203.0.113.9"),
        ([(b"x-forwarded-for", b"203.0.113.9")], [], "10.0.0.1"),
        ([(b"forwarded", b"for=203.0.113.9")], ["10.0.0.0/8"], "203.0.113.9"),
        ([], ["10.0.0.0/8"], "10.0.0.1"),
    ],
)
def test_sender_address_reads_every_line_of_a_header(
    lines: list[tuple[bytes, bytes]], proxies: list[str], address: str
) -> None:
    assert sender_address("10.0.0.1", lines, parse_trusted(proxies)) == address
