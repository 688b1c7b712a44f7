"""What each tool takes and gives: schemas that hold, the same numbers as REST, refusals that say what to do."""

import json
from typing import Any

import jsonschema_rs
import pytest
from mcp_types import Tool as ShownTool

from metrone.mcp.tools import TOOLS
from metrone.mcp.untrusted import KEY
from tests.mcp.clients import answer, ask, refusal
from tests.running import RunningServer, TestProject
from tests.web.visitors import new_key

OF_THE_DOCS = {
    "metrone_get_stats", "metrone_get_events", "metrone_get_pages", "metrone_get_sources", "metrone_get_live",
    "metrone_track_event", "metrone_track_ai_call",
}  # fmt: skip
READING = {name for name, tool in TOOLS.items() if tool.scope == "read"}
DAY = {"days": 1}
# The tool, its arguments, and the same question to REST: the name of the read and its parameters.
SAME: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("metrone_get_stats", DAY, "stats", DAY),
    ("metrone_get_stats", {"days": 2, "compare": "previous", "interval": "day"}, "stats",
     {"days": 2, "compare": "previous", "interval": "day"}),
    ("metrone_get_events", {"days": 1, "limit": 3}, "events", {"days": 1, "limit": 3}),
    ("metrone_get_events", {"event_type": "signup", "source": "web"}, "events",
     {"event_type": "signup", "source": "web"}),
    ("metrone_get_pages", {"days": 1, "limit": 1}, "pages", {"days": 1, "limit": 1}),
    ("metrone_get_sources", DAY, "sources", DAY),
    ("metrone_get_live", {}, "live", {}),
    ("metrone_query", {"type": "breakdown", "dimension": "assistant", "metrics": ["ai_resolution_rate", "p95_ai_latency_ms"]},
     "breakdown", {"dimension": "assistant", "metrics": "ai_resolution_rate,p95_ai_latency_ms"}),
    ("metrone_query", {"type": "breakdown", "dimension": "page", "metrics": ["pageviews", "unique_visitors"]},
     "breakdown", {"dimension": "page", "metrics": "pageviews,unique_visitors"}),
    ("metrone_query", {"type": "breakdown", "dimension": "props:plan", "metrics": ["total_events"],
                       "filters": [["is", "event_name", ["signup"]]]},
     "breakdown", {"dimension": "props:plan", "metrics": "total_events", "filters": '[["is","event_name",["signup"]]]'}),
    ("metrone_query", {"type": "timeseries", "metrics": ["pageviews", "ai_calls"], "interval": "hour", "days": 1},
     "timeseries", {"metrics": "pageviews,ai_calls", "interval": "hour", "days": 1}),
]  # fmt: skip


@pytest.fixture(scope="module")
def world(server: RunningServer) -> TestProject:
    """Two pageviews, two signups of one plan each, a purchase, two calls, a chat and a query."""
    made = server.project()
    page, signup = "https://site.test/pricing", {"event_type": "custom", "event_name": "signup", "source": "web"}
    call = {"event_type": "ai_call", "ai_provider": "vapi", "ai_duration_sec": 30}
    events: list[dict[str, Any]] = [
        {"event_type": "pageview", "page_url": page, "session_id": "one"},
        {"event_type": "pageview", "page_url": f"{page}?utm_source=ads", "session_id": "two"},
        {**signup, "properties": {"plan": "growth"}},
        {**signup, "properties": {"plan": "free"}},
        {"event_type": "conversion", "properties": {"value": 69, "currency": "EUR"}},
        {**call, "ai_call_id": "c1", "ai_intent": "book_appointment", "ai_outcome": "completed"},
        {**call, "ai_call_id": "c2", "ai_intent": "pricing", "ai_outcome": "failed", "ai_duration_sec": 90},
        {"event_type": "ai_chat", "ai_provider": "intercom", "ai_session_id": "s1"},
        {"event_type": "ai_query", "ai_provider": "openai"},
    ]
    server.client(made.write).post("/v1/events/batch", json=events).raise_for_status()
    server.drained()
    return made


def shown_tools(server: RunningServer, key: str) -> dict[str, ShownTool]:
    """The tools that a key sees, by name."""

    async def listed(client: Any) -> list[ShownTool]:
        tools: list[ShownTool] = (await client.list_tools()).tools
        return tools

    return {tool.name: tool for tool in ask(server, key, listed)}


@pytest.mark.parametrize(("tool", "arguments", "read", "params"), SAME, ids=lambda value: str(value)[:40])
def test_tool_gives_what_rest_gives(
    server: RunningServer, world: TestProject, tool: str, arguments: dict[str, Any], read: str, params: dict[str, Any]
) -> None:
    found = answer(server, world.full, tool, arguments)
    found.pop(KEY, None)
    assert found == server.client(world.full).get(f"/v1/api/{read}", params=params).json()


