"""AI interactions as a person counts them: one row each, whatever came in, and the same number on every way to it."""

from typing import Any

import pytest

from metrone.errors import MetroneError
from metrone.reports.ai import ALL, ROW, SECTIONS
from metrone.store.embedded import EmbeddedStore
from tests.reports.worlds import World

DAY: dict[str, Any] = {"since": "2026-03-02", "to": "2026-03-02"}
WEEK: dict[str, Any] = {"since": "2026-03-02", "to": "2026-03-08"}


@pytest.fixture(scope="module")
def world(store: EmbeddedStore) -> World:
    """Four calls, a chat, a query; a message and a carrier's call that do not count; a test, another day."""
    world = World(store)
    call = {"kind": "call", "ai_provider": "vapi", "endpoint": "main", "assistant": "a1"}
    world.tell(
        1, at="2026-03-02T10:00:00", ai_outcome="completed", resolution="resolved", duration_sec=60.0, cost_usd=0.1,
        latency_ms=400.0, ai_intent="scheduling", external_id="v1", **call,
    )  # fmt: skip
    world.tell(
        2, at="2026-03-02T11:00:00", ai_outcome="completed", resolution="escalated", handoff=1, duration_sec=120.0,
        cost_usd=0.3, latency_ms=600.0, ai_intent="support", **call,
    )  # fmt: skip
    world.tell(3, at="2026-03-02T12:00:00", ai_outcome="not_answered", resolution="unknown", **call)
    world.tell(4, at="2026-03-02T13:00:00", ai_outcome="failed", resolution="unknown", **{**call, "endpoint": "sales"})
    world.event("2026-03-02T14:00:00", 50, "ai_chat", "/help", interaction_key=5, source_class="chat", ai_provider="x")
    world.tell(5, at="2026-03-02T14:00:00", kind="chat", messages=8, csat=4.0, tokens_in=100, tokens_out=20)
    world.event("2026-03-02T15:00:00", 60, "ai_query", interaction_key=6, source_class="assistant", ai_resolved=0)
    world.load()
    world.tell(7, at="2026-03-02T16:00:00", kind="message", ai_provider="twilio")
    world.tell(8, at="2026-03-02T10:00:00", kind="call", ai_provider="twilio", linked_to=1, cost_usd=9.0)
    world.tell(9, at="2026-03-02T17:00:00", kind="call", is_listed=0)
    world.tell(10, at="2026-03-02T17:00:00", is_test=1, **call)
    world.tell(11, at="2026-03-04T17:00:00", ai_outcome="completed", **{**call, "ai_provider": "bland"})
    return world


def test_ai_gives_what_a_person_counts(world: World) -> None:
    totals = world.ask("ai", **DAY)["totals"]
    assert totals == {
        "interactions": {"total": 6, "calls": 4, "chats": 1, "queries": 1},
        "outcomes": {
            "completed": 2, "not_answered": 1, "failed": 1, "unknown": 2, "voicemail": 0, "handoff": 1,
        },
        "resolution": {"resolved": 1, "unresolved": 1, "escalated": 1, "known": 3, "rate": 33.33},
        "duration_sec": {"total": 180.0, "avg": 90.0, "p50": 90.0, "p90": 114.0, "p95": 117.0},
        "latency_ms": {"avg": 500.0, "p50": 500.0, "p95": 590.0},
        "cost_usd": {"total": 0.4, "known": 2, "avg": 0.2, "per_resolved": 0.4},
        "messages": {"total": 8, "avg": 8.0},
        "tokens": {"in": 100, "out": 20},
        "csat": {"avg": 4.0},
    }  # fmt: skip
    outcomes = totals["outcomes"]
    assert sum(outcomes[name] for name in ("completed", "not_answered", "failed", "unknown")) == 6
    assert {name for section in SECTIONS.values() for name in section.values()} == set(ALL)


def test_ai_groups_by_all_that_interactions_differ_in(world: World) -> None:
    answer = world.ask("ai", **WEEK)
    counts = {
        name: {row["value"]: row["ai_interactions"] for row in answer[f"by_{name}"]}
        for name in ("provider", "endpoint", "model", "assistant", "intent", "outcome")
    }
    assert counts == {
        "provider": {"vapi": 4, "bland": 1, "x": 1},
        "endpoint": {"main": 4, "sales": 1},
        "model": {},
        "assistant": {"a1": 5},
        "intent": {"scheduling": 1, "support": 1},
        "outcome": {"completed": 3, "failed": 1, "not_answered": 1},
    }
    assert [row["ai_interactions"] for row in answer["by_day"]] == [6, 0, 1, 0, 0, 0, 0]
    assert set(answer["by_provider"][0]) == {"value", *ROW}


@pytest.mark.parametrize(
    ("params", "total"),
    [
        ({"kind": "call"}, 4),
        ({"provider": "x"}, 1),
        ({"endpoint": "main"}, 3),
        ({"kind": "chat", "provider": "vapi"}, 0),
    ],
)
def test_ai_may_be_asked_of_a_part(world: World, params: dict[str, Any], total: int) -> None:
    assert world.ask("ai", **DAY, **params)["totals"]["interactions"]["total"] == total


def test_stats_gives_the_metrics_asked_for_with_the_other_period_and_over_time(world: World) -> None:
    asked: dict[str, Any] = {"metrics": "ai_calls,ai_failed", "compare": "previous", "interval": "day"}
    answer = world.ask("stats", since="2026-03-03", to="2026-03-04", **asked)
    assert {name for name in answer if name.startswith("ai_")} == {"ai_calls", "ai_failed"}
    assert (answer["ai_calls"], answer["previous"]["ai_calls"], answer["previous"]["ai_failed"]) == (1, 4, 1)
    assert [point["ai_calls"] for point in answer["timeseries"]] == [0, 1]
    assert "pageviews" not in answer
    with pytest.raises(MetroneError, match="metrics: unknown metric"):
        world.ask("stats", metrics="calls", **DAY)


