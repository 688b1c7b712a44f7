"""What is left out: addresses, paths, hosts and countries, as typed and as met."""

import time

import pytest

from metrone.control.errors import Invalid
from metrone.control.excluded import PATH_MAX, Kind, check_value, compile_rules

PATHS = [
    ("/admin", "/admin", True), ("/admin", "/admin/", False), ("/a.b", "/axb", False), ("/a(b", "/a(b", True),
    ("/admin/**", "/admin/x/y", True), ("/admin/**", "/admin/", True), ("/admin/**", "/admin", False), ("/**", "/", True),
    ("/u/*/edit", "/u/7/edit", True), ("/u/*/edit", "/u/7/8/edit", False), ("/*", "/a", True), ("/*", "/a/b", False),
    ("/a*b*c", "/abbcbc", True), ("/*a*", "/bab", True), ("/x*", "/x", True), ("/**/edit", "/a/b/edit", True),
    ("/**/x/**", "/1/x/2", True), ("/*/a/**b**c", "/x/a/1b2b3c", True), ("/aa**aa", "/aaa", False), ("/***", "/a/b", True),
    ("/a/**", "/a/\n", True), ("/straße/*", "/straße/7", True),
]  # fmt: skip
ADDRESSES = [
    ("203.0.113.7", "203.0.113.7", True), ("203.0.113.7", "203.0.113.8", False), ("203.0.113.9/24", "203.0.113.200", True),
    ("203.0.113.0/24", "203.0.114.1", False), ("2001:db8::/32", "2001:db8:7::1", True), ("2001:db8::/32", "203.0.113.7", False),
    ("2001:DB8::0001", "2001:db8::1", True), ("::ffff:203.0.113.7", "203.0.113.7", True), ("10.0.0.0/8", "nonsense", False),
    ("10.0.0.0/8", "", False),
]  # fmt: skip
HOSTS = [
    ("Staging.Example.com", "staging.example.com", True), ("localhost", "localhost:5173", True),
    ("example.com", "www.example.com", False), ("*.example.com", "www.example.com", True),
    ("*.example.com", "example.com", False), ("*.example.com", "badexample.com", False), ("https://a.example/x", "a.example", True),
    ("a.example", "", False),
]  # fmt: skip


def rules(kind: Kind, text: str) -> tuple[str, str]:
    return kind, check_value(kind, text)


@pytest.mark.parametrize(("pattern", "path", "is_out"), PATHS)
def test_paths(pattern: str, path: str, is_out: bool) -> None:
    assert compile_rules([rules("path", pattern), rules("path", "/other")]).has_page("", path) is is_out


@pytest.mark.parametrize(("typed", "address", "is_out"), ADDRESSES)
def test_addresses(typed: str, address: str, is_out: bool) -> None:
    assert compile_rules([rules("address", typed), rules("address", "192.0.2.1")]).has_address(address) is is_out


@pytest.mark.parametrize(("typed", "host", "is_out"), HOSTS)
def test_hosts(typed: str, host: str, is_out: bool) -> None:
    assert compile_rules([rules("host", typed)]).has_page(host, "/") is is_out


REFUSED: list[tuple[Kind, str]] = [
    ("address", ""), ("address", "203.0.113"), ("address", "0.0.0.0/0"), ("address", "::/0"), ("address", "fe80::1%eth0"),
    ("address", "1.2.3.4/33"), ("address", "' or 1=1 --"), ("path", "admin"), ("path", ""), ("path", "/" + "a" * PATH_MAX),
    ("path", "/a?b"), ("path", "/a#b"), ("path", "/a\nb"), ("path", "/**/a*b"), ("host", ""), ("host", "*"), ("host", "a b"),
    ("host", "*.*.example"), ("country", "Germany"), ("country", ""), ("country", "1A"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_what_cannot_be_one_is_refused_with_a_sentence(kind: Kind, text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_value(kind, text)
    assert refusal.value.field == kind
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("pattern", ["/**" + "a" * 90 + "b", "/" + "*a" * 40 + "b", "/**" + "**".join(["aaab"] * 15)])
def test_no_pattern_makes_matching_slow(pattern: str) -> None:
    known = compile_rules([rules("path", pattern)])
    began = time.perf_counter()
    assert not known.has_page("", "/" + "a" * 1999)
    assert time.perf_counter() - began < 0.1
