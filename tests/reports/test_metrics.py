"""Every metric on a tiny world whose answer can be counted, and the table of metrics held to its page of the docs."""

from pathlib import Path
from typing import Any

import pytest

from metrone.errors import MetroneError
from metrone.events.event import COLUMNS
from metrone.reports.measures import MEASURES
from metrone.reports.metrics import METRICS, STATS, read_metrics
from metrone.store.embedded import EmbeddedStore
from tests.reports.worlds import World

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"

# Four sessions of three visitors on 2 March.
EXPECTED = {
    "total_events": 13,
    "pageviews": 5,
    "conversions": 3,
    "unique_visitors": 3,
    "unique_sessions": 4,
    "ai_interactions": 3,
    "conversion_rate": 66.67,
    "bounce_rate": 33.33,
    "avg_session_duration_sec": 235.1,
    "views_per_session": 1.25,
    "revenue": {"EUR": 20.5, "USD": 168.0},
    "entries": 3,
    "exits": 3,
    "ai_calls": 1,
    "ai_chats": 1,
    "ai_queries": 1,
    "ai_completed": 0,
    "ai_not_answered": 0,
    "ai_failed": 0,
    "ai_unknown": 3,
    "ai_voicemail": 0,
    "ai_handoffs": 0,
    "ai_resolved": 0,
    "ai_unresolved": 0,
    "ai_escalated": 0,
    "ai_resolution_known": 0,
    "ai_resolution_rate": None,
    "ai_cost_usd": 0.35,
    "ai_cost_known": 2,
    "avg_ai_cost_usd": 0.175,
    "ai_cost_per_resolved_usd": None,
    "ai_duration_sec": 90.0,
    "avg_ai_duration_sec": 90.0,
    "p50_ai_duration_sec": 90.0,
    "p90_ai_duration_sec": 90.0,
    "p95_ai_duration_sec": 90.0,
    "avg_ai_latency_ms": None,
    "p50_ai_latency_ms": None,
    "p95_ai_latency_ms": None,
    "ai_messages": 0,
    "avg_ai_messages": None,
    "ai_tokens_in": 0,
    "ai_tokens_out": 0,
    "avg_ai_csat": None,
}
NOTHING: dict[str, Any] = {
    **{name: 0 for name, metric in METRICS.items() if metric.unit == "count"},
    **dict.fromkeys(("conversion_rate", "bounce_rate", "avg_session_duration_sec", "views_per_session"), 0.0),
    "revenue": {},
    **dict.fromkeys([name for name, metric in METRICS.items() if metric.is_nullable], None),
}


@pytest.fixture(scope="module")
def counted(store: EmbeddedStore) -> World:
    world = World(store)
    # Session 1, visitor 1: three views and a purchase in 600 s.
    world.event("2026-03-02T10:00:00", 1, path="/", visitor_key=1)
    world.event("2026-03-02T10:01:00", 1, path="/pricing")
    world.event("2026-03-02T10:05:00", 1, path="/")
    world.event("2026-03-02T10:10:00", 1, "conversion", value="99.5", currency="USD")
    # Session 2, visitor 1 again: one view and engagement, which does not rescue it: a bounce of 30.4 s.
    world.event("2026-03-02T20:00:00", 2, path="/pricing", visitor_key=1)
    world.event("2026-03-02T20:00:30.400", 2, "engagement", path="/pricing")
    # Session 3, visitor 2: one view, rescued by what follows; two currencies, a chat; 300 s.
    world.event("2026-03-02T11:00:00", 3, path="/", visitor_key=2)
    world.event("2026-03-02T11:02:00", 3, "conversion", value="68.5", currency="USD")
    world.event("2026-03-02T11:03:00", 3, "conversion", value="20.5", currency="EUR")
    world.event("2026-03-02T11:05:00", 3, "ai_chat", interaction_key=7, source_class="chat", ai_cost_usd=0.1)
    # Session 4, visitor 3: no browser and so in no bounce rate; a call that came in two deliveries, a query; 10 s.
    call: dict[str, Any] = {"interaction_key": 8, "source_class": "voice", "ai_duration_sec": 90.0}
    world.event("2026-03-02T12:00:00", 4, "ai_call", visitor_key=3, ai_cost_usd=0.2, **call)
    world.event("2026-03-02T12:00:05", 4, "ai_call", ai_cost_usd=0.25, **call)
    world.event("2026-03-02T12:00:10", 4, "ai_query", interaction_key=9, source_class="assistant")
    # Never counted by default: a bot, an AI agent, a test key, the day before.
    world.event("2026-03-02T10:00:00", 5, path="/", visitor_type="bot")
    world.event("2026-03-02T10:00:00", 6, path="/", visitor_type="ai_agent")
    world.event("2026-03-02T10:00:00", 7, path="/", is_test=1)
    world.event("2026-03-01T23:59:59.999", 8, path="/")
    return world.load()


