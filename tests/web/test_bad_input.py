"""What bad input gets: a clear error or harmless storage, never a 5xx, and nothing of a bad batch is kept."""

import gzip
import json
import time
from typing import Any

import httpx
import pytest

from metrone.web.read import GET_PATHS
from tests.running import RunningServer, TestProject

GOOD = {"event_type": "pageview"}
JSON = {"Content-Type": "application/json"}
SQL = "'; drop table events; -- \\' or 1=1 {project_no:UInt32}"
HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`"
BIDI = "\u202egnp.exe\u2066\x00\x07\ufeff\U0001f600"
TEXTS = (
    "event_name", "source", "channel", "page_url", "page_path", "page_title", "referrer", "session_id", "user_id",
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "ai_provider", "ai_call_id", "ai_session_id",
    "ai_intent", "ai_outcome", "ai_model", "ai_sentiment", "agent_id", "agent_type", "user_agent", "sdk_version",
)  # fmt: skip


@pytest.fixture(scope="module")
def project(server: RunningServer) -> TestProject:
    """One project for the tests here that look at answers only."""
    return server.project()


def nested(depth: int) -> dict[str, Any]:
    """An object in an object in an object …"""
    found: dict[str, Any] = {}
    for _ in range(depth):
        found = {"a": found}
    return found


def deep_text(depth: int) -> bytes:
    """As nested, as JSON text, for depths that Python's own encoder refuses."""
    return b'{"event_type":"a","properties":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "INVALID_JSON"),
    "spaces": (b"   ", 400, "INVALID_JSON"),
    "cut short": (b'{"event_type": "pa', 400, "INVALID_JSON"),
    "two values": (b'{"event_type":"a"}{"event_type":"b"}', 400, "INVALID_JSON"),
    "a text": (b'"pageview"', 400, "INVALID_PAYLOAD"),
    "a number": (b"7", 400, "INVALID_PAYLOAD"),
    "null": (b"null", 400, "INVALID_PAYLOAD"),
    "not UTF-8": (b'{"event_type":"\xff\xfe"}', 400, "INVALID_JSON"),
    "UTF-16": ('{"event_type":"a"}'.encode("utf-16"), 400, "INVALID_JSON"),
    "a lone surrogate": (b'{"event_type":"\\ud800"}', 400, "INVALID_JSON"),
    "a lone low surrogate": (b'{"event_type":"a","page_title":"\\udc00x"}', 400, "INVALID_JSON"),
    "surrogates as bytes": (b'{"event_type":"\xed\xa0\x80"}', 400, "INVALID_JSON"),
    "NaN": (b'{"event_type":"a","ai_duration_sec":NaN}', 400, "INVALID_JSON"),
    "infinity": (b'{"event_type":"a","ai_duration_sec":1e999}', 400, "INVALID_PAYLOAD"),
    "a property without bound": (b'{"event_type":"a","properties":{"x":1e999}}', 400, "INVALID_PAYLOAD"),
    "an integer without bound": (b'{"event_type":"a","properties":{"x":' + b"9" * 5000 + b"}}", 400, "INVALID_PAYLOAD"),
    "no event_type": (b"{}", 400, "INVALID_PAYLOAD"),
    "an empty event_type": (b'{"event_type":""}', 400, "INVALID_PAYLOAD"),
    "a long event_type": (b'{"event_type":"' + b"a" * 65 + b'"}', 400, "INVALID_PAYLOAD"),
    "a negative duration": (b'{"event_type":"ai_call","ai_duration_sec":-1}', 400, "INVALID_PAYLOAD"),
    "a negative cost": (b'{"event_type":"ai_call","ai_cost_usd":-0.01}', 400, "INVALID_PAYLOAD"),
    "too many properties": (
        json.dumps({**GOOD, "properties": {str(n): n for n in range(65)}}).encode(), 400, "INVALID_PAYLOAD",
    ),
    "a long property name": (json.dumps({**GOOD, "properties": {"k" * 65: 1}}).encode(), 400, "INVALID_PAYLOAD"),
    "large properties": (json.dumps({**GOOD, "properties": {"k": "v" * 17_000}}).encode(), 400, "INVALID_PAYLOAD"),
    "properties as a list": (b'{"event_type":"a","properties":[1]}', 400, "INVALID_PAYLOAD"),
    "17 levels": (json.dumps({**GOOD, "properties": nested(18)}).encode(), 400, "INVALID_PAYLOAD"),
    "10,000 levels": (deep_text(10_000), 400, "INVALID_PAYLOAD"),
    "80,000 lists": (b'{"event_type":"a","x":' + b"[" * 80_000 + b"]" * 80_000 + b"}", 400, "INVALID_PAYLOAD"),
    "10 MB": (b'{"event_type":"a","page_title":"' + b"x" * 10_000_000 + b'"}', 413, "BODY_TOO_LARGE"),
    "a batch of none": (b"[]", 400, "BATCH_EMPTY"),
    "a batch of 101": (json.dumps([GOOD] * 101).encode(), 400, "BATCH_TOO_LARGE"),
    "an envelope of 101": (json.dumps({"events": [GOOD] * 101}).encode(), 400, "BATCH_TOO_LARGE"),
    "101 wrong events": (json.dumps([{}] * 101).encode(), 400, "BATCH_TOO_LARGE"),
}  # fmt: skip


def code_of(response: httpx.Response) -> str:
    """The code of an error answer, whose sentence must say something."""
    error = response.json()["error"]
    assert len(error["message"]) > 15
    code: str = error["code"]
    return code


@pytest.mark.parametrize("name", BODIES)
def test_bad_body_gets_a_clear_error(name: str, server: RunningServer, project: TestProject) -> None:
    body, status, code = BODIES[name]
    response = server.client(project.write).post("/v1/events", content=body, headers=JSON)
    assert (response.status_code, code_of(response)) == (status, code), response.text[:500]


WRONG_FIELDS: dict[str, list[object]] = {
    **{name: [7, True, [], {}] for name in TEXTS},
    "event_type": [7, None, [], {}],
    "ai_duration_sec": ["47", -1, True, 1e10],
    "ai_cost_usd": ["0.1", -1, []],
    "ai_messages": [1.5, -1, "3", 2**40],
    "ai_tokens_in": [1.5, -1, "3"],
    "ai_latency_ms": ["3", -1],
    "ai_resolved": ["true", 1],
    "idempotency_key": [7, "k" * 256],
    "timestamp": [True, [], {}],
    "properties": ["{}", 7, [{}]],
}


@pytest.mark.parametrize("field", WRONG_FIELDS)
def test_wrong_field_is_named_with_its_place_when_it_is_in_a_batch(
    field: str, server: RunningServer, project: TestProject
) -> None:
    for value in WRONG_FIELDS[field]:
        batch = [GOOD, GOOD, {**GOOD, field: value}]
        response = server.client(project.write).post("/v1/events/batch", json=batch)
        assert response.status_code == 400, f"{field}={value!r}: {response.text}"
        error = response.json()["error"]
        assert (error["code"], error["index"], error["field"]) == ("INVALID_PAYLOAD", 2, field)
        assert error["message"].startswith(f"events[2].{field}: ")


def test_nothing_of_a_bad_batch_is_kept(server: RunningServer) -> None:
    fresh = server.project()
    bad: list[list[dict[str, object]]] = [
        [{**GOOD, "idempotency_key": "first"}, {**GOOD, "page_url": 7}],
        [{**GOOD, "idempotency_key": "first"}, {**GOOD, "properties": {"k": "v" * 17_000}}],
        [{**GOOD, "idempotency_key": "first"}, {**GOOD, "properties": nested(18)}],
    ]
    for batch in bad:
        response = server.client(fresh.write).post("/v1/events/batch", json=batch)
        assert response.json()["error"]["index"] == 1, response.text
    good = server.client(fresh.write).post("/v1/events", json={**GOOD, "idempotency_key": "first"})
    assert good.json()["duplicates"] == 0
    server.drained()
    assert server.client(fresh.full).get("/v1/api/stats?visitor_type=all").json()["total_events"] == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_packed_body_is_bounded_after_inflation(encoding: str, server: RunningServer, project: TestProject) -> None:
    bomb = gzip.compress(b'{"event_type":"a","page_title":"' + b"x" * 200_000_000 + b'"}', 9)
    assert len(bomb) < 500_000
    headers = {**JSON, "Content-Encoding": encoding}
    started = time.monotonic()
    response = server.client(project.write).post("/v1/events", content=bomb, headers=headers)
    assert response.status_code == (413 if encoding == "gzip" else 400)
    assert time.monotonic() - started < 2


def test_packed_body_that_is_cut_short_is_refused(server: RunningServer, project: TestProject) -> None:
    whole = gzip.compress(json.dumps({**GOOD, "page_title": "x" * 1000}).encode())
    headers = {**JSON, "Content-Encoding": "gzip"}
    client = server.client(project.write)
    assert client.post("/v1/events", content=whole, headers=headers).status_code == 202
    for length in (0, 5, 12, len(whole) - 9, len(whole) - 1):
        response = client.post("/v1/events", content=whole[:length], headers=headers)
        assert (response.status_code, code_of(response)) == (400, "INVALID_PAYLOAD"), f"{length} bytes"


def test_unbelievable_time_becomes_the_arrival(server: RunningServer) -> None:
    times: list[object] = [
        "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1969-07-20", "yesterday",
        "", 0, -1, 1e308, -1e308, 253_402_300_799_000, 10**400, -(10**400), 2**63, "9" * 1000, "2026-02-30",
    ]  # fmt: skip
    fresh = server.project()
    events = [{**GOOD, "event_name": str(at)[:60], "timestamp": at} for at in times]
    response = server.client(fresh.write).post("/v1/events/batch", json=events)
    assert response.status_code == 202, response.text
    server.drained()
    rows = server.client(fresh.full).get("/v1/api/events").json()["data"]
    assert {row["event_name"]: row["is_clock_adjusted"] for row in rows} == {
        event["event_name"] or None: True for event in events
    }


@pytest.mark.parametrize("poison", [SQL, HTML, BIDI], ids=["SQL", "HTML", "control"])
def test_poison_in_every_text_is_stored_and_read_as_text(poison: str, server: RunningServer) -> None:
    fresh = server.project()
    client = server.client(fresh.full)
    event: dict[str, object] = dict.fromkeys(TEXTS, poison)
    event |= {"event_type": poison[:64], "properties": {poison[:64]: poison, "__proto__": {"constructor": poison}}}
    assert client.post("/v1/events", json=event).status_code == 202
    assert client.post("/v1/events", json={**event, "event_type": "ai_call", "timestamp": poison}).status_code == 202
    server.drained()
    answer = client.get("/v1/api/events")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.json()["data"]) == 2
    for row in answer.json()["data"]:
        assert row["properties"]["__proto__"] == {"constructor": poison}
        assert row["session_id"] == poison  # the client's own, given back as it is
        shown = {name: value for name, value in row.items() if isinstance(value, str) and name != "session_id"}
        assert [name for name, value in shown.items() if set(value) & set("\x00\x07")] == []
    filters = json.dumps([["is", f"props:{poison[:64]}", [poison]]])
    found = client.get("/v1/api/stats", params={"filters": filters, "visitor_type": "all"})
    assert found.json()["total_events"] == 2


@pytest.mark.parametrize("poison", [SQL, HTML, BIDI, "\x00", "%00", "%ED%A0%80", "9" * 5000], ids=lambda text: text[:9])
def test_poison_in_a_parameter_gets_an_answer_or_a_clear_error(
    poison: str, server: RunningServer, project: TestProject
) -> None:
    client = server.client(project.full)
    fields = (
        "tz", "from", "days", "filters", "metrics", "dimension", "order_by", "cursor", "event_type", "kind", "endpoint",
        "intent", "platform", "result",
    )  # fmt: skip
    for read in (path for path in GET_PATHS.values() if "{" not in path):
        for field in fields:
            fixed = {"dimension": "page"} if read == "/breakdown" else {}
            response = client.get(f"/v1/api{read}", params={**fixed, field: poison})
            assert response.status_code in (200, 400), f"{read} {field}: {response.text}"
            if response.status_code == 400:
                assert code_of(response) == "INVALID_PAYLOAD"
    raw = client.get(f"/v1/api/stats?tz={poison if poison.isascii() and poison.isprintable() else '%FF'}")
    assert raw.status_code == 400


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("int_0000000000000001", 404),
        ("int_000000000000001", 400),
        ("INT_0000000000000001", 400),
        ("int_0000000000000001%0A", 400),
        ("1%27%20or%201=1", 400),
        ("%00", 400),
        ("%FF", 400),
        ("null", 400),
        ("9" * 5000, 400),
        ("int_0000000000000001%2F..", 404),
    ],
    ids=lambda value: str(value)[:30],
)
def test_id_of_nothing_in_a_path_gets_a_clear_error(
    text: str, status: int, server: RunningServer, project: TestProject
) -> None:
    response = server.client(project.full).get(f"/v1/api/interactions/{text}")
    assert (response.status_code, code_of(response)) == (status, "NOT_FOUND" if status == 404 else "INVALID_PAYLOAD")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_path_with_an_id_says_what_it_takes(method: str, server: RunningServer, project: TestProject) -> None:
    response = server.client(project.full).request(method, "/v1/api/interactions/int_0000000000000001")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]


def test_wrong_key_for_the_deed_is_refused(server: RunningServer, project: TestProject) -> None:
    reader = server.key(project, "read")
    assert code_of(server.client(reader).post("/v1/events", json=GOOD)) == "FORBIDDEN"
    assert code_of(server.client(project.write).get("/v1/api/stats")) == "FORBIDDEN"
    assert code_of(server.client(project.write).get("/v1/api/stream")) == "FORBIDDEN"
    assert (
        code_of(server.client(project.write).post("/v1/api/query", json={"queries": [{"type": "live"}]})) == "FORBIDDEN"
    )
    assert code_of(server.client(project.full).get("/v1/metrics")) == "FORBIDDEN"
    mixed = [{**GOOD, "api_key": project.write}, {**GOOD, "api_key": project.full}]
    assert code_of(server.client().post("/v1/events/batch", json=mixed)) == "BATCH_MIXED_KEYS"
    assert code_of(server.client(project.write).post("/v1/events/batch", json=mixed)) == "BATCH_MIXED_KEYS"


@pytest.mark.parametrize("key", ["x", "metrone_live_" + "0" * 32, "metrone_live_" + "G" * 32, "ключ", SQL, "a" * 5000])
def test_key_that_is_none_is_refused(key: str, server: RunningServer) -> None:
    client = server.client()
    assert code_of(client.get("/v1/api/stats", params={"api_key": key})) == "INVALID_API_KEY"
    assert code_of(client.post("/v1/events", json={**GOOD, "api_key": key})) == "INVALID_API_KEY"
    if key.isascii():
        assert code_of(client.get("/v1/api/stats", headers={"X-Api-Key": key})) == "INVALID_API_KEY"


def test_revoked_key_is_refused_within_a_second(server: RunningServer) -> None:
    fresh = server.project()
    client = server.client(fresh.write)
    assert client.post("/v1/events", json=GOOD).status_code == 202
    server.run("keys", "revoke", fresh.write)
    revoked_at = time.monotonic()
    while (response := client.post("/v1/events", json=GOOD)).status_code == 202:
        assert time.monotonic() - revoked_at < 1, "the key still works a second after it was revoked"
    assert code_of(response) == "INVALID_API_KEY"
    assert "revoked" in response.json()["error"]["message"]
