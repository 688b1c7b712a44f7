"""Who comes in at /mcp: keys, limits, pages in browsers, bodies; and refusals that clients show as a sentence."""

import secrets
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.mcp.clients import post
from tests.running import RunningServer, TestProject
from tests.web.visitors import expired_key, new_key, revoked_key, sign_in

LIST: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def site(server: RunningServer) -> TestProject:
    """A project whose site is shop.example."""
    return server.project("Shop", "--domain", "shop.example")


def listed(server: RunningServer, headers: dict[str, str], query: str = "") -> httpx.Response:
    """The list of tools, asked for with these headers."""
    return server.client().post(f"/mcp{query}", json=LIST, headers={**ACCEPT, **headers})


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The JSON-RPC error of a refusal."""
    body = response.json()
    assert (body["jsonrpc"], body["id"]) == ("2.0", None)
    error: dict[str, Any] = body["error"]
    assert error["data"]["status"] == response.status_code
    assert error["data"]["request_id"] == response.headers["x-request-id"]
    return error


def test_key_is_taken_in_its_three_places(server: RunningServer, site: TestProject) -> None:
    places = [
        ({"X-Api-Key": site.full}, ""),
        ({"Authorization": f"Bearer {site.full}"}, ""),
        ({}, f"?api_key={site.full}"),
    ]
    for headers, query in places:
        answered = listed(server, headers, query)
        assert answered.status_code == 200
        assert len(answered.json()["result"]["tools"]) == 10
    assert server.client().post("/mcp/", json=LIST, headers={**ACCEPT, "X-Api-Key": site.full}).status_code == 200


def test_bad_keys_are_refused_with_a_sentence(server: RunningServer, site: TestProject) -> None:
    keys = {
        "": "MISSING_API_KEY",
        "nonsense": "INVALID_API_KEY",
        f"metrone_live_{secrets.token_hex(16)}": "INVALID_API_KEY",
        revoked_key(server, site): "INVALID_API_KEY",
        expired_key(server, site): "INVALID_API_KEY",
    }
    for key, code in keys.items():
        refused = listed(server, {"X-Api-Key": key} if key else {})
        assert (refused.status_code, error_of(refused)["data"]["code"]) == (401, code)
        assert refused.headers["www-authenticate"].startswith("Bearer")


def test_signed_in_browser_is_nobody_here(server: RunningServer, site: TestProject) -> None:
    """No cookie is read: a page of another site must not be able to ask in a visitor's name."""
    browser = sign_in(server, site)
    assert listed(server, {**browser.headers, "X-CSRF-Token": browser.csrf}).status_code == 401


PAGES = [
    # Origin, Host, whether it is let in
    (None, "shop.example", True),
    (None, "data.shop.example", True),
    (None, "cname.of.a.customer.test", True),
    ("https://shop.example", "data.shop.example", True),
    ("https://app.shop.example", "data.shop.example", True),
    ("http://localhost:6274", "127.0.0.1", True),
    ("http://localhost:6274", "data.shop.example", True),
    ("http://192.0.2.7:8000", "192.0.2.7:8000", True),
    ("https://app.partner.test", "data.shop.example", False),
    ("http://rebound.test", "rebound.test", False),
    ("http://rebound.test:8000", "rebound.test:8000", False),
    ("http://rebound.test", "127.0.0.1", False),
    ("http://localhost", "rebound.test", False),
    ("null", "127.0.0.1", False),
    ("http://notshop.example", "127.0.0.1", False),
    ("http://shop.example.rebound.test", "127.0.0.1", False),
    ("http://192.0.2.7", "127.0.0.1", False),
    ("http://[::1", "127.0.0.1", False),
    ("", "127.0.0.1", False),
]


@pytest.mark.parametrize(("origin", "host", "is_let_in"), PAGES)
def test_pages_of_unknown_sites_are_refused(
    server: RunningServer, site: TestProject, origin: str | None, host: str, is_let_in: bool
) -> None:
    headers = {"X-Api-Key": site.full, "Host": host, **({} if origin is None else {"Origin": origin})}
    answered = listed(server, headers)
    assert answered.status_code == (200 if is_let_in else 403), answered.text
    if not is_let_in:
        assert error_of(answered)["data"]["code"] == "FORBIDDEN"