# Whole hours come from the roll-up, the odd minutes from the events: the same world, the same numbers.
@pytest.mark.parametrize("until", ["2026-03-03T00:00:00Z", "2026-03-02T23:59:30Z"])
def test_every_metric_is_what_a_person_counts(counted: World, until: str) -> None:
    answer = counted.ask("timeseries", metrics=list(METRICS), since="2026-03-02T00:00:00Z", to=until)
    assert answer["data"] == [{"start": "2026-03-02T00:00:00+00:00", **EXPECTED}]


def test_stats_has_the_numbers_of_the_wire_format(counted: World) -> None:
    answer = counted.ask("stats", since="2026-03-02", to="2026-03-02")
    assert answer == {
        **{name: EXPECTED[name] for name in STATS},
        "visitors_are": "daily",
        "period": {"from": "2026-03-02T00:00:00+00:00", "to": "2026-03-03T00:00:00+00:00"},
    }
    assert {name: type(value) for name, value in answer.items() if name in STATS} == {
        name: type(EXPECTED[name]) for name in STATS
    }


def test_every_metric_is_zero_when_nothing_happened(counted: World) -> None:
    answer = counted.ask("timeseries", metrics=list(METRICS), since="2026-03-05", to="2026-03-06")
    assert answer["data"] == [{"start": f"2026-03-0{day}T00:00:00+00:00", **NOTHING} for day in (5, 6)]
    assert counted.ask("stats", since="2026-03-05", to="2026-03-06") | EXPECTED | {"period": 0} == EXPECTED | {
        "visitors_are": "daily",
        "period": 0,
    }


@pytest.mark.parametrize(
    ("params", "visitors"),
    [
        ({}, 3),
        ({"visitor_type": "bot"}, 1),
        ({"visitor_type": "ai_agent"}, 1),
        ({"visitor_type": "all"}, 5),
        ({"filters": [["is", "visitor_type", ["bot", "ai_agent"]]]}, 2),
        ({"test": "include"}, 4),
        ({"test": "only"}, 1),
    ],
)
def test_scope_is_human_and_real_unless_asked(counted: World, params: dict[str, Any], visitors: int) -> None:
    answer = counted.ask("stats", since="2026-03-02", to="2026-03-02", **params)
    assert answer["unique_visitors"] == visitors


@pytest.mark.parametrize("name", METRICS)
def test_breakdown_orders_by_any_metric(counted: World, name: str) -> None:
    params: dict[str, Any] = {"since": "2026-03-02", "to": "2026-03-02", "dimension": "source", "metrics": "pageviews"}
    own = {**params, "metrics": name}
    for direction, sign in (("desc", -1), ("asc", 1)):
        rows = counted.ask("breakdown", order_by=f"{name}:{direction}", **own)["data"]
        assert rows == sorted(rows, key=lambda row: (row[name] is None, sign * _size(row[name]), row["value"]))
        hidden = counted.ask("breakdown", order_by=f"{name}:{direction}", **params)["data"]
        # A question about AI interactions alone has rows for the values that they have.
        shown = [row["value"] for row in rows if row["value"] in {"web", "chat"}]
        assert [row["value"] for row in hidden if row["value"] in shown] == shown != []
        assert set(hidden[0]) == {"value", "pageviews"}


def _size(value: Any) -> float:
    return max(value.values(), default=0.0) if isinstance(value, dict) else float(value or 0)


def test_read_metrics_takes_lists_and_commas() -> None:
    assert (
        read_metrics("pageviews, revenue,pageviews")
        == ("pageviews", "revenue")
        == read_metrics(["pageviews", "revenue"])
    )


@pytest.mark.parametrize("asked", ["", [], "page views", ["pageviews; drop table events"], ["pageviews"] * 61])
def test_read_metrics_refuses_what_is_no_metric(asked: str | list[str]) -> None:
    with pytest.raises(MetroneError) as caught:
        read_metrics(asked)
    assert caught.value.code == "INVALID_PAYLOAD"


def test_measures_never_share_a_name_with_a_column_or_a_metric() -> None:
    rolled = {"hour", "events", "pageviews", "conversions", "interactives", "started_at", "ended_at", "entry", "exit"}
    assert not set(MEASURES) & ({*COLUMNS} | rolled | set(METRICS))


def test_docs_define_every_metric_with_its_own_sentence() -> None:
    page = DOCS.read_text()
    missing = [
        name for name, metric in METRICS.items() if f"| `{name}` | {metric.title} | {metric.definition} |" not in page
    ]
    assert missing == []