def test_interactions_are_counted_once_and_grouped(server: RunningServer, world: TestProject) -> None:
    found = answer(server, world.full, "metrone_get_ai_interactions", DAY)
    stats = server.client(world.full).get("/v1/api/stats", params=DAY).json()
    assert found["totals"]["interactions"]["total"] == stats["ai_interactions"] == 4
    assert found["totals"]["interactions"] == {"total": 4, "calls": 2, "chats": 1, "queries": 1}
    assert (found["totals"]["duration_sec"]["avg"], found["totals"]["cost_usd"]["total"]) == (60.0, None)
    assert {row["value"]: row["ai_interactions"] for row in found["by_provider"]} == {
        "vapi": 2, "intercom": 1, "openai": 1,
    }  # fmt: skip
    assert {row["value"] for row in found["by_outcome"]} == {"completed", "failed"}
    assert len(found["recent"]) == 4
    calls = answer(
        server, world.full, "metrone_get_ai_interactions", {"source": "voice", "provider": "Vapi", "limit": 1}
    )
    assert (calls["totals"]["interactions"]["total"], len(calls["recent"])) == (2, 1)


@pytest.mark.parametrize(("source", "kind"), [("voice", "call"), ("chat", "chat"), ("assistant", "assistant")])
def test_interactions_of_a_source_are_those_of_its_kind(
    server: RunningServer, world: TestProject, source: str, kind: str
) -> None:
    found = answer(server, world.full, "metrone_get_ai_interactions", {"source": source})
    assert {row["kind"] for row in found["recent"]} == {kind}
    assert found["totals"]["interactions"]["total"] == len(found["recent"])


def test_interactions_are_what_rest_gives(server: RunningServer, world: TestProject) -> None:
    found = answer(server, world.full, "metrone_get_ai_interactions", {"days": 1, "limit": 3})
    del found[KEY]
    numbers, rows = (
        server.client(world.full).get(f"/v1/api/{name}", params={"days": 1, "limit": 3}).json()
        for name in ("ai", "interactions")
    )
    del numbers["by_day"]
    assert found == {**numbers, "recent": rows["data"]}
    for row in rows["data"]:
        one = answer(server, world.full, "metrone_get_ai_interactions", {"id": row["id"]})
        assert one["interaction"] == server.client(world.full).get(f"/v1/api/interactions/{row['id']}").json()


def test_interaction_of_another_project_is_not_found(
    server: RunningServer, world: TestProject, project: TestProject
) -> None:
    theirs = answer(server, world.full, "metrone_get_ai_interactions")["recent"][0]["id"]
    for name in (theirs, "int_0000000000000001"):
        assert refusal(server, project.full, "metrone_get_ai_interactions", {"id": name}).startswith("NOT_FOUND: ")
    assert "id:" in refusal(server, project.full, "metrone_get_ai_interactions", {"id": "1"})


def test_interactions_of_nothing_are_zero(server: RunningServer, project: TestProject) -> None:
    found = answer(server, project.full, "metrone_get_ai_interactions")
    totals = found["totals"]
    assert (totals["interactions"]["total"], totals["cost_usd"]["total"], found["recent"]) == (0, None, [])


def test_schema_names_every_metric_and_dimension(server: RunningServer, world: TestProject) -> None:
    found = answer(server, world.full, "metrone_get_schema")
    definitions = server.client(world.full).get("/app/metrics").json()
    assert found["metrics"] == definitions
    assert found["project"]["timezone"] == "UTC"
    for dimension in found["dimensions"]:
        asked = {"type": "breakdown", "dimension": dimension, "days": 1}
        answer(server, world.full, "metrone_query", asked)


def test_resources_are_the_definitions(server: RunningServer, world: TestProject) -> None:
    async def read(client: Any) -> dict[str, Any]:
        resources = (await client.list_resources()).resources
        return {
            resource.uri: json.loads((await client.read_resource(resource.uri)).contents[0].text)
            for resource in resources
        }

    found = ask(server, world.full, read)
    schema = answer(server, world.full, "metrone_get_schema")
    assert found == {f"metrone://{name}": schema[name] for name in ("metrics", "dimensions", "filters")}


