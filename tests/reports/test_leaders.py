"""Breakdowns by visitors have the rows that the plain way gives, also when many values must be left out of the count."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrone.reports import leaders
from metrone.reports.answers import PartAnswer, ask
from metrone.reports.breakdowns import breakdown_question
from metrone.reports.leaders import ask_by_visitors
from metrone.reports.params import BreakdownParams
from metrone.store.embedded import EmbeddedStore
from tests.reports.worlds import World

_START = datetime(2026, 3, 2)
_EVENT = st.tuples(
    st.integers(0, 3 * 3600), st.integers(1, 9), st.sampled_from(["", "/", "/a", "/b", "/c", "/d"]), st.integers(0, 5)
)
_SESSION = st.tuples(
    st.integers(1, 4), st.sampled_from(["", "DE", "FR", "IN"]), st.sampled_from(["", "x.org", "y.org"])
)
_METRICS = ["unique_visitors", "pageviews", "conversions"]


def ask_both(world: World, limit: int, offset: int, *dimensions: str) -> tuple[list[PartAnswer], list[PartAnswer]]:
    context = world.context()
    asked = [
        BreakdownParams(
            dimension=name, metrics=_METRICS, start="2026-03-02", end="2026-03-02", limit=limit, offset=offset
        )
        for name in dimensions
    ]
    question = breakdown_question(context, asked)
    return ask_by_visitors(context, question), ask(context, question)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_EVENT, min_size=1, max_size=40),
    st.lists(_SESSION, min_size=9, max_size=9),
    st.integers(1, 3),
    st.integers(0, 2),
    st.sampled_from([3, 5, 63]),
)
def test_rows_are_those_of_the_plain_way(
    store: EmbeddedStore,
    events: list[tuple[int, int, str, int]],
    sessions: list[tuple[int, str, str]],
    limit: int,
    offset: int,
    candidates: int,
) -> None:
    world = World(store)
    for second, session, path, kind in sorted(events):
        visitor, country, referrer = sessions[session - 1]
        at = (_START + timedelta(seconds=second)).isoformat()
        own: dict[str, Any] = {"visitor_key": visitor, "country_code": country, "referrer_domain": referrer}
        world.event(at, session, "conversion" if kind == 0 else "pageview", path, **own)
    world.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaders, "CANDIDATES", candidates)
        patch.setattr(leaders, "BITS", candidates + 1)  # so that three dimensions need more than one word
        patch.setattr(leaders, "_SHOWN_MAX", min(leaders._SHOWN_MAX, candidates))
        for dimensions in (("page",), ("country", "referrer", "device"), ("page", "title", "event_type")):
            ours, plain = ask_both(world, limit, offset, *dimensions)
            assert ours == plain


@pytest.mark.parametrize(("pages", "visitors"), [(70, 3), (70, 1), (62, 1)])
def test_leaders_of_many_pages_are_found(world: World, pages: int, visitors: int) -> None:
    """Two pages that lead, with as many visitors as the rest has events or with more; then rows that nothing tells apart."""
    for number in range(pages):
        world.event("2026-03-02T10:00:00", number + 1, path=f"/{number:03}")
    for number in range(2 * visitors):
        world.event("2026-03-02T11:00:00", 1000 + number, path=f"/top{number % 2}")
    world.load()
    for limit in (1, 2, 5):
        ours, plain = ask_both(world, limit, 0, "page")
        assert ours == plain
        assert ours[0].total == pages + 2


def test_a_breakdown_without_any_event_is_empty(world: World) -> None:
    ours, plain = ask_both(world, 10, 0, "country", "browser")
    assert ours == plain == [PartAnswer([]), PartAnswer([])]
