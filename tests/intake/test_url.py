"""Addresses of pages and referrers: cut into parts, cleaned, bounded."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from metrone.intake import url
from metrone.intake.url import PageUrl, clean_text, clean_url, host_of, split_page

PAGES = [
    # page_url, page_path, expected
    ("https://example.com/pricing", "", PageUrl("example.com", "/pricing")),
    ("https://example.com", "", PageUrl("example.com", "/")),
    ("https://example.com?a=1", "", PageUrl("example.com", "/", {"a": "1"})),
    ("HTTPS://WWW.Example.COM/Path", "", PageUrl("www.example.com", "/Path")),
    ("https://user:secret@example.com/x", "", PageUrl("example.com", "/x")),
    ("https://example.com./x", "", PageUrl("example.com", "/x")),
    ("https://example.com:443/x", "", PageUrl("example.com", "/x")),
    ("http://example.com:80/x", "", PageUrl("example.com", "/x")),
    ("https://example.com.:443/x", "", PageUrl("example.com", "/x")),
    ("https://example.com:/x", "", PageUrl("example.com", "/x")),
    ("http://localhost:3000/x", "", PageUrl("localhost:3000", "/x")),
    ("https://[2001:DB8::1]:8443/x", "", PageUrl("[2001:db8::1]:8443", "/x")),
    ("https://bücher.example/über", "", PageUrl("bücher.example", "/über")),
    ("https://xn--bcher-kva.example/", "", PageUrl("xn--bcher-kva.example", "/")),
    (" https://example.com/a\tb\n", "", PageUrl("example.com", "/ab")),
    ("https://evil.example\\@good.example/x", "", PageUrl("evil.example", "/@good.example/x")),
    ("https:\\\\example.com\\a\\b", "", PageUrl("example.com", "/a/b")),
    # query strings and fragments
    ("https://e.com/p?utm_source=x&Q=1&q=2#top", "", PageUrl("e.com", "/p", {"utm_source": "x", "q": "1"})),
    ("https://e.com/p?a=b+c%20d&e&=f", "", PageUrl("e.com", "/p", {"a": "b c d", "e": ""})),
    ("https://e.com/p?a=%00%ff%F0%9F%98%80", "", PageUrl("e.com", "/p", {"a": "\ufffd\U0001f600"})),
    ("https://e.com/#/route/x?utm_source=y", "", PageUrl("e.com", "/#/route/x", {"utm_source": "y"})),
    ("https://e.com/app#!/route", "", PageUrl("e.com", "/app#!/route")),
    ("https://e.com/app#section-2", "", PageUrl("e.com", "/app")),
    ("https://e.com/app#access_token=secret", "", PageUrl("e.com", "/app")),
    # a given path
    ("https://e.com/real", "/given", PageUrl("e.com", "/given")),
    ("https://e.com/real?utm_source=u", "/given?utm_source=p&x=1", PageUrl("e.com", "/given", {"utm_source": "u", "x": "1"})),
    ("", "/only?email=a@b.c#x", PageUrl("", "/only", {"email": "a@b.c"})),
    ("", "no-slash", PageUrl("", "/no-slash")),
    ("", "https://e.com/full?x=1", PageUrl("e.com", "/full", {"x": "1"})),
    ("/just/a/path?x=1", "", PageUrl("", "/just/a/path", {"x": "1"})),
    # no page at all
    ("", "", PageUrl()),
    ("javascript:alert(1)", "", PageUrl()),
    ("data:text/html,<script>", "", PageUrl()),
    ("about:blank", "", PageUrl()),
    ("file:///etc/passwd", "", PageUrl()),
    ("//example.com/x", "", PageUrl()),
    ("example.com/x", "", PageUrl()),
    ("https:///x", "", PageUrl()),
    ("https://<script>/x", "", PageUrl()),
    ("https://a b/x", "", PageUrl()),
    ("https://exa%6dple.com/", "", PageUrl()),
    ("https://user@/x", "", PageUrl()),
    ("https://..", "", PageUrl()),
    (f"https://{'a' * 300}.com/", "", PageUrl()),
]  # fmt: skip


@pytest.mark.parametrize(("page_url", "page_path", "expected"), PAGES)
def test_split_page_keeps_host_path_and_parameters(page_url: str, page_path: str, expected: PageUrl) -> None:
    assert split_page(page_url, page_path) == expected


URLS = [
    ("https://user:pw@www.Example.com:443/a/b?token=secret#frag", "https://www.example.com/a/b"),
    ("http://example.com", "http://example.com/"),
    ("https://e.com/#/route", "https://e.com/"),
    ("https://e.com/a b", "https://e.com/a b"),
    ("/path", ""),
    ("javascript:alert(1)", ""),
    ("JaVaScRiPt://example.com/%0aalert(1)", ""),
    ("java\tscript:alert(1)", ""),
    ("data:text/html;base64,x", ""),
    ("android-app://com.google.android.gm/", ""),
    ("", ""),
]


@pytest.mark.parametrize(("given_url", "expected"), URLS)
def test_clean_url_drops_credentials_query_and_fragment(given_url: str, expected: str) -> None:
    assert clean_url(given_url) == expected


def test_stored_texts_are_bounded() -> None:
    long = "https://e.com/" + "p" * 5_000 + "?q=" + "v" * 3_000
    assert len(split_page(long, "").path) == url.LONGEST_PATH
    assert len(clean_url(long)) == url.LONGEST_PATH
    assert len(split_page("", "/" + "x" * 5_000).path) == url.LONGEST_PATH
    assert split_page("https://e.com/?q=" + "v" * 3_000, "").params == {"q": "v" * url.LONGEST_VALUE}


def test_split_page_reads_a_bounded_number_of_parameters() -> None:
    many = "&".join(f"k{number}={number}" for number in range(1_000))
    assert len(split_page(f"https://e.com/?{many}", "").params) == url.MOST_PARAMS


@pytest.mark.parametrize(
    "hostile",
    ["https://" + "a." * 50_000, "https://" + "a-" * 50_000 + "!", "https://" + "@" * 100_000,
     "https://e.com/?" + "a=%41&" * 20_000,
     "https://e.com/" + "\x00" * 100_000, "https://[" + ":" * 100_000],
)  # fmt: skip
def test_split_page_is_quick_for_hostile_urls(hostile: str) -> None:
    started = time.perf_counter()
    split_page(hostile, hostile)
    clean_url(hostile)
    assert time.perf_counter() - started < 0.05


HOSTILE = st.one_of(
    st.text(st.characters(categories=("L", "N", "P", "S", "Z", "C")), max_size=80),
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp", "javascript", ""]),
        st.text("ab.:@[]\\/%\ud800é\x00 -_1", max_size=20),
        st.sampled_from(["", "/", "\\", "?", "#", "#/", "#!/"]),
        st.text("ab=&?#/+%4\x00\ud800é;", max_size=20),
    ),
)


@given(HOSTILE, HOSTILE)
@example("https://[", "")
@example("https://[::1", "https://]")
def test_split_page_never_raises_and_leaks_nothing(page_url: str, page_path: str) -> None:
    page = split_page(page_url, page_path)
    assert page.path == "" or page.path.startswith("/")
    assert "?" not in page.path
    assert "#" not in page.path or page.path.partition("#")[2].startswith(("/", "!/"))
    assert not set(page.host) & set("/?#@ \\<>%")
    for text in (page.host, page.path, *page.params, *page.params.values()):
        text.encode("utf-8")
        assert not url.UNWANTED.search(text)


@given(HOSTILE)
def test_clean_url_never_raises_and_cleans_once_for_all(given_url: str) -> None:
    cleaned = clean_url(given_url)
    assert cleaned == "" or cleaned.startswith(("http://", "https://"))
    assert not set(cleaned) & set("?#")
    assert clean_url(cleaned) == cleaned
    assert host_of(cleaned) == host_of(given_url)


@given(st.text(st.characters(categories=("L", "Z", "C"))))
def test_clean_text_can_always_be_written(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned
