"""Every endpoint by everybody who might knock: the right status, and never a row, a count or a name of another project.

The endpoints come from OPERATIONS, which the OpenAPI document is made of, so a new one is in the matrix from its first day.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

import pytest

from metrone.web.ingest import PATHS
from metrone.web.operations import OPERATIONS, Operation
from metrone.web.read import GET_PATHS
from tests.running import RunningServer, TestProject
from tests.web.visitors import Browser, expired_key, link_token, new_interaction, new_key, revoked_key, sign_in

MARKER = "only-for-the-owner"
OK = {200, 202}
SCOPED = [operation for operation in OPERATIONS if operation.scope is not None]


@dataclass(frozen=True)
class World:
    """The owner's project with a marked event, a stranger's project, what each of the callers sends, and what of the owner
    stands in paths.
    """

    server: RunningServer
    owner: TestProject
    stranger: TestProject
    callers: dict[str, dict[str, str]]
    places: dict[str, str]


@pytest.fixture(scope="module")
def world(server: RunningServer) -> World:
    owner, stranger = server.project(), server.project()
    event = {
        "event_type": "conversion", "event_name": MARKER, "page_url": f"https://{MARKER}.test/{MARKER}", "page_title": MARKER,
        "referrer": f"https://{MARKER}.test/", "utm_source": MARKER, "utm_campaign": MARKER, "session_id": MARKER,
        "ai_provider": MARKER, "ai_intent": MARKER, "properties": {"value": 77, "currency": "USD", MARKER: MARKER},
    }  # fmt: skip
    for kind in ("conversion", "pageview", "ai_call"):
        server.client(owner.write).post("/v1/events", json={**event, "event_type": kind}).raise_for_status()
    server.drained()
    own, foreign = sign_in(server, owner), sign_in(server, stranger)
    callers = {
        "nobody": {},
        "nonsense": {"X-Api-Key": "metrone_live_x"},
        "unknown key": {"X-Api-Key": "metrone_live_" + secrets.token_hex(16)},
        "revoked key": {"X-Api-Key": revoked_key(server, owner)},
        "expired key": {"X-Api-Key": expired_key(server, owner)},
        "write key": {"X-Api-Key": new_key(server, owner, "write")},
        "read key": {"X-Api-Key": new_key(server, owner, "read")},
        "full key": {"X-Api-Key": owner.full},
        "admin key": {"X-Api-Key": new_key(server, owner, "admin")},
        "browser": {**own.headers, "X-CSRF-Token": own.csrf},
        "browser without its token": own.headers,
        "browser with another's token": {**own.headers, "X-CSRF-Token": foreign.csrf},
        "browser of another project": {
            **foreign.headers, "X-CSRF-Token": foreign.csrf, "X-Metrone-Project": owner.id,
        },
        "made-up cookie": {"Cookie": f"metrone_session={secrets.token_urlsafe(32)}"},
        "sign-in token as cookie": {"Cookie": f"metrone_session={link_token(server, owner)}"},
    }  # fmt: skip
    return World(server, owner, stranger, callers, {"id": new_interaction(server, owner, MARKER)})


def ask(world: World, operation: Operation, headers: dict[str, str], query: str = "") -> tuple[int, str]:
    """Status and body of the operation's own example, about what is the owner's. Of a stream, the first piece."""
    client, url = world.server.client(), operation.path.format_map(world.places)
    if operation.method == "get":
        sample = operation.sample if isinstance(operation.sample, str) else ""
        url += f"?{'&'.join(part for part in (sample, query) if part)}"
        with client.stream("GET", url, headers=headers) as answer:
            if answer.headers.get("content-type", "").startswith("text/event-stream"):
                return answer.status_code, next(answer.iter_text())
            return answer.status_code, answer.read().decode()
    body = operation.sample or [{"event_type": "pageview"}]
    sent = client.request(operation.method, f"{url}?{query}", json=body, headers=headers)
    return sent.status_code, sent.text


def expected(operation: Operation, caller: str) -> set[int]:
    """What the rules of wire.md and control say; the reason why each caller is in the list."""
    scope = operation.scope
    if caller in {
        "nobody",
        "nonsense",
        "unknown key",
        "revoked key",
        "expired key",
        "made-up cookie",
        "sign-in token as cookie",
    }:
        return {401}
    if "browser" in caller:
        if scope == "write":
            return {401}  # writes read no cookie: a page of another site must not be able to write in a visitor's name
        if "another project" in caller or scope == "admin":
            return {403}
        is_change = operation.method == "post"
        return {403} if is_change and caller != "browser" else OK
    has = {
        "write key": {"write"},
        "read key": {"read"},
        "full key": {"read", "write"},
        "admin key": {"read", "write", "admin"},
    }
    return OK if scope in has[caller] else {403}


CALLERS = (
    "nobody", "nonsense", "unknown key", "revoked key", "expired key", "write key", "read key", "full key", "admin key",
    "browser", "browser without its token", "browser with another's token", "browser of another project", "made-up cookie",
    "sign-in token as cookie",
)  # fmt: skip


def test_matrix_holds_every_path_that_writes_or_reads() -> None:
    named = {operation.path for operation in SCOPED}
    assert {path.rstrip("/") for path in PATHS} | {f"/v1/api{path}" for path in GET_PATHS.values()} <= named
    assert {"/v1/api/stream", "/v1/api/query", "/v1/metrics"} <= named


@pytest.mark.parametrize("caller", CALLERS)
def test_each_endpoint_answers_each_caller_as_the_rules_say(world: World, caller: str) -> None:
    assert set(world.callers) == set(CALLERS)
    wrong = []
    for operation in SCOPED:
        status, body = ask(world, operation, world.callers[caller])
        if status not in expected(operation, caller):
            wrong.append((operation.method, operation.path, status, body[:200]))
        if status not in OK and MARKER in body:
            wrong.append((operation.method, operation.path, status, "tells of the project"))
    assert wrong == []


def test_no_answer_to_another_project_tells_of_this_one(world: World) -> None:
    server, owner, stranger = world.server, world.owner, world.stranger
    key = new_key(server, stranger, "admin")
    filters = json.dumps([["is", "event_name", [MARKER]]])
    for operation in SCOPED:
        if operation.scope == "write":
            continue
        for query in ("", f"project={owner.id}", f"project_no=1&project_id={owner.id}", f"filters={filters}"):
            for headers in ({"X-Api-Key": key}, {"X-Api-Key": key, "X-Metrone-Project": owner.id}):
                status, body = ask(world, operation, headers, query)
                assert MARKER not in body.replace(filters, ""), (operation.path, query)
                assert owner.id not in body, (operation.path, query)
                assert status in ({404} if operation.places else {200, 400}), (operation.path, query, body)


def test_owner_sees_the_marker_where_the_stranger_does_not(world: World) -> None:
    """Proves that the search above would have found something."""
    reads = [operation for operation in SCOPED if operation.scope == "read" and operation.path != "/v1/api/stream"]
    told = {
        operation.path for operation in reads if MARKER in ask(world, operation, {"X-Api-Key": world.owner.full})[1]
    }
    assert {"/v1/api/events", "/v1/api/pages", "/v1/api/sources"} <= told
    assert {"/v1/api/ai", "/v1/api/interactions", "/v1/api/interactions/{id}", "/v1/api/deliveries"} <= told
    assert world.owner.id in world.server.client(world.callers["admin key"]["X-Api-Key"]).get("/v1/metrics").text


def test_stats_of_the_stranger_are_all_zero(world: World) -> None:
    stats = world.server.client(world.stranger.full).get("/v1/api/stats", params={"days": 30}).json()
    assert {name: stats[name] for name in ("total_events", "pageviews", "conversions", "unique_visitors", "ai_interactions")} == {
        "total_events": 0, "pageviews": 0, "conversions": 0, "unique_visitors": 0, "ai_interactions": 0,
    }  # fmt: skip


def test_books_are_those_of_the_keys_project(world: World) -> None:
    def books(key: str) -> dict[str, Any]:
        found: dict[str, Any] = world.server.client(key).get("/v1/health").json()["books"]
        return found

    assert books(world.owner.full)["stored"] >= 3
    before = books(world.stranger.full)
    world.server.client(world.owner.write).post("/v1/events", json={"event_type": "x"}).raise_for_status()
    assert books(world.stranger.full) == before


def test_key_with_origins_writes_from_those_alone(world: World) -> None:
    key = new_key(world.server, world.owner, "write", origins=["https://shop.test"])
    client = world.server.client(key)
    found = {
        origin: client.post(
            "/v1/events", json={"event_type": "x"}, headers={"Origin": origin} if origin else {}
        ).status_code
        for origin in ("https://shop.test", "https://evil.test", "http://shop.test", "null", "")
    }
    assert found == {"https://shop.test": 202, "https://evil.test": 403, "http://shop.test": 403, "null": 403, "": 202}


def test_browser_of_a_project_that_it_may_not_read_is_refused_by_query_too(world: World) -> None:
    browser: Browser = sign_in(world.server, world.stranger)
    found = {
        project.id: world.server.client()
        .get("/v1/api/stats", params={"project": project.id}, headers=browser.headers)
        .status_code
        for project in (world.owner, world.stranger)
    }
    assert found == {world.owner.id: 403, world.stranger.id: 200}
