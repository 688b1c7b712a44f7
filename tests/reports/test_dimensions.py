"""Every dimension groups and filters, on events and on sessions, and metrics of sessions follow the pages of sessions."""

from pathlib import Path
from typing import Any

import pytest

from metrone.errors import MetroneError
from metrone.events.goal import Criteria, Goal
from metrone.reports.dimensions import DIMENSIONS
from metrone.store.embedded import EmbeddedStore
from tests.reports.worlds import World

DAY: dict[str, Any] = {"since": "2026-03-02", "to": "2026-03-02"}
DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"

# The column that holds the dimension, and the two values that two sessions have in it.
VALUES = {
    "entry_page": ("", "/in-a", "/in-b"),
    "exit_page": ("", "/in-a", "/in-b"),
    "page": ("", "/in-a", "/in-b"),
    "hostname": ("page_origin", "a.example", "b.example"),
    "title": ("page_title", "A", "B"),
    "event_type": ("", "pageview", "custom"),
    "event_name": ("event_name", "signup", "login"),
    "goal": ("event_name", "Goal 1", "Goal 2"),  # the goals of _world_of, each of the event of its name
    "source": ("source_class", "web", "voice"),
    "client_channel": ("channel", "phone", "website"),
    "traffic_source": ("traffic_source", "organic", "social"),
    "channel": ("traffic_channel", "organic_search", "paid_social"),
    "referrer": ("referrer_domain", "google.com", "t.co"),
    "country": ("country_code", "DE", "FR"),
    "device": ("device_type", "desktop", "mobile"),
    "visitor_type": ("visitor_type", "human", "bot"),
    "provider": ("ai_provider", "vapi", "retell"),
    "model": ("ai_model", "m1", "m2"),
    "intent": ("ai_intent", "pricing", "support"),
    "outcome": ("ai_outcome", "completed", "failed"),
    "sentiment": ("ai_sentiment", "good", "bad"),
    "agent": ("agent_name", "GPTBot", "ClaudeBot"),
    "agent_operator": ("agent_operator", "OpenAI", "Anthropic"),
    "property": ("properties", "plan", "seats"),
    "props:plan": ("properties", "pro", "42"),
}
# Of AI interactions alone: the column that holds the dimension there.
_CALL = {
    "interaction": ("kind", "call", "chat"),
    "endpoint": ("endpoint", "main", "sales"),
    "assistant": ("assistant", "a1", "a2"),
    "direction": ("direction", "inbound", "outbound"),
    "resolution": ("resolution", "resolved", "unresolved"),
    "end_reason": ("end_reason", "hangup", "busy"),
    "intent_origin": ("intent_origin", "model", "rules"),
}
VALUES |= _CALL
_PLAIN = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "region",
    "city",
    "browser",
    "os",
    "screen",
)
VALUES |= {name: (name, "x", "y") for name in _PLAIN}
_WRITTEN = {
    "a.example": "https://a.example",
    "b.example": "http://b.example",
    "pro": '{"plan":"pro"}',
    "plan": '{"plan":"pro","none":null,"more":{"a":1}}',
    "seats": '{"seats":3}',
    "42": '{"plan":42}',
}


def _world_of(store: EmbeddedStore, name: str) -> World:
    """Session 1 has the first value in two views, session 2 the second in one event."""
    column, first, second = VALUES[name]
    goals = [Goal(value, value, Criteria(event_name=value)) for value in (first, second)]
    world = World(store, goals=tuple(goals) if name == "goal" else ())
    for session, value in ((1, first), (1, first), (2, second)):
        kind = value if name == "event_type" else "pageview"
        path = value if value.startswith("/") else "/"
        columns: dict[str, Any] = {column: _WRITTEN.get(value, value)} if column else {}
        if name in _CALL:
            columns = {"interaction_key": session}
        world.event("2026-03-02T10:00:00", session, kind, path, **columns)
    world.load()
    for session, value in ((1, first), (2, second)):
        if name in _CALL:
            world.tell(session, **{column: value})
    return world


