"""No tool tells one project of another, whatever it is asked."""

import json
from typing import Any

import pytest

from metrone.mcp.tools import TOOLS
from tests.mcp.clients import answer, call, text_of
from tests.running import RunningServer, TestProject

MARKER = "only-for-the-owner"


@pytest.fixture(scope="module")
def projects(server: RunningServer) -> tuple[TestProject, TestProject]:
    """The owner, with marked events of every kind, and a stranger with none."""
    owner, stranger = server.project(MARKER), server.project()
    event = {
        "event_name": MARKER, "page_url": f"https://{MARKER}.test/{MARKER}", "page_title": MARKER, "session_id": MARKER,
        "referrer": f"https://{MARKER}.test/", "utm_source": MARKER, "utm_campaign": MARKER, "ai_provider": MARKER,
        "ai_intent": MARKER, "ai_outcome": MARKER, "properties": {MARKER: MARKER, "value": 77, "currency": "USD"},
    }  # fmt: skip
    kinds = ("conversion", "pageview", "ai_call", "ai_chat", "custom")
    batch = [{**event, "event_type": kind} for kind in kinds]
    server.client(owner.write).post("/v1/events/batch", json=batch).raise_for_status()
    server.drained()
    return owner, stranger


def questions(owner: TestProject) -> list[tuple[str, dict[str, Any]]]:
    """Every reading tool: plainly, by filters that would find the owner's rows, and by the owner's own ids."""
    filtered = [["is", "event_name", [MARKER]]]
    asked: list[tuple[str, dict[str, Any]]] = [
        (name, {}) for name, tool in TOOLS.items() if tool.scope == "read" and name != "metrone_query"
    ]
    lists = ("metrone_get_stats", "metrone_get_events", "metrone_get_pages", "metrone_get_sources")
    asked += [(name, {"filters": filtered}) for name in lists]
    asked += [
        ("metrone_query", {"type": "breakdown", "dimension": dimension, "visitor_type": "all", "test": "include"})
        for dimension in ("page", "event_name", "provider", "utm_source", f"props:{MARKER}")
    ]
    asked += [("metrone_query", {"type": "timeseries", "metrics": ["total_events", "revenue"]})]
    asked += [("metrone_get_ai_interactions", {"provider": MARKER})]
    asked += [("metrone_get_stats", {name: owner.id}) for name in ("project", "project_id", "project_no", "api_key")]
    return asked


def test_stranger_hears_nothing_of_the_owner(server: RunningServer, projects: tuple[TestProject, TestProject]) -> None:
    owner, stranger = projects
    for tool, arguments in questions(owner):
        told = text_of(call(server, stranger.full, tool, arguments))
        assert MARKER not in told, (tool, arguments)
        assert owner.id not in told, (tool, arguments)


def test_stranger_counts_nothing(server: RunningServer, projects: tuple[TestProject, TestProject]) -> None:
    _, stranger = projects
    stats = answer(server, stranger.full, "metrone_get_stats")
    assert (stats["total_events"], stats["conversions"], stats["revenue"]) == (0, 0, {})
    interactions = answer(server, stranger.full, "metrone_get_ai_interactions")
    assert (interactions["totals"]["interactions"]["total"], interactions["recent"]) == (0, [])


def test_owner_hears_of_it(server: RunningServer, projects: tuple[TestProject, TestProject]) -> None:
    """Proves that the search above would have found something."""
    owner, _ = projects
    telling = {
        tool for tool, arguments in questions(owner) if MARKER in text_of(call(server, owner.full, tool, arguments))
    }
    silent = {"metrone_get_stats", "metrone_get_live"}  # numbers alone
    assert telling == {name for name, tool in TOOLS.items() if tool.scope == "read"} - silent


def test_write_lands_in_the_project_of_its_key(
    server: RunningServer, projects: tuple[TestProject, TestProject]
) -> None:
    owner, stranger = projects
    other = server.project()
    sent = {"event_type": "signup", "properties": {"api_key": owner.full, "project": stranger.id}}
    answer(server, other.full, "metrone_track_event", sent)
    server.drained()
    counts = [
        answer(server, one.full, "metrone_get_stats", {"days": 1})["total_events"] for one in (owner, stranger, other)
    ]
    assert counts == [5, 0, 1]
    assert json.loads(text_of(call(server, other.full, "metrone_get_events")))["data"][0]["event_name"] == "signup"