def test_answers_hold_their_schemas(server: RunningServer, world: TestProject) -> None:
    """Every example of this module, and a write; a client that checks would refuse an answer that does not fit."""
    shown = shown_tools(server, world.full)
    asked = [(tool, arguments) for tool, arguments, _, _ in SAME]
    asked += [("metrone_get_schema", {}), ("metrone_get_ai_interactions", {})]
    newest = answer(server, world.full, "metrone_get_ai_interactions")["recent"][0]["id"]
    asked += [("metrone_get_ai_interactions", {"id": newest})]
    asked += [
        ("metrone_track_event", {"event_type": "seen"}),
        ("metrone_track_ai_call", {"call_id": "c9", "provider": "x"}),
    ]
    other = server.project()
    assert {tool for tool, _ in asked} == set(TOOLS)
    for tool, arguments in asked:
        jsonschema_rs.Draft202012Validator(shown[tool].input_schema).validate(arguments)
        found = answer(server, world.full if tool in READING else other.full, tool, arguments)
        given = shown[tool].output_schema
        assert given is not None
        assert set(found) <= set(given["properties"])
        jsonschema_rs.Draft202012Validator(given).validate(found)


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [(["read"], READING), (["write"], set(TOOLS) - READING), (["read", "write"], set(TOOLS)), (["admin"], set(TOOLS))],
)
def test_key_sees_the_tools_of_its_scopes(
    server: RunningServer, world: TestProject, scopes: list[str], seen: set[str]
) -> None:
    assert set(shown_tools(server, new_key(server, world, *scopes))) == seen


def test_tools_of_the_docs_are_there_with_their_hints(server: RunningServer, world: TestProject) -> None:
    shown = shown_tools(server, world.full)
    assert set(shown) >= OF_THE_DOCS
    for name, tool in shown.items():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is (name in READING)
        assert tool.annotations.destructive_hint is False
    assert shown["metrone_track_event"].input_schema["required"] == ["event_type"]
    assert shown["metrone_track_ai_call"].input_schema["required"] == ["call_id", "provider"]


def test_tool_that_the_key_may_not_use_refuses(server: RunningServer, world: TestProject) -> None:
    reader, writer = new_key(server, world, "read"), new_key(server, world, "write")
    before = answer(server, world.full, "metrone_get_stats")["total_events"]
    assert "lacks the scope write" in refusal(server, reader, "metrone_track_event", {"event_type": "x"})
    assert "lacks the scope read" in refusal(server, writer, "metrone_get_stats")
    server.drained()
    assert answer(server, world.full, "metrone_get_stats")["total_events"] == before


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("metrone_get_stats", {"days": 0}, "days:"),
        ("metrone_get_stats", {"days": "many"}, "days:"),
        ("metrone_get_stats", {"period": "7d"}, "This tool takes: "),
        ("metrone_get_schema", {"days": 1}, "This tool takes none."),
        ("metrone_get_events", {"limit": 5000}, "limit:"),
        ("metrone_get_events", {"cursor": "nonsense"}, "cursor:"),
        ("metrone_query", {}, "type: send breakdown or timeseries."),
        ("metrone_query", {"type": "breakdown"}, "dimension"),
        ("metrone_query", {"type": "breakdown", "dimension": "colour"}, "unknown dimension. Use one of page,"),
        ("metrone_query", {"type": "timeseries", "metrics": ["clicks"]}, "unknown metric. Use any of total_events,"),
        ("metrone_query", {"type": "timeseries", "dimension": "page"}, "dimension: a timeseries does not take it."),
        ("metrone_query", {"type": "breakdown", "dimension": "page", "filters": [["like", "page", ["x"]]]}, "filters"),
        ("metrone_get_ai_interactions", {"source": "web"}, "source:"),
        ("metrone_track_event", {}, "event_type"),
        ("metrone_track_event", {"event_type": ""}, "event_type:"),
        ("metrone_track_event", {"event_type": "x", "properties": "y"}, "properties:"),
        ("metrone_track_ai_call", {"call_id": "c"}, "provider"),
        ("metrone_track_ai_call", {"call_id": "c", "provider": "p", "duration": -1}, "duration:"),
        ("metrone_track_ai_call", {"call_id": "c", "provider": "p", "source": "fax"}, "source:"),
    ],
)
def test_wrong_arguments_get_a_sentence_that_names_them(
    server: RunningServer, world: TestProject, tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    said = refusal(server, world.full, tool, arguments)
    assert said.startswith("INVALID_PAYLOAD: ")
    assert sentence in said


def test_nulls_and_numbers_as_text_are_taken_as_models_send_them(server: RunningServer, world: TestProject) -> None:
    found = answer(server, world.full, "metrone_get_stats", {"days": "1", "from": None, "compare": None})
    assert found == answer(server, world.full, "metrone_get_stats", DAY)
