"""From an IP address, or from the headers of a trusted edge network, to a place. Pure but for the database files,
which are opened once; an address goes no further than here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import maxminddb

DATA = Path(__file__).parent / "data"
COUNTRY_FILE = DATA / "country.mmdb"
CACHED_ADDRESSES = 20_000
LONGEST_ADDRESS = 45  # characters: an IPv6 address that ends in a dotted IPv4 one
LONGEST_NAME = 128  # characters of a region or city

# Not reachable from outside: loopback, private (RFC 1918, RFC 4193), link-local, shared (RFC 6598). Written out, since
# ipaddress.is_private also holds the documentation networks.
LOCAL_V4 = tuple(
    ip_network(cidr)
    for cidr in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10")
)
LOCAL_V6 = tuple(ip_network(cidr) for cidr in ("::1/128", "fc00::/7", "fe80::/10"))

# How each edge network names the visitor's country, region and city; the first whose country header is there is
# believed. developers.cloudflare.com/rules/transform/managed-transforms/reference (XX: no data, T1: Tor),
# docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html,
# vercel.com/docs/headers/request-headers (city percent-encoded).
EDGE_HEADERS = (
    (b"cf-ipcountry", b"cf-region", b"cf-ipcity"),
    (b"cloudfront-viewer-country", b"cloudfront-viewer-country-region-name", b"cloudfront-viewer-city"),
    (b"x-vercel-ip-country", b"x-vercel-ip-country-region", b"x-vercel-ip-city"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visitor is: ISO 3166-1 alpha-2 code (or XK), English country name, region, city; '' where unknown."""

    country_code: str = ""
    country: str = ""
    region: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class AtlasFile:
    """One database file as `metrone doctor` shows it; `problem` is '' when it is loaded, `built_at` is epoch
    seconds.
    """

    role: str
    path: str
    is_loaded: bool
    problem: str = ""
    database_type: str = ""
    built_at: int = 0


NOWHERE = Place()


class Atlas:
    """Countries, and cities where a city file is given, by IP address. A missing or broken file gives empty places."""

    def __init__(self, country_path: str | Path = COUNTRY_FILE, city_path: str | Path | None = None) -> None:
        self._country, country_state = _open("country", Path(country_path))
        self._city: maxminddb.Reader | None = None
        self.state: tuple[AtlasFile, ...] = (country_state,)
        if city_path:
            self._city, city_state = _open("city", Path(city_path))
            self.state = (country_state, city_state)
        self._cached = lru_cache(maxsize=CACHED_ADDRESSES)(self._find)

    def locate(self, ip: str) -> Place:
        """The place of an address; empty for an invalid, private or unknown one. Never raises."""
        return self._cached(ip) if len(ip) <= LONGEST_ADDRESS else NOWHERE

    def _find(self, ip: str) -> Place:
        address = parse_address(ip)
        if address is None or _is_local(address):
            return NOWHERE
        in_city = _place(_record(self._city, address))
        if in_city.country_code:
            return in_city
        return _place(_record(self._country, address))


def country_name(code: str) -> str:
    """The English name of an ISO code; '' where there is none."""
    return COUNTRIES.get(code, "")


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address in a text, an IPv4-mapped one as IPv4; None for anything else, a scope id (fe80::1%eth0) included."""
    if "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


@lru_cache(maxsize=CACHED_ADDRESSES)
def is_local(ip: str) -> bool:
    """Whether an address is loopback, private, link-local or shared; False for a text that is no address."""
    address = parse_address(ip) if len(ip) <= LONGEST_ADDRESS else None
    return address is not None and _is_local(address)


def place_from_edge(headers: Mapping[bytes, bytes]) -> Place | None:
    """The place that an edge network's headers tell (names in lower case); None when no such header is there.

    The empty place when the edge says that it does not know, or that the visitor came through Tor. Call it only for
    requests from a trusted proxy: anybody else can send these headers.
    """
    for country, region, city in EDGE_HEADERS:
        if country in headers:
            code = headers[country].decode("latin-1").strip().upper()
            if code not in COUNTRIES:
                return NOWHERE
            return Place(code, COUNTRIES[code], _header_text(headers.get(region)), _header_text(headers.get(city)))
    return None


def _is_local(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in (LOCAL_V4 if address.version == 4 else LOCAL_V6))


def _open(role: str, path: Path) -> tuple[maxminddb.Reader | None, AtlasFile]:
    if not path.is_file():
        return None, AtlasFile(role, str(path), False, "the file is missing")
    try:
        reader = maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        return None, AtlasFile(role, str(path), False, f"the file cannot be read as an MMDB: {error}")
    about = reader.metadata()
    return reader, AtlasFile(role, str(path), True, "", about.database_type, about.build_epoch)


def _record(reader: maxminddb.Reader | None, address: IPv4Address | IPv6Address) -> Mapping[str, Any]:
    if reader is None:
        return {}
    try:
        found = reader.get(address)
    except (ValueError, maxminddb.InvalidDatabaseError):  # an IPv6 address in an IPv4 file; a damaged page
        return {}
    return found if isinstance(found, dict) else {}


def _place(record: Mapping[str, Any]) -> Place:
    """Both shapes in use: flat (ip-location-db: country_code, state1, city) and nested (MaxMind, DB-IP)."""
    if not record:
        return NOWHERE
    nested = record.get("country")
    code = nested.get("iso_code") if isinstance(nested, dict) else record.get("country_code")
    if not isinstance(code, str) or code.upper() not in COUNTRIES:
        return NOWHERE
    subdivisions = record.get("subdivisions")
    first = subdivisions[0] if isinstance(subdivisions, list) and subdivisions else record.get("state1")
    return Place(code.upper(), COUNTRIES[code.upper()], _english(first), _english(record.get("city")))


def _english(name: object) -> str:
    if isinstance(name, dict):
        names = name.get("names")
        name = names.get("en") if isinstance(names, dict) else None
    return name[:LONGEST_NAME] if isinstance(name, str) else ""


def _header_text(value: bytes | None) -> str:
    if not value:
        return ""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return "".join(c for c in unquote(text) if c.isprintable()).strip()[:LONGEST_NAME]


def _load_countries(file: Path) -> dict[str, str]:
    return dict(line.split("\t", 1) for line in file.read_text(encoding="utf-8").splitlines())


COUNTRIES = _load_countries(DATA / "countries.tsv")
