"""Goals on tiny worlds: every criterion, wildcards, what a conversion is on every face, the dimension, and hostile names."""

from typing import Any

import msgspec
import pytest

from metrone.errors import MetroneError
from metrone.events.goal import Criteria, Goal
from metrone.reports.goals import page_expression
from metrone.reports.metrics import METRICS
from metrone.store.embedded import EmbeddedStore
from tests.reports.worlds import World

DAY: dict[str, Any] = {"since": "2026-03-02", "to": "2026-03-02"}
AT = "2026-03-02T10:00:00"
BIDI = "</script>'\"; drop table events; --\u202e💥"


def goal(name: str = "Goal", **criteria: Any) -> Goal:
    return Goal(f"goal_{name}", name, msgspec.convert(criteria, Criteria))


def ids(world: World, *goals: Goal) -> list[int]:
    """Which events reach any of the goals, by their ids."""
    world.goals = goals
    names = [each.name for each in goals]
    rows = world.ask("events", filters=[["is", "goal", names]], limit=100, **DAY)["data"]
    found = sorted(int(row["event_id"]) for row in rows)
    assert world.ask("stats", visitor_type="all", **DAY)["conversions"] == len(found)
    return found


@pytest.fixture(scope="module")
def counted(store: EmbeddedStore) -> World:
    world = World(store)
    world.event(AT, 1, path="/")  # 1
    world.event(AT, 1, path="/blog/one", properties='{"plan":"pro","n":41.5,"ok":true}')  # 2
    world.event(AT, 2, "custom", "/blog/one/two", event_name="signup", properties='{"plan":"Proto","n":"42"}')  # 3
    world.event(AT, 2, "conversion", "/thanks", event_name="buy", value="99.5", currency="EUR")  # 4
    world.event(AT, 3, "conversion", "/thanks", event_name="buy", value="100", currency="USD")  # 5
    world.event(AT, 4, "custom", event_name="buy", source_class="voice", ai_provider="vapi", ai_intent="book")  # 6
    world.event(AT, 5, "custom", "/a.b", event_name=BIDI, properties='{"' + "k'}" + '":"' + "v'--" + '"}')  # 7
    return world.load()


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({"event_type": "conversion"}, [4, 5]),
        ({"event_type": "custom"}, [3, 6, 7]),
        ({"event_type": "signup"}, [3]),  # as track('signup') is kept
        ({"event_name": "buy"}, [4, 5, 6]),
        ({"event_name": "Buy"}, []),
        ({"event_name": BIDI}, [7]),
        ({"event_name": "buy' or 1=1 --"}, []),
        ({"page": "/"}, [1]),
        ({"page": "/blog/*"}, [2]),
        ({"page": "/blog/**"}, [2, 3]),
        ({"page": "**"}, [1, 2, 3, 4, 5, 6, 7]),
        ({"page": "/*"}, [1, 4, 5, 7]),
        ({"page": "/a.b"}, [7]),
        ({"page": "/a?*"}, []),
        ({"source": "voice"}, [6]),
        ({"source": "web", "event_name": "buy"}, [4, 5]),
        ({"properties": [{"key": "plan", "operator": "equals", "value": "pro"}]}, [2]),
        ({"properties": [{"key": "plan", "operator": "contains", "value": "pro"}]}, [2, 3]),
        ({"properties": [{"key": "n", "operator": "greater", "value": "41.5"}]}, [3]),
        ({"properties": [{"key": "n", "operator": "less", "value": "42"}]}, [2]),
        ({"properties": [{"key": "plan", "operator": "less", "value": "42"}]}, []),
        ({"properties": [{"key": "ok", "operator": "equals", "value": "true"}]}, [2]),
        ({"properties": [{"key": "k'}", "operator": "equals", "value": "v'--"}]}, [7]),
        (
            {
                "properties": [
                    {"key": "plan", "operator": "contains", "value": "pro"},
                    {"key": "n", "operator": "less", "value": "42"},
                ]
            },
            [2],
        ),
        ({"provider": "vapi"}, [6]),
        ({"intent": "book", "provider": "vapi"}, [6]),
        ({"intent": "book", "provider": "retell"}, []),
        ({"outcome": "completed"}, []),
        ({"min_value": 99.5}, [4, 5]),
        ({"min_value": 99.51}, [5]),
        ({"min_value": 0}, [4, 5]),  # an event without a value has none
    ],
)
def test_each_criterion_matches_what_it_says(counted: World, criteria: dict[str, Any], found: list[int]) -> None:
    assert ids(counted, goal(**criteria)) == found


