"""What the writing tools write is what REST writes: one way in, the same limits, quota and books."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.mcp.clients import answer, call, refusal, text_of
from tests.running import RunningServer, TestProject


def rows(server: RunningServer, project: TestProject) -> list[dict[str, Any]]:
    """The events of the project, newest first."""
    server.drained()
    found: list[dict[str, Any]] = server.client(project.full).get("/v1/api/events").json()["data"]
    return found


def test_track_event_is_in_the_log_and_in_the_numbers(server: RunningServer, project: TestProject) -> None:
    sent = {"event_type": "signup", "properties": {"plan": "growth"}, "page_url": "https://site.test/join"}
    told = answer(server, project.full, "metrone_track_event", sent)
    (row,) = rows(server, project)
    assert (told["ok"], told["accepted"], told["event_id"]) == (True, 1, row["event_id"])
    assert (row["event_type"], row["event_name"], row["source"]) == ("custom", "signup", "assistant")
    assert (row["page_path"], row["properties"], row["visitor_type"]) == ("/join", {"plan": "growth"}, "human")
    assert answer(server, project.full, "metrone_get_stats", {"days": 1})["total_events"] == 1


@pytest.mark.parametrize(
    ("source", "kind", "count"),
    [("voice", "ai_call", "calls"), ("chat", "ai_chat", "chats"), ("assistant", "ai_query", "queries")],
)
def test_track_ai_call_counts_as_its_source(
    server: RunningServer, project: TestProject, source: str, kind: str, count: str
) -> None:
    sent = {
        "call_id": "call_1", "provider": "Vapi", "source": source, "duration": 47, "intent": "book", "outcome": "completed",
        "properties": {"agent": "sales"},
    }  # fmt: skip
    for _ in range(2):
        answer(server, project.full, "metrone_track_ai_call", sent)
    row, _ = rows(server, project)
    assert (row["event_type"], row["source"], row["ai_call_id"], row["ai_provider"]) == (kind, source, "call_1", "vapi")
    assert (row["ai_duration_sec"], row["ai_intent"], row["ai_outcome"]) == (47, "book", "completed")
    assert row["properties"] == {"agent": "sales"}
    totals = answer(server, project.full, "metrone_get_ai_interactions")["totals"]["interactions"]
    assert (totals["total"], totals[count]) == (1, 1)


def test_same_idempotency_key_counts_once(server: RunningServer, project: TestProject) -> None:
    sent = {"event_type": "signup", "idempotency_key": "once"}
    told = [answer(server, project.full, "metrone_track_event", sent) for _ in range(2)]
    assert [(one["accepted"], one["duplicates"]) for one in told] == [(1, 0), (0, 1)]
    assert len(rows(server, project)) == 1


def test_key_that_may_only_write_writes(server: RunningServer, project: TestProject) -> None:
    assert answer(server, project.write, "metrone_track_event", {"event_type": "signup"})["accepted"] == 1
    assert len(rows(server, project)) == 1


def test_what_intake_refuses_is_refused_and_booked(server: RunningServer, project: TestProject) -> None:
    said = refusal(server, project.full, "metrone_track_event", {"event_type": "x", "properties": {"k" * 65: 1}})
    assert said.startswith("INVALID_PAYLOAD: properties: ")
    books = server.client(project.full).get("/v1/health").json()["books"]
    assert (books["accepted"], books["rejected"]) == (0, {"INVALID_PAYLOAD": 1})


def test_quota_holds(start_server: Callable[..., RunningServer]) -> None:
    server = start_server(METRONE_MONTHLY_QUOTA="1")
    project = server.project()
    answer(server, project.full, "metrone_track_event", {"event_type": "x"})
    said = refusal(server, project.full, "metrone_track_event", {"event_type": "x"})
    assert said.startswith("QUOTA_EXCEEDED: ")
    assert "Wait " in said


def test_write_limit_of_the_key_holds(start_server: Callable[..., RunningServer]) -> None:
    server = start_server(METRONE_RATE_LIMITS="on", METRONE_RATE_LIMIT_KEY="2")
    project = server.project()
    server.client(project.full).post("/v1/events", json={"event_type": "x"}).raise_for_status()
    # Where a new minute begins in between, its limit is used up, too.
    results = [call(server, project.full, "metrone_track_event", {"event_type": "x"}) for _ in range(4)]
    assert "RATE_LIMITED: " in " ".join(text_of(result) for result in results if result.is_error)
