"""Browser, system and device of a User-Agent, and what hostile ones cost."""

import time

import pytest
import ua_parser_rs
from hypothesis import given
from hypothesis import strategies as st

from metrone.intake import client
from metrone.intake.client import LONGEST_USER_AGENT, Client, parse_client

KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML}"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) {APPLE}"
PIXEL = f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {KHTML}"
DEVICE_TYPES = {"desktop", "mobile", "tablet", "tv", "console", "other", ""}

CASES = [
    (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36", Client("Chrome", "126", "Windows", "10", "desktop")),
    (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68", Client("Edge", "126", "Windows", "10", "desktop")),
    (f"{WINDOWS} Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0", Client("Opera", "111", "Windows", "10", "desktop")),
    (
        "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        Client("Internet Explorer", "11", "Windows", "7", "desktop"),
    ),
    (
        "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0; Tablet PC 2.0)",
        Client("Internet Explorer", "9", "Windows", "7", "desktop"),
    ),
    (
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/17.5 Safari/605.1.15",
        Client("Safari", "17", "macOS", "10", "desktop"),
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:127.0) Gecko/20100101 Firefox/127.0",
        Client("Firefox", "127", "macOS", "14", "desktop"),
    ),
    (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
        Client("Firefox", "127", "Linux", "", "desktop"),
    ),
    (
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KHTML} Chrome/126.0.0.0 Safari/537.36",
        Client("Chrome", "126", "Chrome OS", "14541", "desktop"),
    ),
    (
        f"Mozilla/5.0 (X11; Linux x86_64) {KHTML} HeadlessChrome/126.0.0.0 Safari/537.36",
        Client("Chrome", "126", "Linux", "", "desktop"),
    ),
    (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", Client("Safari", "17", "iOS", "17", "mobile")),
    (f"{IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", Client("Chrome", "126", "iOS", "17", "mobile")),
    (f"{IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15", Client("Firefox", "127", "iOS", "17", "mobile")),
    (f"{IPHONE} Mobile/15E148", Client("Safari (in-app)", "", "iOS", "17", "mobile")),
    (
        f"{IPHONE} Mobile/15E148 Instagram 337.0.2.24.92 (iPhone14,5; iOS 17_5_1; en_US)",
        Client("Instagram", "337", "iOS", "17", "mobile"),
    ),
    (
        f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/468.0.0.35.109;FBDV/iPhone14,5]",
        Client("Facebook", "468", "iOS", "17", "mobile"),
    ),
    (
        f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {APPLE} Version/16.6 Mobile/15E148 Safari/604.1",
        Client("Safari", "16", "iPadOS", "16", "tablet"),
    ),
    (
        f"Mozilla/5.0 (iPad; CPU OS 9_3_5 like Mac OS X) {APPLE} Version/9.0 Mobile/13G36 Safari/601.1",
        Client("Safari", "9", "iOS", "9", "tablet"),
    ),
    (f"{PIXEL} Chrome/126.0.0.0 Mobile Safari/537.36", Client("Chrome", "126", "Android", "14", "mobile")),
    (
        f"Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) {KHTML} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36",
        Client("Android WebView", "126", "Android", "14", "mobile"),
    ),
    (
        f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {KHTML} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        Client("Samsung Internet", "25", "Android", "14", "mobile"),
    ),
    (
        f"Mozilla/5.0 (Linux; Android 13; SM-X700) {KHTML} Chrome/126.0.0.0 Safari/537.36",
        Client("Chrome", "126", "Android", "13", "tablet"),
    ),
    ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", Client("Firefox", "127", "Android", "14", "mobile")),
    ("Mozilla/5.0 (Android 14; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0", Client("Firefox", "127", "Android", "14", "tablet")),
    (
        f"Mozilla/5.0 (PlayStation; PlayStation 5/2.26) {APPLE} Version/13.0 Safari/605.1.15",
        Client("Safari", "13", "", "", "console"),
    ),
    (
        f"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) {KHTML} SamsungBrowser/2.2 Chrome/76.0 TV Safari/537.36",
        Client("Samsung Internet", "2", "Tizen", "6", "tv"),
    ),
    (
        f"Mozilla/5.0 (X11; Linux x86_64; Quest 3) {KHTML} OculusBrowser/33.0 Chrome/126.0 VR Safari/537.36",
        Client("Oculus Browser", "33", "Android", "", "other"),
    ),
    ("curl/8.4.0", Client("curl", "8", "", "", "")),
    ("", Client()),
    ("\x00\ud800", Client()),
    ("nothing that anybody knows", Client()),
]  # fmt: skip


@pytest.mark.parametrize(("user_agent", "expected"), CASES)
def test_parse_client_names_what_marketers_know(user_agent: str, expected: Client) -> None:
    assert parse_client(user_agent) == expected


def test_parse_client_uses_the_rust_engine() -> None:
    assert isinstance(client._engine().ua, ua_parser_rs.UserAgentExtractor)


@pytest.mark.parametrize(
    "unit",
    ["A", "Mozilla/5.0 ", "Chrome/1.", "Linux; Android ", "((((;", "a/1 ", "é", "\U0001f600", "\x00", "Build/1 "],
)
def test_parse_client_stays_under_5_ms_for_a_10_kb_user_agent(unit: str) -> None:
    parse_client("warm the engine")
    user_agent = unit * (10_240 // len(unit))
    client._parse.cache_clear()
    started = time.perf_counter()
    parse_client(user_agent)
    assert time.perf_counter() - started < 0.02  # 5 ms is the promise (0.2 ms measured); a test machine may be busy


def test_parse_client_looks_at_the_first_1000_characters_only() -> None:
    padding = "x" * LONGEST_USER_AGENT
    assert parse_client(padding + "Firefox/127.0") == Client()
    assert client._parse.cache_info().maxsize == client.CACHED_USER_AGENTS


@pytest.mark.parametrize("unit", ["Chrome/", "Version/", "Android "])
def test_parse_client_bounds_names_and_versions(unit: str) -> None:
    found = parse_client(f"Mozilla/5.0 ({unit}{'9' * 900}) Safari/1")
    assert len(found.browser_version) <= client.LONGEST_VERSION
    assert len(found.os_version) <= client.LONGEST_VERSION


@given(st.text(st.characters(categories=("L", "N", "P", "Z", "C", "S")), max_size=300))
def test_parse_client_never_raises(user_agent: str) -> None:
    found = parse_client(user_agent)
    assert found.device_type in DEVICE_TYPES
    assert len(found.browser) <= client.LONGEST_NAME
    assert not found.browser_version or found.browser
    assert not found.os_version or found.os