def test_every_way_to_the_number_gives_the_same(world: World) -> None:
    total = world.ask("ai", **WEEK)["totals"]["interactions"]["total"]
    ways = {
        "stats": world.ask("stats", **WEEK)["ai_interactions"],
        "days": sum(
            row["ai_interactions"] for row in world.ask("timeseries", metrics="ai_interactions", **WEEK)["data"]
        ),
        "kinds": sum(
            row["ai_interactions"]
            for row in world.ask("breakdown", dimension="interaction", metrics="ai_interactions", **WEEK)["data"]
        ),
        "list": sum(
            row["linked_to"] is None and row["kind"] != "message" for row in world.ask("interactions", **WEEK)["data"]
        ),
    }
    assert ways == dict.fromkeys(ways, total)
    assert total == 7


def test_interactions_lists_every_one_once_newest_first(world: World) -> None:
    rows = world.ask("interactions", **DAY)["data"]
    assert [row["id"][-2:] for row in rows] == ["07", "06", "05", "04", "03", "02", "08", "01"]
    first = rows[-1]
    assert first == {
        "id": "int_0000000000000001", "kind": "call", "provider": "vapi", "external_id": "v1", "endpoint": "main",
        "direction": None, "agent_id": "a1", "model": None, "started_at": "2026-03-02T10:00:00.000Z", "ended_at": None,
        "duration_sec": 60.0, "outcome": "completed", "voicemail": None, "handoff": None, "resolution": "resolved",
        "cost_usd": 0.1, "latency_ms": 400.0, "messages": None, "tokens_in": None, "tokens_out": None, "sentiment": None,
        "csat": None, "intent": "scheduling", "intent_confidence": None, "intent_origin": None, "session_id": None,
        "verified": None, "linked_to": None, "is_test": False,
    }  # fmt: skip
    assert rows[-2]["linked_to"] == "int_0000000000000001"
    assert rows[2]["session_id"] == "s50"


@pytest.mark.parametrize(
    ("params", "keys"),
    [
        ({"kind": "message"}, ["07"]),
        ({"provider": "twilio"}, ["07", "08"]),
        ({"endpoint": "sales"}, ["04"]),
        ({"intent": "support"}, ["02"]),
        ({"outcome": "failed"}, ["04"]),
        ({"filters": [["is", "resolution", ["escalated"]]]}, ["02"]),
        ({"filters": [["is", "page", ["/help"]]]}, ["05"]),
        ({"filters": [["is", "source", ["assistant"]]]}, ["06"]),
        ({"test": "only"}, ["0a"]),
        ({"limit": 2, "offset": 3}, ["04", "03"]),
        ({"search": "V1"}, ["01"]),
        ({"search": " SUPP "}, ["02"]),
        ({"search": "twil"}, ["07", "08"]),
        ({"search": "int_0000000000000004"}, ["04"]),
        ({"search": "main"}, ["03", "02", "01"]),
        ({"search": "%"}, []),
        ({"search": "' or 1=1"}, []),
    ],
)
def test_interactions_are_chosen_by_parameters_and_filters(
    world: World, params: dict[str, Any], keys: list[str]
) -> None:
    assert [row["id"][-2:] for row in world.ask("interactions", **DAY, **params)["data"]] == keys


def test_pages_of_interactions_miss_and_repeat_nothing(world: World) -> None:
    found: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in range(10):
        page = world.ask("interactions", limit=3, **WEEK, **cursor)
        found += [row["id"] for row in page["data"]]
        if page["meta"]["next_cursor"] is None:
            break
        cursor = {"cursor": page["meta"]["next_cursor"]}
    assert found == [row["id"] for row in world.ask("interactions", **WEEK)["data"]]


def test_later_values_win_and_missing_ones_change_nothing(store: EmbeddedStore) -> None:
    world = World(store)
    world.tell(1, at="2026-03-02T10:00:00", kind="call", ai_outcome="unknown", cost_usd=0.1)
    world.tell(1, at="2026-03-02T09:59:00", ai_outcome="completed")
    (row,) = world.ask("interactions", **DAY)["data"]
    assert (row["outcome"], row["cost_usd"], row["kind"]) == ("completed", 0.1, "call")
    assert row["started_at"] == "2026-03-02T09:59:00.000Z"


def test_one_interaction_belongs_to_its_project_alone(world: World, store: EmbeddedStore) -> None:
    assert world.ask("interaction", id="int_0000000000000001")["provider"] == "vapi"
    other = World(store)
    for number in ("int_0000000000000001", "int_00000000000000ff"):
        with pytest.raises(MetroneError) as caught:
            other.ask("interaction", id=number)
        assert caught.value.code == "NOT_FOUND"
    assert other.ask("interactions", **WEEK)["data"] == []
    assert other.ask("ai", **WEEK)["totals"]["interactions"]["total"] == 0


@pytest.mark.parametrize("bad", ["", "int_1", "int_zzzzzzzzzzzzzzzz", "1' or 1=1"])
def test_an_id_of_another_form_is_refused(world: World, bad: str) -> None:
    with pytest.raises(MetroneError) as caught:
        world.ask("interaction", id=bad)
    assert caught.value.code == "INVALID_PAYLOAD"
