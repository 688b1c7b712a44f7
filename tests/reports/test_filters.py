"""Filters: what is refused and how it is said, and that every operator lets the right events pass, whatever the text."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.errors import MetroneError
from metrone.reports.filters import MAX_FILTERS, MAX_VALUES, Filter, read_filters
from metrone.store.embedded import EmbeddedStore
from tests.reports.worlds import World

HOSTILE = (
    "' or 1=1 --", "\\", "\\'", "{project_no:UInt32}", "a\tb\nc\r\0d", "\"; drop table events; --", "$filters", "%s",
    "'; select * from system.users", "ß☃\U0001f600", "<script>alert(1)</script>", "*/ union all select 1 /*", "\\u0041",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages(store: EmbeddedStore) -> World:
    world = World(store)
    for number, path in enumerate(["/", "/Blog/a", "/blog/b", "/über", ""], start=1):
        world.event("2026-03-02T10:00:00", number, path=path, kind="pageview" if path else "custom")
    return world.load()


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ([["is", "page", ["/"]]], 1),
        ([["is", "page", "/"]], 1),
        ([["is", "page", ["/", "/blog/b", "/none"]]], 2),
        ([["is", "page", [""]]], 1),
        ([["is_not", "page", ["/"]]], 4),
        ([["is_not", "page", [""]]], 4),
        ([["contains", "page", ["/BLOG"]]], 2),
        ([["contains", "page", ["ÜBER", "/a"]]], 2),
        ([["contains_not", "page", ["/blog"]]], 3),
        ([["matches", "page", ["^/[Bb]log/.$"]]], 2),
        ([["matches", "page", [".*"]]], 4),
        ([["matches", "page", ["^/$", "b$"]]], 2),
        ([["contains", "page", ["/blog"]], ["is_not", "page", ["/blog/b"]]], 1),
        ('[["is","page",["/"]]]', 1),
        ("", 5),
    ],
)
def test_operators_let_the_right_events_pass(pages: World, filters: object, count: int) -> None:
    assert pages.ask("stats", filters=filters)["total_events"] == count


@pytest.mark.parametrize(
    ("filters", "start"),
    [
        ("{", "filters: not JSON"),
        ("[" * 100_000, "filters: not JSON"),
        ('{"is": 1}', "filters: send a list"),
        ([["is", "country", ["DE"]]] * (MAX_FILTERS + 1), "filters: at most"),
        ([["is", "country"]], "filters[0]: send [operator"),
        (["is"], "filters[0]: send [operator"),
        ([["is", "country", ["DE"]], ["equals", "country", ["DE"]]], "filters[1]: unknown operator"),
        ([[["is"], "country", ["DE"]]], "filters[0]: unknown operator"),
        ([["is", "project_no", ["1"]]], "filters[0]: unknown dimension"),
        ([["is", "props:", ["1"]]], "filters[0]: unknown dimension"),
        ([["is", "props:" + "k" * 65, ["1"]]], "filters[0]: unknown dimension"),
        ([["is", 5, ["1"]]], "filters[0]: the dimension"),
        ([["is", "country", []]], "filters[0]: send 1 to"),
        ([["is", "country", None]], "filters[0]: send 1 to"),
        ([["is", "country", ["x"] * (MAX_VALUES + 1)]], "filters[0]: send 1 to"),
        ([["is", "country", ["x" * 1001]]], "filters[0]: every value"),
        ([["is", "country", [5]]], "filters[0]: every value"),
        ([["contains", "country", [""]]], "filters[0]: an empty value"),
        ([["matches", "page", ["x" * 201]]], "filters[0]: every value"),
        ([["is", "page", ["/"]], ["matches", "page", ["a", "("]]], "filters[1]: not a regular expression"),
        ([["matches", "page", ["(a{1000}){1000}"]]], "filters[0]: not a regular expression"),
        ([["matches", "page", ["(?=a)"]]], "filters[0]: not a regular expression"),
        ([["is", "page", ["\ud800"]]], "A value holds half of a surrogate"),
        ([["is", "props:\ud800", ["x"]]], "A value holds half of a surrogate"),
    ],
)
def test_bad_filters_are_refused_with_their_place(pages: World, filters: object, start: str) -> None:
    with pytest.raises(MetroneError) as caught:
        pages.ask("stats", filters=filters)
    assert caught.value.code == "INVALID_PAYLOAD"
    assert caught.value.message.startswith(start)


def test_hostile_texts_are_values_and_nothing_else(world: World) -> None:
    for number, text in enumerate(HOSTILE, start=1):
        properties = msgspec.json.encode({text: text}).decode()
        world.event("2026-03-02T10:00:00", number, path=text, utm_source=text, properties=properties)
    world.load()
    for text in HOSTILE:
        for name in ("page", "utm_source", f"props:{text}"):
            assert world.ask("stats", filters=[["is", name, [text]]])["total_events"] == 1
            within = sum(text in other and (name != f"props:{text}" or other == text) for other in HOSTILE)
            assert world.ask("stats", filters=[["contains", name, [text]]])["total_events"] == within
        answer = world.ask("breakdown", dimension=f"props:{text}", metrics="pageviews")
        assert answer["data"] == [{"value": text, "pageviews": 1}]
    assert {row["value"] for row in world.ask("breakdown", dimension="utm_source")["data"]} == set(HOSTILE)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20))
def test_read_filters_only_ever_refuses_politely(asked: object) -> None:
    with suppress(MetroneError):
        assert all(isinstance(item, Filter) for item in read_filters(asked))
