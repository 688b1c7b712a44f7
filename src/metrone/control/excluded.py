"""What a project leaves uncounted, read once and ready to be asked of every event. Pure; no address is kept here.

No pattern makes matching slow, whatever the text: the one is typed by a customer, the other comes from anybody.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal, get_args

from metrone.control.errors import Invalid
from metrone.control.labels import clean_domain

Kind = Literal["address", "path", "host", "country"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PATH_MAX = 100
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Exclusions:
    """The rules of one project. `networks` are by version and prefix length; `paths` is one pattern, None for none."""

    networks: Mapping[tuple[int, int], frozenset[int]]
    paths: re.Pattern[str] | None
    hosts: frozenset[str]
    countries: frozenset[str]

    def has_address(self, text: str) -> bool:
        """Whether this visitor's address is left out."""
        if not self.networks:
            return False
        try:
            address = ip_address(text)
        except ValueError:
            return False
        bits, number = address.max_prefixlen, int(address)
        return any(
            version == address.version and number >> (bits - length) in known
            for (version, length), known in self.networks.items()
        )

    def has_page(self, host: str, path: str) -> bool:
        """Whether a page is left out: its host (with or without port), or its path."""
        if self.hosts and host and self._has_host(host):
            return True
        return self.paths is not None and self.paths.fullmatch(path) is not None

    def _has_host(self, host: str) -> bool:
        name = host if host.startswith("[") else host.partition(":")[0]
        if name in self.hosts:
            return True
        labels = name.split(".")
        return any(f"*.{'.'.join(labels[start:])}" in self.hosts for start in range(1, len(labels)))


def compile_rules(rules: Iterable[tuple[str, str]]) -> Exclusions:
    """Rules as they are stored: (kind, value), each checked before."""
    values: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for kind, value in rules:
        values[kind].append(value)
    patterns = [_pattern_of(glob) for glob in values["path"]]
    return Exclusions(
        networks=_group(values["address"]),
        paths=re.compile("|".join(patterns), re.DOTALL) if patterns else None,
        hosts=frozenset(values["host"]),
        countries=frozenset(values["country"]),
    )


def check_value(kind: Kind, text: str) -> str:
    """The value as it is stored and matched. Raises Invalid with a sentence."""
    return _CHECKS[kind](text.strip())


def _check_address(text: str) -> str:
    advice = f"{text[:64]!r} is no address; write one such as 203.0.113.7, or a network such as 203.0.113.0/24."
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise Invalid("address", advice) from None
    if "%" in text:
        raise Invalid("address", advice)
    if network.prefixlen == 0:
        raise Invalid("address", "That is every address, so that nothing would be counted; write a smaller network.")
    first = network.network_address
    if isinstance(first, IPv6Address) and first.ipv4_mapped is not None and network.prefixlen >= 96:
        return _check_address(f"{first.ipv4_mapped}/{network.prefixlen - 96}")
    return str(first) if network.prefixlen == network.max_prefixlen else str(network)


def _check_path(text: str) -> str:
    if not text.startswith("/") or len(text) > PATH_MAX or not text.isprintable():
        raise Invalid(
            "path",
            f"A path begins with / and has at most {PATH_MAX} characters, such as /admin/** or /users/*/edit.",
        )
    if "?" in text or "#" in text:
        raise Invalid("path", "A path ends before ? and #: events are known by their path alone.")
    path = re.sub(r"\*{3,}", "**", text)
    if "*" in path.partition("**")[2].replace("**", ""):
        raise Invalid("path", "A path takes * before ** and not after it, such as /*/admin/**.")
    return path


def _check_host(text: str) -> str:
    is_wild = text.startswith("*.")
    try:
        host = clean_domain(text[2:] if is_wild else text)
    except Invalid:
        host = ""
    if not host:
        raise Invalid("host", f"{text[:64]!r} is no host; write one such as staging.example.com or *.example.dev.")
    return f"*.{host}" if is_wild else host


def _check_country(text: str) -> str:
    code = text.upper()
    if not _COUNTRY.fullmatch(code):
        raise Invalid("country", f"{text[:64]!r} is no country; write its two letters, such as DE.")
    return code


_CHECKS = {"address": _check_address, "path": _check_path, "host": _check_host, "country": _check_country}


def _group(texts: Iterable[str]) -> Mapping[tuple[int, int], frozenset[int]]:
    found: dict[tuple[int, int], set[int]] = {}
    for text in texts:
        network = ip_network(text)
        start: IPv4Address | IPv6Address = network.network_address
        prefix = int(start) >> (network.max_prefixlen - network.prefixlen)
        found.setdefault((network.version, network.prefixlen), set()).add(prefix)
    return {key: frozenset(prefixes) for key, prefixes in found.items()}


def _pattern_of(glob: str) -> str:
    """A path with wildcards as a regular expression: `*` is anything within one segment, `**` anything.

    A wildcard takes as little as it can and never gives it another try (the atomic groups), except where the end of the
    path must be met. So a path takes as long as it is long, as in `fnmatch` of the standard library.
    """
    head, *tail = glob.split("**")
    first, *segments = (re.escape(text) for text in head.split("*"))
    made = first + "".join(f"(?>[^/]*?{text})" for text in (segments if tail else segments[:-1]))
    if not tail:
        return f"(?:{made}{''.join(f'[^/]*{text}' for text in segments[-1:])})"
    return f"(?:{made}{''.join(f'(?>.*?{re.escape(text)})' for text in tail[:-1])}.*{re.escape(tail[-1])})"