def test_page_that_hides_its_origin_is_known_by_its_fetch(server: RunningServer, site: TestProject) -> None:
    headers = {"X-Api-Key": site.full, "Host": "rebound.test", "Sec-Fetch-Site": "same-origin"}
    assert listed(server, headers).status_code == 403


def test_key_with_origins_comes_from_those_alone(server: RunningServer, site: TestProject) -> None:
    key = new_key(server, site, "read", origins=["https://app.partner.test"])
    for origin, status in (("https://app.partner.test", 200), ("https://shop.example", 403)):
        assert listed(server, {"X-Api-Key": key, "Origin": origin}).status_code == status
    assert listed(server, {"X-Api-Key": key}).status_code == 200


def test_preflight_lets_a_page_send_what_the_protocol_wants(server: RunningServer) -> None:
    asked = {
        "Origin": "http://localhost:6274", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,mcp-protocol-version",
    }  # fmt: skip
    answered = server.client().options("/mcp", headers=asked)
    assert answered.status_code == 204
    allowed = answered.headers["access-control-allow-headers"].lower()
    assert all(
        name in allowed for name in ("authorization", "x-api-key", "mcp-protocol-version", "mcp-method", "mcp-name")
    )
    assert "access-control-allow-credentials" not in answered.headers


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD"])
def test_other_methods_are_refused_with_what_is_taken(server: RunningServer, site: TestProject, method: str) -> None:
    answered = server.client(site.full).request(method, "/mcp", headers=ACCEPT)
    assert (answered.status_code, answered.headers["allow"]) == (405, "POST, OPTIONS")


def test_large_body_is_refused(server: RunningServer, site: TestProject) -> None:
    body = b" " * (513 * 1024)
    headers = {**ACCEPT, "Content-Type": "application/json"}
    refused = server.client(site.full).post("/mcp", content=body, headers=headers)
    assert (refused.status_code, error_of(refused)["data"]["code"]) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b'{"jsonrpc":"2.0","id":1}', b"\xff\xfe", b"1e999"]
)
def test_body_that_is_no_message_is_refused_and_nothing_breaks(
    server: RunningServer, site: TestProject, body: bytes
) -> None:
    headers = {**ACCEPT, "Content-Type": "application/json"}
    refused = server.client(site.full).post("/mcp", content=body, headers=headers)
    assert refused.status_code == 400, refused.text
    assert listed(server, {"X-Api-Key": site.full}).status_code == 200


def test_unknown_tool_and_method_name_what_there_is(server: RunningServer, site: TestProject) -> None:
    unknown = post(server, site.full, "tools/call", {"name": "metrone_delete_all", "arguments": {}}).json()["error"]
    assert "metrone_get_stats" in unknown["message"]
    resource = post(server, site.full, "resources/read", {"uri": "file:///etc/passwd"}).json()["error"]
    assert "metrone://metrics" in resource["message"]
    assert post(server, site.full, "prompts/list", {}).json()["error"]["code"] == -32601


def test_limit_of_reads_is_one_for_rest_and_tools(start_server: Callable[..., RunningServer]) -> None:
    server = start_server(METRONE_RATE_LIMITS="on", METRONE_RATE_LIMIT_READ="4")
    key = server.project().full
    server.client(key).get("/v1/api/live")
    # Where a new minute begins in between, its limit is used up, too.
    answers = [listed(server, {"X-Api-Key": key}) for _ in range(9)]
    assert answers[0].headers["x-ratelimit-limit"] == "4"
    refused = next(answered for answered in answers if answered.status_code == 429)
    assert "Try again in" in error_of(refused)["message"]
    assert int(refused.headers["retry-after"]) >= 1


def test_log_has_no_key_and_no_argument(server: RunningServer, site: TestProject) -> None:
    call = {"name": "metrone_get_stats", "arguments": {"days": "secret-argument"}}
    post(server, site.full, "tools/call", call)
    listed(server, {}, f"?api_key={site.full}")
    log = server.log.read_text()
    assert site.full not in log
    assert "secret-argument" not in log
