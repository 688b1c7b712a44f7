"""Signing in: once for each link, by our own page alone, and never to somewhere else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie

import httpx
import pytest

from metrone.control.signin import create_link
from metrone.control.snippets import ORIGIN, SNIPPETS
from metrone.web.attempts import SIGN_INS_PER_MINUTE
from metrone.web.cookies import COOKIE, SECURE_COOKIE
from tests.running import RunningServer, TestProject
from tests.web.visitors import link_token, opened, sign_in


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One of our own: the shared one's sign-ins are counted for everybody."""
    running = RunningServer(tmp_path_factory.mktemp("pages"), {"METRONE_PUBLIC_URL": "https://stats.test"}).start()
    yield running
    running.kill()


def redeem(server: RunningServer, token: object, **headers: str) -> httpx.Response:
    """A sign-in of a browser that has no cookies yet."""
    client = server.client()
    client.cookies.clear()
    answer = client.post(
        "/app/session",
        json={"token": token},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    client.cookies.clear()
    return answer


def test_sign_in_works_once_and_gives_a_guarded_cookie(server: RunningServer, project: TestProject) -> None:
    token = link_token(server, project)
    first, second = redeem(server, token), redeem(server, token)
    assert (first.status_code, second.status_code) == (200, 401)
    (morsel,) = SimpleCookie(first.headers["set-cookie"]).values()
    assert morsel.key == SECURE_COOKIE
    assert (morsel["httponly"], morsel["secure"], morsel["samesite"].lower(), morsel["path"]) == (
        True,
        True,
        "strict",
        "/",
    )
    assert [one["id"] for one in first.json()["projects"]] == [project.id]
    assert token not in first.text
    assert morsel.value not in first.text
    assert morsel.value not in server.log.read_text() + token


def test_sign_in_gives_a_new_session_whatever_cookie_came(server: RunningServer, project: TestProject) -> None:
    answer = redeem(server, link_token(server, project), Cookie=f"{SECURE_COOKIE}=chosen-by-an-attacker")
    assert "chosen-by-an-attacker" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_sign_in_from_another_site_is_refused_and_the_link_stays_good(
    server: RunningServer, project: TestProject, site: str
) -> None:
    token = link_token(server, project)
    assert redeem(server, token, Sec_Fetch_Site=site).status_code == 403
    assert redeem(server, token, Sec_Fetch_Site="same-origin").status_code == 200


def test_sign_in_refuses_old_links_and_nonsense(server: RunningServer, project: TestProject) -> None:
    with opened(server) as db:
        old = create_link(db, project.id, datetime(2026, 1, 1, tzinfo=UTC))
    assert [redeem(server, token).status_code for token in (old, "", "x" * 10_000, "\u0000")] == [401] * 4
    assert redeem(server, 5).status_code == 400


def test_cookie_of_the_plain_name_signs_nobody_in_where_there_is_tls(
    server: RunningServer, project: TestProject
) -> None:
    browser = sign_in(server, project)
    planted = {"Cookie": browser.cookie.replace(SECURE_COOKIE, COOKIE)}
    assert [server.client().get("/app/session", headers=each).status_code for each in (browser.headers, planted)] == [
        200,
        401,
    ]


def test_sign_out_needs_the_csrf_token_and_ends_the_session(server: RunningServer, project: TestProject) -> None:
    browser = sign_in(server, project)
    client = server.client()
    assert client.delete("/app/session", headers=browser.headers).status_code == 403
    assert client.get("/app/session", headers=browser.headers).status_code == 200
    assert client.delete("/app/session", headers={**browser.headers, "X-CSRF-Token": browser.csrf}).status_code == 204
    assert client.get("/app/session", headers=browser.headers).status_code == 401
    assert client.get("/v1/api/stats", headers=browser.headers).status_code == 401


@pytest.mark.parametrize(
    "path", ["//evil.test", "/\\evil.test", "/signin?next=https://evil.test", "/https://evil.test", "/%0d%0aLocation:x"]
)
def test_no_address_of_ours_leads_away(server: RunningServer, path: str) -> None:
    answer = httpx.get(f"{server.url}{path}", follow_redirects=False, verify=False)
    assert "location" not in answer.headers
    assert not answer.is_redirect


def test_pages_forbid_everything_but_our_own(server: RunningServer) -> None:
    headers = server.client().get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["strict-transport-security"] == "max-age=31536000"  # the public address is https


def test_sign_in_is_tried_so_many_times_a_minute(start_server: Callable[..., RunningServer]) -> None:
    server = start_server(METRONE_RATE_LIMITS="off")  # this limit is not to be switched off
    statuses = [redeem(server, f"guess {number}").status_code for number in range(2 * SIGN_INS_PER_MINUTE + 1)]
    assert set(statuses) == {401, 429}  # within two windows, whenever the minute turned
    assert statuses.count(401) <= 2 * SIGN_INS_PER_MINUTE
    assert statuses[:SIGN_INS_PER_MINUTE] == [401] * SIGN_INS_PER_MINUTE


def test_dashboard_is_told_what_to_paste(server: RunningServer) -> None:
    answer = server.client().get("/app/snippets").json()
    assert answer["origin"] == ORIGIN
    assert [(one["name"], one["text"]) for one in answer["snippets"]] == [
        (name, snippet.text) for name, snippet in SNIPPETS.items()
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/m.js", 200), ("/v1/health", 200), ("/v1/api/stats", 200), ("/docs/api", 200), ("/nowhere", 404)],
)
def test_head_is_answered_as_get_is_without_the_body(
    path: str, status: int, server: RunningServer, project: TestProject
) -> None:
    client = server.client(project.full)
    head, got = client.head(path), client.get(path)  # on one connection: a body would be taken for the next answer
    assert (head.status_code, got.status_code) == (status, status)
    assert (head.content, head.headers["content-type"]) == (b"", got.headers["content-type"])
    assert head.headers.get("etag") == got.headers.get("etag")


def test_what_takes_no_get_takes_no_head(server: RunningServer, project: TestProject) -> None:
    client = server.client(project.full)
    refused = [client.head(path) for path in ("/v1/events", "/v1/events/batch", "/v1/api/query", "/v1/api/stream")]
    assert [each.status_code for each in refused] == [405] * 4
    assert not any("HEAD" in each.headers["allow"] for each in refused)
    assert "HEAD" in client.delete("/v1/api/stats").headers["allow"]