@pytest.mark.parametrize("name", VALUES)
def test_every_dimension_groups_events_and_sessions(store: EmbeddedStore, name: str) -> None:
    world = _world_of(store, name)
    metrics = "total_events,unique_sessions,entries"
    answer = world.ask("breakdown", dimension=name, metrics=metrics, visitor_type="all", **DAY)
    _, first, second = VALUES[name]
    viewed = int(name != "event_type")
    assert answer["data"] == [
        {"value": first, "total_events": 2, "unique_sessions": 1, "entries": 1},
        {"value": second, "total_events": 1, "unique_sessions": 1, "entries": viewed},
    ]
    assert answer["meta"]["total"] == 2


@pytest.mark.parametrize("name", VALUES)
def test_every_dimension_filters_events_and_sessions(store: EmbeddedStore, name: str) -> None:
    world = _world_of(store, name)
    for value, events in zip(VALUES[name][1:], (2, 1), strict=True):
        answer = world.ask("stats", filters=[["is", name, [value]]], visitor_type="all", **DAY)
        assert (answer["total_events"], answer["unique_sessions"]) == (events, 1)
        other = world.ask("stats", filters=[["is_not", name, [value]]], visitor_type="all", **DAY)
        assert (other["total_events"], other["unique_sessions"]) == (3 - events, 1)
    entered = world.ask("timeseries", metrics="entries", filters=[["is", name, [VALUES[name][1]]]], **DAY)
    assert [row["entries"] for row in entered["data"]] == [1]


def test_every_dimension_is_tested_and_documented() -> None:
    assert set(VALUES) == {*DIMENSIONS, "props:plan"}
    page = DOCS.read_text()
    assert [name for name, item in DIMENSIONS.items() if f"| `{name}` | {item.title} |" not in page] == []


@pytest.mark.parametrize(
    "name", ["", "project_no", "props:", "page_path", "page; drop table events", "props:" + "k" * 65]
)
def test_unknown_dimensions_are_refused(world: World, name: str) -> None:
    with pytest.raises(MetroneError) as caught:
        world.ask("breakdown", dimension=name)
    assert (caught.value.code, caught.value.message[:10]) == ("INVALID_PAYLOAD", "dimension:")


@pytest.mark.parametrize(
    ("properties", "value"),
    [
        ('{"k":"a \\"b\\" c"}', 'a "b" c'),
        ('{"k":1.5}', "1.5"),
        ('{"k":true}', "true"),
        ('{"k":[1,2]}', "[1,2]"),
        ('{"k":"null"}', "null"),
        ('{"k":""}', None),
        ('{"k":null}', None),
        ('{"other":{"k":"inner"}}', None),
    ],
)
def test_properties_are_text_numbers_and_booleans_as_written(world: World, properties: str, value: str | None) -> None:
    world.event("2026-03-02T10:00:00", path="/", properties=properties)
    world.load()
    found = [row["value"] for row in world.ask("breakdown", dimension="props:k", **DAY)["data"]]
    assert found == ([value] if value is not None else [])
    missing = world.ask("stats", filters=[["is", "props:k", [""]]], **DAY)["total_events"]
    assert missing == int(value is None)


def test_missing_values_have_a_row_only_where_unknown_is_a_part_of_the_whole(world: World) -> None:
    world.event("2026-03-02T10:00:00", 1, path="/", country_code="DE", utm_campaign="spring")
    world.event("2026-03-02T10:00:00", 2, path="/")
    world.load()
    countries = world.ask("breakdown", dimension="country", order_by="value", **DAY)
    assert [row["value"] for row in countries["data"]] == [None, "DE"]
    campaigns = world.ask("breakdown", dimension="utm_campaign", **DAY)
    assert ([row["value"] for row in campaigns["data"]], campaigns["meta"]["total"]) == (["spring"], 1)


def test_a_custom_event_is_found_by_its_name_as_a_type(world: World) -> None:
    world.event("2026-03-02T10:00:00", kind="custom", event_name="signup")
    world.event("2026-03-02T10:00:00", kind="conversion", event_name="signup")
    world.event("2026-03-02T10:00:00", kind="custom", event_name="login")
    world.load()
    assert world.ask("stats", filters=[["is", "event_type", ["signup"]]], **DAY)["total_events"] == 1
    assert world.ask("stats", filters=[["is_not", "event_type", ["signup"]]], **DAY)["total_events"] == 2
    assert world.ask("events", event_type="custom", **DAY)["meta"]["count"] == 2
    assert world.ask("events", event_type="signup", **DAY)["meta"]["count"] == 1
    assert world.ask("events", event_name="signup", **DAY)["meta"]["count"] == 2


