"""Each call arrives as the event that the docs promise, and nothing that is handed over breaks the caller."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from metrone_client import AgentRequest, MetroneValidationError
from tests import contract
from tests.clients.python.conftest import Connect
from tests.flaky import Flaky
from tests.running import RunningServer, TestProject

Stored = Callable[[], list[dict[str, Any]]]

# Method, what it is given, and what is read back.
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any]]] = [
    ("pageview", ("https://site.example/pricing?utm_source=news", "Pricing"), {"referrer": "https://www.google.com/"},
     {"event_type": "pageview", "page_path": "/pricing", "page_title": "Pricing", "utm_source": "news", "source": "web",
      "referrer_domain": "google.com"}),
    ("track", ("api_request", {"endpoint": "/users", "method": "GET"}), {},
     {"event_type": "custom", "event_name": "api_request", "properties": {"endpoint": "/users", "method": "GET"},
      "source": "server"}),
    ("track", ("signup",), {"session_id": "s-1", "channel": "phone", "timestamp": None},
     {"event_name": "signup", "session_id": "s-1", "channel": "phone", "properties": {}}),
    ("conversion", ("purchase", 69, {"currency": "USD", "plan": "growth"}), {},
     {"event_type": "conversion", "event_name": "purchase", "value": 69.0, "currency": "USD",
      "properties": {"conversion_type": "purchase", "value": 69, "currency": "USD", "plan": "growth"}}),
    ("interaction", ("click", "cta_hero"), {},
     {"event_type": "interaction", "properties": {"interaction_type": "click", "target": "cta_hero"}}),
    ("track_ai_call", (),
     {"call_id": "call_abc123", "provider": "vapi", "duration": 47, "intent": "book_appointment",
      "outcome": "completed", "cost_usd": 0.12, "resolved": True, "metrone_session": "s-1", "properties": {"line": 2}},
     {"event_type": "ai_call", "ai_call_id": "call_abc123", "ai_provider": "vapi", "ai_duration_sec": 47,
      "ai_intent": "book_appointment", "ai_outcome": "completed", "ai_cost_usd": 0.12, "ai_resolved": True,
      "session_id": "s-1", "source": "voice", "properties": {"line": 2}}),
    ("track_ai_chat", (), {"session_id": "chat-1", "provider": "intercom", "messages": 8, "model": "m", "tokens_in": 5},
     {"event_type": "ai_chat", "ai_session_id": "chat-1", "ai_messages": 8, "ai_model": "m", "ai_tokens_in": 5,
      "source": "chat"}),
    ("track_ai_intent", (), {"intent": "pricing", "provider": "openai"},
     {"event_type": "ai_intent", "ai_intent": "pricing", "source": "assistant"}),
    ("track_ai_session", ("start",), {"session_id": "as-1", "provider": "openai"},
     {"event_type": "ai_session_start", "ai_session_id": "as-1", "source": "assistant"}),
]  # fmt: skip


def test_each_call_arrives(connect: Connect, project: TestProject, stored: Stored) -> None:
    client = connect(project.write)
    for method, given, named, _ in CALLS:
        assert getattr(client, method)(*given, **named) is None
    report = client.flush()
    assert (report.sent, report.ok) == (len(CALLS), True)
    rows = stored()
    assert len(rows) == len(CALLS)
    unmatched = [expected for *_, expected in CALLS if not any(expected.items() <= row.items() for row in rows)]
    assert unmatched == []


def test_an_agent_request_is_no_visitor(connect: Connect, project: TestProject, stored: Stored) -> None:
    client = connect(project.write)
    page = "https://site.example/docs"
    assert client.track_agent_request(AgentRequest("Mozilla/5.0 (compatible; GPTBot/1.2)", page, 404, 12.5))
    assert not client.track_agent_request(AgentRequest("Mozilla/5.0 (X11; Linux) Firefox/150.0", page, 200))
    assert client.flush().sent == 1
    (row,) = stored()
    assert (row["visitor_type"], row["agent_name"], row["page_path"]) == ("ai_agent", "GPTBot", "/docs")
    assert row["properties"] == {"agent_capture": "server", "status_code": 404, "response_ms": 12.5}


class Spiteful:
    def __str__(self) -> str:
        raise RuntimeError("no")


def endless() -> dict[str, Any]:
    loop: dict[str, Any] = {"nan": float("nan")}
    loop["self"] = loop
    return loop


@pytest.mark.parametrize(
    "properties",
    [{"a": Spiteful()}, endless(), {("a", "b"): 1}, "text", 7, ["a"]],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_sent_is_counted_and_told(connect: Connect, any_project: TestProject, properties: Any) -> None:
    told: list[Exception] = []
    client = connect(any_project.write, on_error=told.append)
    client.track("good")
    client.track("bad", properties)
    with pytest.raises(MetroneValidationError) as caught:
        client.flush()
    assert caught.value.result is not None
    assert (caught.value.result.sent, caught.value.result.failed) == (1, 1)
    assert told == list(caught.value.result.errors)


def test_what_json_has_no_form_for(connect: Connect, project: TestProject, stored: Stored) -> None:
    client = connect(project.write)
    at = datetime(2026, 1, 2, tzinfo=UTC)
    odd = {
        "nan": float("nan"),
        "in": [float("inf"), 1],
        "day": date(2026, 1, 2),
        "sum": Decimal("1.5"),
        "set": {1},
        "at": at,
    }
    client.track("odd", odd, timestamp=datetime.now(UTC))
    assert client.flush().ok
    (row,) = stored()
    assert row["properties"] == {
        "nan": None, "in": [None, 1], "day": "2026-01-02", "sum": 1.5, "set": [1], "at": "2026-01-02T00:00:00+00:00"
    }  # fmt: skip
    assert row["is_clock_adjusted"] is False


def test_later_changes_change_no_event(connect: Connect, project: TestProject, stored: Stored) -> None:
    client = connect(project.write)
    basket = {"items": [1]}
    client.track("basket", basket)
    basket["items"].append(2)
    assert client.flush().ok
    assert stored()[0]["properties"] == {"items": [1]}


def test_what_is_sent_has_the_shape_of_the_contract(
    connect: Connect, server: RunningServer, any_project: TestProject
) -> None:
    known: set[str] = {"sdk_version", "timestamp", "idempotency_key"}
    for path in contract.examples("writes"):
        body = contract.load(path)["request"].get("body", {})
        events = body if isinstance(body, list) else body.get("events", [body])
        known |= {name for event in events for name in event}
    with Flaky(server.port) as flaky:
        client = connect(any_project.write, endpoint=flaky.url)
        client.pageview("https://site.example/", "Home", referrer="https://www.google.com/")
        client.conversion("purchase", 69, {"currency": "USD"})
        client.track_ai_call(
            call_id="c", provider="vapi", duration=1, intent="a", outcome="completed", cost_usd=0.1, metrone_session="s"
        )
        client.flush()
    (seen,) = flaky.seen
    assert (seen.method, seen.path) == ("POST", "/v1/events/batch")
    events = json.loads(seen.body)
    assert {name for event in events for name in event} <= known
    assert len({event["idempotency_key"] for event in events}) == 3
    assert "api_key" not in known & set(events[0])
