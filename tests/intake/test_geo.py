"""Places of addresses, from the file that is shipped, from others, and from edge networks."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.intake import geo
from metrone.intake.geo import COUNTRIES, COUNTRY_FILE, NOWHERE, Atlas, Place, is_local, place_from_edge
from tests.intake.mmdb import write_mmdb

US = Place("US", "United States")
FLAT_CITY = {"country_code": "DE", "state1": "Bavaria", "city": "Munich"}
NESTED_CITY = {
    "country": {"iso_code": "FR", "names": {"en": "France"}},
    "subdivisions": [{"iso_code": "IDF", "names": {"en": "Île-de-France", "fr": "Île-de-France"}}],
    "city": {"names": {"fr": "Paris", "en": "Paris"}},
}


@pytest.fixture(scope="module")
def shipped() -> Atlas:
    assert COUNTRY_FILE.is_file(), "run scripts/build_data.py country"
    return Atlas()


def file_of(folder: Path, record: Mapping[str, Any], name: str = "test.mmdb", ip_version: int = 4) -> Path:
    return write_mmdb(folder / name, record, ip_version)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_locate_knows_public_addresses_from_the_shipped_file(shipped: Atlas, ip: str) -> None:
    assert shipped.locate(ip) == US


@pytest.mark.parametrize(
    "ip",
    ["", "127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "172.31.0.1", "fe80::1", "fd00::1", "fe80::1%eth0", "300.1.1.1",
     "8.8.8.8 ", "8.8.8.8:80", "localhost", "\x00", "8" * 10_000, "::ffff:10.0.0.1", "2001:4860:4860::8888%8"],
)  # fmt: skip
def test_locate_is_empty_for_private_and_invalid_addresses(shipped: Atlas, ip: str) -> None:
    assert shipped.locate(ip) == NOWHERE


def test_locate_reads_flat_records(tmp_path: Path) -> None:
    assert Atlas(file_of(tmp_path, FLAT_CITY)).locate("8.8.8.8") == Place("DE", "Germany", "Bavaria", "Munich")


def test_locate_reads_nested_records(tmp_path: Path) -> None:
    atlas = Atlas(file_of(tmp_path, NESTED_CITY))
    assert atlas.locate("8.8.8.8") == Place("FR", "France", "Île-de-France", "Paris")


@pytest.mark.parametrize(
    "record",
    [{}, {"country_code": "ZZ"}, {"country_code": 7}, {"country": "US"}, {"country": {}}, {"country": {"iso_code": None}}],
)  # fmt: skip
def test_locate_is_empty_for_records_without_a_country(tmp_path: Path, record: Mapping[str, Any]) -> None:
    assert Atlas(file_of(tmp_path, record)).locate("8.8.8.8") == NOWHERE


@pytest.mark.parametrize("odd", [{"city": 7}, {"city": {"names": "x"}}, {"subdivisions": []}, {"subdivisions": ["x"]}])
def test_locate_takes_odd_names_as_unknown(tmp_path: Path, odd: Mapping[str, Any]) -> None:
    found = Atlas(file_of(tmp_path, {"country_code": "US", **odd})).locate("8.8.8.8")
    assert (found.country_code, found.city) == ("US", "")


def test_locate_prefers_the_city_file_and_falls_back_to_the_country_file(tmp_path: Path) -> None:
    countries = file_of(tmp_path, {"country_code": "AT"}, "country.mmdb", 6)
    cities = file_of(tmp_path, FLAT_CITY, "city.mmdb", 4)
    atlas = Atlas(countries, cities)
    assert atlas.locate("8.8.8.8").city == "Munich"
    assert atlas.locate("2001:4860::1") == Place("AT", "Austria")  # an IPv4 file cannot hold it
    assert [(file.role, file.is_loaded) for file in atlas.state] == [("country", True), ("city", True)]


def test_atlas_says_which_files_are_missing_or_broken(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"not a database")
    atlas = Atlas(tmp_path / "none.mmdb", broken)
    assert atlas.locate("8.8.8.8") == NOWHERE
    assert [file.is_loaded for file in atlas.state] == [False, False]
    assert atlas.state[0].problem == "the file is missing"
    assert "cannot be read as an MMDB" in atlas.state[1].problem


def test_atlas_shows_the_age_of_a_loaded_file(shipped: Atlas) -> None:
    (state,) = shipped.state
    assert state.is_loaded
    assert not state.problem
    assert state.built_at > 1_700_000_000


def test_atlas_cache_is_bounded(shipped: Atlas) -> None:
    assert shipped._cached.cache_info().maxsize == geo.CACHED_ADDRESSES
    held = shipped._cached.cache_info().currsize
    shipped.locate("9" * (geo.LONGEST_ADDRESS + 1))
    assert shipped._cached.cache_info().currsize == held


@given(st.one_of(st.text(max_size=60), st.ip_addresses().map(str)))
def test_locate_never_raises(shipped: Atlas, ip: str) -> None:
    found = shipped.locate(ip)
    assert found.country == COUNTRIES.get(found.country_code, "")


@given(st.ip_addresses(v=4))
def test_is_local_is_the_same_for_a_mapped_address(address: ipaddress.IPv4Address) -> None:
    assert is_local(str(address)) == is_local(f"::ffff:{address}")


def test_is_local_does_not_hold_documentation_addresses_for_private() -> None:
    assert not is_local("203.0.113.7")
    assert not is_local("nonsense")
    assert is_local("100.64.0.1")


def test_countries_has_the_249_codes_of_iso_3166_and_kosovo() -> None:
    assert len(COUNTRIES) == 250
    assert all(len(code) == 2 and code.isascii() and code.isupper() and name for code, name in COUNTRIES.items())
    assert len(set(COUNTRIES.values())) == 250


EDGE_CASES: list[tuple[dict[bytes, bytes], Place | None]] = [
    ({}, None),
    ({b"host": b"example.com"}, None),
    ({b"cf-ipcountry": b"DE"}, Place("DE", "Germany")),
    ({b"cf-ipcountry": b"us", b"cf-region": b"Texas", b"cf-ipcity": b"Austin"}, Place("US", "United States", "Texas", "Austin")),
    ({b"cf-ipcountry": b"BR", b"cf-ipcity": "São Paulo".encode()}, Place("BR", "Brazil", "", "São Paulo")),
    ({b"cf-ipcountry": b"BR", b"cf-ipcity": "São Paulo".encode("latin-1")}, Place("BR", "Brazil", "", "São Paulo")),
    ({b"cf-ipcountry": b"XX"}, NOWHERE),
    ({b"cf-ipcountry": b"T1", b"cf-ipcity": b"Nowhere"}, NOWHERE),
    ({b"cf-ipcountry": b""}, NOWHERE),
    ({b"cf-ipcountry": b"\xff\x00"}, NOWHERE),
    (
        {
            b"cloudfront-viewer-country": b"CA",
            b"cloudfront-viewer-country-region-name": b"Quebec",
            b"cloudfront-viewer-city": b"Montreal",
        },
        Place("CA", "Canada", "Quebec", "Montreal"),
    ),
    (
        {b"x-vercel-ip-country": b"CH", b"x-vercel-ip-country-region": b"ZH", b"x-vercel-ip-city": b"Z%C3%BCrich"},
        Place("CH", "Switzerland", "ZH", "Zürich"),
    ),
    ({b"x-vercel-ip-country": b"CH", b"x-vercel-ip-city": b"%00%0d%0aX" + b"y" * 500},
     Place("CH", "Switzerland", "", "X" + "y" * 127)),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "expected"), EDGE_CASES)
def test_place_from_edge_reads_each_network(headers: dict[bytes, bytes], expected: Place | None) -> None:
    assert place_from_edge(headers) == expected


@given(
    st.dictionaries(st.sampled_from([name for names in geo.EDGE_HEADERS for name in names]), st.binary(max_size=300))
)
def test_place_from_edge_never_raises(headers: dict[bytes, bytes]) -> None:
    place = place_from_edge(headers)
    assert place is None or (len(place.city) <= geo.LONGEST_NAME and (place.city + place.region).isprintable())