@pytest.mark.parametrize(
    ("pattern", "path", "is_match"),
    [
        ("/blog/*", "/blog/", True),
        ("/blog/*", "/blog", False),
        ("/blog/*/end", "/blog/x/end", True),
        ("/blog/*/end", "/blog/x/y/end", False),
        ("/blog/**/end", "/blog/x/y/end", True),
        ("/blog**", "/blog", True),
        ("/*.html", "/a.html", True),
        ("/*.html", "/axhtml", False),
        ("/***", "/a/b", True),
        ("/*", "/line\nbreak", True),
        ("/(a|b)*", "/(a|b)c", True),
        ("/(a|b)*", "/a", False),
        ("/ü #~&*", "/ü #~&1", True),
    ],
)
def test_wildcards_are_read_as_written(world: World, pattern: str, path: str, is_match: bool) -> None:
    row = world.store.query(
        "select match({path:String}, {re:String}) as m", {"path": path, "re": page_expression(pattern)}
    )
    assert row.dicts() == [{"m": int(is_match)}]


def test_an_event_that_reaches_two_goals_is_one_conversion(counted: World) -> None:
    assert ids(counted, goal("A", event_name="buy"), goal("B", page="/thanks"), goal("C", page="/none")) == [4, 5, 6]
    rows = counted.ask("goals", **DAY)["data"]
    assert [(row["value"], row["conversions"], row["unique_visitors"], row["conversion_rate"]) for row in rows] == [
        ("A", 3, 3, 60.0),
        ("B", 2, 2, 40.0),
        ("C", 0, 0, 0.0),
    ]
    assert [row["revenue"] for row in rows] == [{"EUR": 99.5, "USD": 100.0}, {"EUR": 99.5, "USD": 100.0}, {}]
    assert counted.ask("stats", **DAY)["revenue"] == {"EUR": 99.5, "USD": 100.0}
    assert counted.ask("stats", **DAY)["conversion_rate"] == 60.0
    by_goal = counted.ask("breakdown", dimension="goal", metrics="conversions,unique_visitors,revenue", **DAY)
    assert [(row["value"], row["conversions"]) for row in by_goal["data"]] == [("A", 3), ("B", 2)]
    assert by_goal["meta"]["total"] == 2


def test_without_goals_a_conversion_is_an_event_of_that_type(counted: World) -> None:
    counted.goals = ()
    assert counted.ask("stats", **DAY)["conversions"] == 2
    assert counted.ask("goals", **DAY)["data"] == []
    assert counted.ask("breakdown", dimension="goal", **DAY)["data"] == []
    assert counted.ask("events", filters=[["is", "goal", ["x"]]], **DAY)["data"] == []
    assert counted.ask("events", filters=[["is", "goal", [""]]], **DAY)["meta"]["count"] == 7