def test_pages_have_the_entries_of_who_came_in_and_the_exits_of_who_left(world: World) -> None:
    for minute, path in enumerate(["/", "/pricing", "/"]):
        world.event(f"2026-03-02T10:0{minute}:00", 1, path=path)
    world.event("2026-03-02T11:00:00", 2, path="/")  # a bounce
    world.event("2026-03-02T12:00:00", 3, path="/pricing")
    world.event("2026-03-02T12:01:00", 3, "conversion", path="/pricing", value="5", currency="EUR")
    world.load()
    home = {"pageviews": 3, "unique_visitors": 2, "unique_sessions": 2, "entries": 2, "exits": 2, "bounce_rate": 50.0}
    pricing = {"pageviews": 2, "unique_visitors": 2, "unique_sessions": 2, "entries": 1, "exits": 1, "bounce_rate": 0.0}
    rows = [
        {"page_path": "/", "page_url": "https://example.com/", **home, "conversions": 0},
        {"page_path": "/pricing", "page_url": "https://example.com/pricing", **pricing, "conversions": 1},
    ]
    assert world.ask("pages", **DAY)["data"] == rows
    assert world.ask("pages", limit=1, offset=1, **DAY)["data"] == rows[1:]
    assert world.ask("pages", limit=1, **DAY)["meta"]["total"] == 2
    assert world.ask("pages", filters=[["is", "page", ["/pricing"]]], **DAY)["data"] == rows[1:]
    breakdown = world.ask("breakdown", dimension="page", metrics=list(home), **DAY)["data"]
    assert breakdown == [{"value": "/", **home}, {"value": "/pricing", **pricing}]


def test_exits_belong_to_the_last_page_and_entries_to_the_first(world: World) -> None:
    world.event("2026-03-02T10:00:00", 1, path="/in")
    world.event("2026-03-02T10:01:00", 1, path="/out")
    world.event("2026-03-02T10:02:00", 1, "custom", path="/after", event_name="x")
    world.load()
    rows = world.ask("pages", order_by="value", **DAY)["data"]
    assert [(row["page_path"], row["entries"], row["exits"]) for row in rows] == [
        ("/after", 0, 0),
        ("/in", 1, 0),
        ("/out", 0, 1),
    ]
    exits = world.ask("breakdown", dimension="exit_page", metrics="total_events,exits", **DAY)["data"]
    assert exits == [{"value": "/out", "total_events": 3, "exits": 1}]


def test_a_session_counts_once_under_each_value_of_its_events(world: World) -> None:
    world.event("2026-03-02T10:00:00", 1, path="/")
    world.event("2026-03-02T10:00:20", 1, "custom", event_name="a")
    world.event("2026-03-02T10:00:40", 1, "custom", event_name="a")
    world.event("2026-03-02T10:01:00", 1, "custom", event_name="b")
    world.event("2026-03-02T11:00:00", 2, "custom", event_name="b")
    world.load()
    answer = world.ask("breakdown", dimension="event_name", metrics="avg_session_duration_sec,total_events", **DAY)
    assert answer["data"] == [
        {"value": "a", "avg_session_duration_sec": 60.0, "total_events": 2},
        {"value": "b", "avg_session_duration_sec": 30.0, "total_events": 2},
    ]


def test_filters_on_events_must_hold_for_one_event_and_choose_its_session(world: World) -> None:
    world.event("2026-03-02T10:00:00", 1, path="/a", page_title="A")
    world.event("2026-03-02T10:00:30", 1, path="/b", page_title="B")
    world.event("2026-03-02T10:00:00", 2, path="/a", page_title="A")
    world.load()
    both = [["is", "page", ["/a"]], ["is", "title", ["A"]]]
    assert world.ask("stats", filters=both, **DAY) | {"period": 0} == world.ask("stats", filters=both[:1], **DAY) | {
        "period": 0
    }
    assert world.ask("stats", filters=both, **DAY)["bounce_rate"] == 50.0
    never = world.ask("stats", filters=[["is", "page", ["/a"]], ["is", "title", ["B"]]], **DAY)
    assert (never["total_events"], never["avg_session_duration_sec"]) == (0, 0.0)
