"""The reads of AI interactions over HTTP: their form, and the same answer by GET and by POST /v1/api/query."""

import pytest

from tests.running import RunningServer, TestProject
from tests.web.visitors import new_interaction

# What GET /v1/api/interactions promises of each row, in the order of docs/rest.md.
PROMISED = (
    "id", "kind", "provider", "external_id", "endpoint", "direction", "agent_id", "model", "started_at", "ended_at",
    "duration_sec", "outcome", "voicemail", "handoff", "resolution", "cost_usd", "latency_ms", "messages", "tokens_in",
    "tokens_out", "sentiment", "csat", "intent", "intent_confidence", "intent_origin", "session_id", "verified", "linked_to",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(server: RunningServer) -> tuple[TestProject, str]:
    """A project with one call that a webhook told of, and its id; and a chat that an event told of."""
    made = server.project()
    chat = {"event_type": "ai_chat", "ai_session_id": "c1", "ai_provider": "intercom", "session_id": "visit-1"}
    server.client(made.write).post("/v1/events", json=chat).raise_for_status()
    return made, new_interaction(server, made, "front-desk")


def test_each_row_has_what_is_promised(server: RunningServer, world: tuple[TestProject, str]) -> None:
    rows = server.client(world[0].full).get("/v1/api/interactions").json()["data"]
    assert {row["kind"]: (row["provider"], row["endpoint"]) for row in rows} == {
        "call": ("generic", "front-desk"),
        "chat": ("intercom", None),
    }
    for row in rows:
        assert set(row) == {*PROMISED, "is_test"}
        assert row["resolution"] == "unknown"


def test_query_answers_as_each_get_does(server: RunningServer, world: tuple[TestProject, str]) -> None:
    project, number = world
    client = server.client(project.full)
    asked = [
        ("ai", {"days": 1}, "/v1/api/ai?days=1"),
        ("interactions", {"kind": "chat"}, "/v1/api/interactions?kind=chat"),
        ("interaction", {"id": number}, f"/v1/api/interactions/{number}"),
        ("deliveries", {"endpoint": "front-desk"}, "/v1/api/deliveries?endpoint=front-desk"),
        ("breakdown", {"dimension": "assistant", "metrics": ["ai_calls", "avg_ai_csat"]},
         "/v1/api/breakdown?dimension=assistant&metrics=ai_calls,avg_ai_csat"),
    ]  # fmt: skip
    queries = [{"type": name, "params": params} for name, params, _ in asked]
    results = client.post("/v1/api/query", json={"queries": queries}).json()["results"]
    assert [result["ok"] for result in results] == [True] * len(asked)
    for (_, _, path), result in zip(asked, results, strict=True):
        assert result["data"] == client.get(path).json()


def test_query_says_that_there_is_no_such_interaction(server: RunningServer, world: tuple[TestProject, str]) -> None:
    queries = [{"type": "interaction", "params": {"id": name}} for name in ("int_0000000000000001", "1")]
    results = server.client(world[0].full).post("/v1/api/query", json={"queries": queries}).json()["results"]
    assert [result["error"]["code"] for result in results] == ["NOT_FOUND", "INVALID_PAYLOAD"]


def test_id_in_the_path_is_the_one_that_counts(server: RunningServer, world: tuple[TestProject, str]) -> None:
    project, number = world
    found = server.client(project.full).get(f"/v1/api/interactions/{number}?id=int_0000000000000001").json()
    assert found["id"] == number
    assert [(told["event"], told["result"]) for told in found["timeline"]] == [("ended", "taken")]


def test_refused_delivery_is_in_the_log_and_no_interaction(server: RunningServer) -> None:
    project = server.project()
    refused = server.client(project.write).post("/v1/webhooks/vapi/main", content=b"{")
    assert refused.status_code == 400
    server.drained()
    client = server.client(project.full)
    (row,) = client.get("/v1/api/deliveries?result=refused").json()["data"]
    assert (row["platform"], row["endpoint"], row["interaction_id"], row["size_bytes"]) == ("vapi", "main", None, 1)
    assert row["reason"]
    assert client.get("/v1/api/interactions").json()["data"] == []
