"""Names, domains, origins and time zones as people type them."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.control.errors import Invalid
from metrone.control.labels import check_timezone, clean_domain, clean_name, clean_origin, timezone_names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Shop", "Shop"),
        ("  Shop ", "Shop"),
        ("Bäckerei 🧑‍🍳", "Bäckerei 🧑‍🍳"),
        ("x" * 120, "x" * 120),
        ("<script>", "<script>"),
    ],
)
def test_clean_name_gives_the_name_when_it_can_be_read(text: str, name: str) -> None:
    assert clean_name(text) == name


@pytest.mark.parametrize(
    "text", ["", "   ", "x" * 121, "a\0b", "a\nb", "a\x1b[2Jb", "a\udc80b", "a\u202eb", "a\u2028b"]
)
def test_clean_name_refuses_when_it_cannot_be_read(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean_name(text, "title")
    assert caught.value.field == "title"
    assert "title" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("", ""),
        ("  ", ""),
        ("example.com", "example.com"),
        ("https://Shop.Example.com/cart?a=b#c", "shop.example.com"),
        ("http://localhost:8000", "localhost"),
        ("example.com.", "example.com"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_clean_domain_gives_the_host_when_there_is_one(text: str, domain: str) -> None:
    assert clean_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "https://",
        "/",
        "a b.example",
        "-a.example",
        "a-.example",
        "a..b",
        "user@example.com",
        "javascript:alert(1)",
        "a" * 64 + ".example",
        "a." * 127 + "toolong",
        "<script>",
        "[::1]",
        "exa\nmple.com",
        "a\0.example",
        "\udc80.example",
    ],
)
def test_clean_domain_refuses_when_there_is_no_host(text: str) -> None:
    with pytest.raises(Invalid, match=r"example\.com"):
        clean_domain(text)


@given(st.text(max_size=80))
def test_clean_domain_is_plain_and_stable_when_it_gives_anything(text: str) -> None:
    try:
        domain = clean_domain(text)
    except Invalid:
        return
    assert re.fullmatch(r"[a-z0-9.-]*", domain)
    assert clean_domain(domain) == domain


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://example.com", "https://example.com"),
        ("HTTPS://Example.COM:443/", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_clean_origin_gives_what_browsers_send_when_it_is_one(text: str, origin: str) -> None:
    assert clean_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "null",
        "*",
        "ftp://example.com",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://a#b",
        "https://u@a.example",
        "https://a.example:99999",
        "https://a b",
        "https://a\n.example",
        "https://[::1",
        "https://*.a",
    ],
)
def test_clean_origin_refuses_when_it_is_none(text: str) -> None:
    with pytest.raises(Invalid, match=r"https://example\.com"):
        clean_origin(text)


@given(st.text(max_size=80).map(lambda text: f"https://{text}"))
def test_clean_origin_is_stable_when_it_gives_anything(text: str) -> None:
    try:
        origin = clean_origin(text)
    except Invalid:
        return
    assert clean_origin(origin) == origin


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"])
def test_check_timezone_gives_the_name_when_it_is_known(name: str) -> None:
    assert check_timezone(name) == name


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("europe/berlin", "did you mean Europe/Berlin"),
        ("Europe/Berln", "did you mean Europe/Berlin"),
        ("", "use an IANA name"),
        ("../../etc/passwd", "is not a time zone"),
        ("/etc/localtime", "is not a time zone"),
        ("Europe", "is not a time zone"),
        ("x" * 100_000, "use an IANA name"),
    ],
)
def test_check_timezone_says_what_to_do_when_it_is_unknown(name: str, advice: str) -> None:
    with pytest.raises(Invalid, match=advice) as caught:
        check_timezone(name)
    assert len(str(caught.value)) < 300


def test_every_timezone_name_opens_when_it_is_offered() -> None:
    for name in timezone_names():
        assert datetime(2026, 7, 1, tzinfo=ZoneInfo(name)).utcoffset() is not None