@pytest.mark.parametrize("goals", [(), (goal("A", page="/blog/**"), goal("B", event_type="conversion"))])
def test_every_read_gives_the_same_conversions(counted: World, goals: tuple[Goal, ...]) -> None:
    counted.goals = goals
    whole = 4 if goals else 2
    asked = {**DAY, "tz": "Asia/Kolkata"}  # from the events alone; in UTC the rest comes from the roll-up
    for period in (DAY, asked):
        assert counted.ask("stats", **period)["conversions"] == whole
        hours = counted.ask("timeseries", metrics="conversions", interval="hour", **period)["data"]
        assert sum(row["conversions"] for row in hours) == whole
        pages = counted.ask("pages", **period)["data"]
        assert sum(row["conversions"] for row in pages) == whole
        sources = counted.ask("sources", **period)
        assert sum(row["conversions"] for row in sources["channels"]) == whole
        assert sum(row["conversions"] for row in sources["traffic"]) == whole
        for dimension in ("country", "source", "event_type", "os"):
            rows = counted.ask("breakdown", dimension=dimension, metrics="conversions,unique_visitors", **period)[
                "data"
            ]
            assert sum(row["conversions"] for row in rows) == whole
    assert counted.ask("stats", interval="day", **DAY)["timeseries"][0]["conversions"] == whole


def test_live_counts_goals_of_today(world: World) -> None:
    world.event("2026-03-10T09:00:00", 1, path="/thanks")
    world.event("2026-03-10T09:00:00", 1, path="/")
    world.load().goals = (goal(page="/thanks"),)
    assert world.ask("live")["today_conversions"] == 1


def test_every_metric_can_be_asked_with_goals_and_by_goal(counted: World) -> None:
    counted.goals = (goal("A", page="/blog/**"), goal("B", outcome="completed"))
    stats = counted.ask("stats", metrics=list(METRICS), interval="hour", **DAY)
    assert (stats["conversions"], stats["unique_visitors"]) == (2, 5)
    (row,) = counted.ask("breakdown", dimension="goal", metrics=list(METRICS), **DAY)["data"]
    assert (row["value"], row["conversions"], row["pageviews"], row["unique_sessions"]) == ("A", 2, 1, 2)
    assert row["avg_session_duration_sec"] == 0.0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([["is", "goal", ["A"]]], [4, 5, 6]),
        ([["is", "goal", ["A", "B"]]], [2, 4, 5, 6]),
        ([["is_not", "goal", ["A"]]], [1, 2, 3, 7]),
        ([["is", "goal", [""]]], [1, 3, 7]),
        ([["is_not", "goal", [""]]], [2, 4, 5, 6]),
        ([["is", "goal", ["nobody's"]]], []),
        ([["is_not", "goal", ["nobody's"]]], [1, 2, 3, 4, 5, 6, 7]),
        ([["contains", "goal", ["b"]]], [2]),
        ([["contains_not", "goal", ["b"]]], [1, 3, 4, 5, 6, 7]),
        ([["matches", "goal", ["^[AB]$"]]], [2, 4, 5, 6]),
        ([["is", "goal", ["A"]], ["is", "page", ["/thanks"]]], [4, 5]),
    ],
)
def test_goal_is_a_dimension_to_filter_by(counted: World, filters: list[object], found: list[int]) -> None:
    counted.goals = (goal("A", event_name="buy"), goal("B", page="/blog/*"))
    rows = counted.ask("events", filters=filters, **DAY)["data"]
    assert sorted(int(row["event_id"]) for row in rows) == found
    assert counted.ask("stats", filters=filters, **DAY)["total_events"] == len(found)
    assert counted.ask("breakdown", dimension="country", metrics="total_events", filters=filters, **DAY)["data"] == (
        [{"value": None, "total_events": len(found)}] if found else []
    )


def test_goals_under_a_filter_keep_the_rate_of_all_visitors(counted: World) -> None:
    counted.goals = (goal("A", event_name="buy"), goal("B", page="/blog/*"))
    (first, second) = counted.ask("goals", filters=[["is", "goal", ["A"]]], **DAY)["data"]
    assert (first["conversions"], first["conversion_rate"]) == (3, 60.0)
    assert (second["conversions"], second["conversion_rate"]) == (0, 0.0)
    filtered = counted.ask("stats", filters=[["is", "goal", ["A"]]], **DAY)
    assert filtered["conversions"] == first["conversions"]


