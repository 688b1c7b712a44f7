"""Whose address a request came from, when proxies stand in between. Only a listed proxy is believed, and of what it
says only the right-most hop that is no listed proxy: everything to its left was written by the visitor. Pure.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

CACHED_HOPS = 8_192
CACHED_PEERS = 4_096
LONGEST_HOP = 64  # characters: "[", an IPv6 address of 45, "]:65535", quotes
MOST_HOPS = 32  # proxies in a row; a longer chain is somebody playing

# RFC 7239, 4: token "=" (token / quoted-string), then ";" (same hop), "," (next hop) or the end. An unquoted IPv6
# address is not allowed there, but sent.
FORWARDED_PAIR = re.compile(
    r"""[ \t]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+))[ \t]*([;,]|$)"""
)


class TrustedProxies:
    """The networks whose word on the visitor's address counts; false when there are none."""

    __slots__ = ("covers", "networks")

    def __init__(self, networks: tuple[IPv4Network | IPv6Network, ...]) -> None:
        self.networks = networks
        self.covers = lru_cache(maxsize=CACHED_PEERS)(self._covers)

    def __bool__(self) -> bool:
        return bool(self.networks)

    def _covers(self, address: str) -> bool:
        """Whether an address in its plain form (as `client_address` gives it) is a listed proxy's."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.networks)


def parse_trusted(cidrs: Iterable[str]) -> TrustedProxies:
    """The proxies of the setting: addresses and CIDR networks, of either IP version. Raises ValueError with a
    sentence.
    """
    return TrustedProxies(tuple(_network(cidr.strip()) for cidr in cidrs if cidr.strip()))


def sender_address(peer: str, lines: Iterable[tuple[bytes, bytes]], trusted: TrustedProxies) -> str:
    """The visitor's address of a request with these header lines (lower-case names; one may come several times)."""
    if not trusted:
        return client_address(peer, None, None, trusted)
    named = list(lines)
    forwarded_for = b", ".join(value for name, value in named if name == b"x-forwarded-for")
    return client_address(peer, forwarded_for or None, dict(named).get(b"forwarded"), trusted)


def client_address(peer: str, x_forwarded_for: bytes | None, forwarded: bytes | None, trusted: TrustedProxies) -> str:
    """The visitor's address: the peer's own, unless the peer is a listed proxy and its header names another.

    X-Forwarded-For wins over Forwarded where both are there: common proxies write the first and pass the second through
    as the visitor sent it. A header that makes no sense gives the peer. IPv4-mapped addresses come out as IPv4.
    """
    nearest = _plain(peer) or peer
    if not trusted or not trusted.covers(nearest):
        return nearest
    if x_forwarded_for:
        hops = _hops_of_list(x_forwarded_for)
    elif forwarded:
        hops = _hops_of_forwarded(forwarded)
    else:
        return nearest
    return _right_most_untrusted(hops, trusted) or nearest


def _right_most_untrusted(hops: list[str], trusted: TrustedProxies) -> str:
    """The hop that a listed proxy saw and that is none itself; the left-most when all are listed; '' for garbage."""
    address = ""
    for hop in reversed(hops):
        address = _plain(hop)
        if not address or not trusted.covers(address):
            return address
    return address


def _hops_of_list(header: bytes) -> list[str]:
    # What is left of a longer chain stays in one piece, which is no address.
    return header.decode("latin-1").rsplit(",", MOST_HOPS - 1)


def _hops_of_forwarded(header: bytes) -> list[str]:
    """The for= of each element, '' where it has none; no hops at all when the header is not of RFC 7239's form."""
    text = header.decode("latin-1")
    hops: list[str] = []
    at, hop = 0, ""
    while at < len(text):
        pair = FORWARDED_PAIR.match(text, at)
        if pair is None or len(hops) == MOST_HOPS:
            return []
        if pair[1].lower() == "for":
            hop = pair[3] if pair[2] is None else pair[2]
        if pair[4] != ";":
            hops.append(hop)
            hop = ""
        elif pair.end() == len(text):
            return []
        at = pair.end()
    return hops


@lru_cache(maxsize=CACHED_HOPS)
def _plain(hop: str) -> str:
    """The address of a hop such as 192.0.2.1, 192.0.2.1:443, "[2001:db8::1]:443" or ::ffff:192.0.2.1; '' for anything
    else: unknown, _hidden (RFC 7239, 6.3), a name, a scope id.
    """
    text = hop.strip().strip('"')
    if len(text) > LONGEST_HOP or "%" in text:
        return ""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    return str((address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address)


def _network(cidr: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(cidr)
    except ValueError as error:
        wanted = "such as 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32"
        raise ValueError(f"{cidr!r} is not the address or network of a trusted proxy, {wanted}: {error}.") from None