def test_goals_are_searched_ordered_and_paged(counted: World) -> None:
    counted.goals = (goal("Zebra", event_name="signup"), goal("apple", event_name="buy"), goal("Apricot", page="/x"))
    names = [row["value"] for row in counted.ask("goals", **DAY)["data"]]
    assert names == ["apple", "Zebra", "Apricot"]
    by_name = counted.ask("goals", order_by="value", **DAY)["data"]
    assert [row["value"] for row in by_name] == ["apple", "Apricot", "Zebra"]
    found = counted.ask("goals", search="AP", limit=1, offset=1, order_by="revenue:asc", **DAY)
    assert ([row["value"] for row in found["data"]], found["meta"]["total"]) == (["apple"], 2)
    with pytest.raises(MetroneError, match="order_by"):
        counted.ask("goals", order_by="pageviews", **DAY)


def test_a_call_counts_once_and_by_what_is_known_last(world: World) -> None:
    # Told of by two events of a client; the outcome comes with the second.
    world.event("2026-03-02T10:00:00", 1, "ai_call", interaction_key=1, ai_provider="vapi", source_class="voice")
    world.event("2026-03-02T10:05:00", 1, "ai_call", interaction_key=1, ai_provider="vapi", ai_outcome="completed")
    # A webhook's: the event was written before the outcome was known.
    world.event("2026-03-02T11:00:00", 2, "ai_call", interaction_key=2, ai_provider="vapi", source_class="voice")
    # The carrier's half of it, and a chat.
    world.event("2026-03-02T11:00:00", 3, "ai_call", interaction_key=3, ai_provider="twilio", source_class="voice")
    world.event("2026-03-02T12:00:00", 4, "ai_chat", interaction_key=4, ai_provider="intercom", source_class="chat")
    world.load()
    world.tell(2, kind="call", ai_provider="vapi", at="2026-03-02T11:00:00", ai_outcome="failed", ai_intent="refund")
    world.tell(3, kind="call", ai_provider="twilio", at="2026-03-02T11:00:00", ai_outcome="failed", linked_to=2)
    cases: list[tuple[dict[str, Any], list[int]]] = [
        ({"outcome": "completed"}, [1]),
        ({"outcome": "failed"}, [3]),
        ({"intent": "refund", "provider": "vapi"}, [3]),
        ({"provider": "twilio"}, []),
        ({"event_type": "ai_call"}, [1, 3]),
        ({"source": "voice"}, [1, 3]),
        ({"source": "chat"}, [5]),
        ({"source": "chat", "outcome": "completed"}, []),
    ]
    for criteria, found in cases:
        assert ids(world, goal(**criteria)) == found, criteria
    world.goals = (goal(event_type="ai_call"),)
    assert world.ask("stats", **DAY)["conversions"] == world.ask("stats", metrics="ai_calls", **DAY)["ai_calls"] == 2


def test_goals_of_one_project_say_nothing_of_another(store: EmbeddedStore) -> None:
    first, second = World(store, goals=(goal(event_type="ai_call"),)), World(store, goals=(goal(page="/other"),))
    for world in (first, second):
        world.event(AT, 1, "ai_call", interaction_key=9, ai_outcome="completed")
        world.event(AT, 2, path="/other")
        world.event(AT, 3, path="/other")
        world.load()
    first.tell(9, linked_to=1)  # of the first project's call alone
    second.goals = (goal("A", event_type="ai_call"), goal("B", page="/other"))
    assert first.ask("stats", **DAY)["conversions"] == 0
    assert [row["conversions"] for row in second.ask("goals", **DAY)["data"]] == [2, 1]


def test_hostile_names_are_values_and_nothing_else(counted: World) -> None:
    counted.goals = (goal(BIDI, page="/thanks"), goal("{p1:String}", event_name=BIDI))
    rows = counted.ask("goals", **DAY)["data"]
    assert {row["value"]: row["conversions"] for row in rows} == {BIDI: 2, "{p1:String}": 1}
    assert counted.ask("stats", filters=[["is", "goal", [BIDI]]], **DAY)["total_events"] == 2
