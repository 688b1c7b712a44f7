"""Accounts over HTTP: set-up, signing in and out, sessions, the password; and what a stranger learns, which is nothing."""

from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie

import httpx
import pytest

from metrone.web.attempts import SIGN_INS_PER_MINUTE, TRIES_FROM_NETWORK
from metrone.web.cookies import COOKIE, SECURE_COOKIE
from tests.running import RunningServer
from tests.web.people import OTHER, OWNER, PASSWORD, SETTINGS, Person, at_browser, owner_of, setup_token

Starter = Callable[..., RunningServer]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with an owner and one project."""
    running = RunningServer(tmp_path_factory.mktemp("account"), SETTINGS).start()
    running.project("Shop")
    owner_of(running)
    yield running
    running.kill()


def test_set_up_makes_the_owner_once_and_nobody_else_can(start_server: Starter) -> None:
    server = start_server(**SETTINGS)
    project = server.project("Shop")
    eve, ann = Person(server), Person(server)
    assert eve.ask("/account")["is_set_up"] is False
    token = setup_token(server)
    for wrong in ("", "x" * 43, "ü"):
        assert eve.set_up(wrong).status_code == 401
    assert ann.set_up(token, password="password123").status_code == 400
    answer = ann.set_up(token)
    assert answer.status_code == 200
    assert token not in answer.text
    shown = ann.ask("/account")
    assert shown["is_set_up"]
    assert shown["user"]["email"] == OWNER
    assert [(org["role"], [one["id"] for one in org["projects"]]) for org in shown["organisations"]] == [
        ("owner", [project.id])
    ]
    assert [one["id"] for one in ann.ask("/session")["projects"]] == [project.id]
    assert ann.client.get("/v1/api/stats").status_code == 200
    assert [eve.set_up(again).status_code for again in (token, "x" * 43)] == [401, 401]
    assert not eve.is_signed_in


def test_cookie_is_guarded_where_there_is_tls(start_server: Starter) -> None:
    server = start_server(**SETTINGS, METRONE_PUBLIC_URL="https://stats.test")
    (morsel,) = SimpleCookie(Person(server).set_up(setup_token(server)).headers["set-cookie"]).values()
    assert morsel.key == SECURE_COOKIE
    assert (morsel["httponly"], morsel["secure"], morsel["samesite"].lower(), morsel["path"], morsel["domain"]) == (
        True,
        True,
        "strict",
        "/",
        "",
    )


def test_sign_in_and_out(server: RunningServer) -> None:
    ann = at_browser(server)
    assert ann.email == OWNER
    assert ann.send("DELETE", "/session").status_code == 204
    assert not ann.is_signed_in
    assert ann.client.get("/v1/api/stats").status_code == 401


def test_sign_in_tells_a_stranger_nothing(server: RunningServer) -> None:
    """The same answer, byte for byte but its request id, for a wrong password and for an address without an account."""
    answers = [
        Person(server).sign_in(email, "nothing of that kind") for email in (OWNER, "bob@shop.example", "nonsense", "")
    ]
    told = {(a.status_code, a.json()["error"]["message"], a.json()["error"]["code"]) for a in answers}
    assert len(told) == 1
    assert answers[0].status_code == 401
    assert len({frozenset(answer.headers.keys()) for answer in answers}) == 1


def test_sign_in_gives_a_new_session_and_ends_the_one_before(server: RunningServer) -> None:
    ann = Person(server)
    ann.client.cookies.set(COOKIE, "chosen-by-an-attacker", domain="127.0.0.1", path="/")
    assert ann.sign_in().status_code == 200
    first = ann.client.cookies[COOKIE]
    assert first != "chosen-by-an-attacker"
    assert ann.sign_in().status_code == 200
    second = ann.client.cookies[COOKIE]
    found = [
        httpx.get(f"{server.url}/app/session", headers={"Cookie": f"{COOKIE}={each}"}).status_code
        for each in (first, second)
    ]
    assert found == [401, 200]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "", "Origin": "https://evil.test"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}, 400),
    ],
)
def test_another_sites_page_signs_nobody_in(server: RunningServer, headers: dict[str, str], status: int) -> None:
    content = f'{{"email": "{OWNER}", "password": "{PASSWORD}"}}'
    sent = {"Content-Type": "application/json", "X-Forwarded-For": "203.0.113.9", **headers}
    answer = httpx.post(f"{server.url}/app/account/signin", content=content, headers=sent)
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers


def test_old_browsers_are_told_by_origin(server: RunningServer) -> None:
    found = {}
    for origin in (server.url, "https://evil.test", "null"):
        sent = {"X-Forwarded-For": "203.0.113.10", "Origin": origin}
        body = {"email": OWNER, "password": PASSWORD}
        found[origin] = httpx.post(f"{server.url}/app/account/signin", json=body, headers=sent).status_code
    assert found == {server.url: 200, "https://evil.test": 403, "null": 403}


def test_changes_need_the_csrf_token_of_the_session(server: RunningServer) -> None:
    ann, other = at_browser(server), at_browser(server)
    body = {"current": PASSWORD, "password": OTHER}
    for token in ("", "nonsense", "x" * 5000, other.ask("/account")["csrf"]):
        answer = ann.send("POST", "/account/password", body, X_CSRF_Token=token)
        assert answer.status_code == 403
    assert ann.send("DELETE", "/account/sessions/others", X_CSRF_Token="").status_code == 403
    assert other.is_signed_in


def test_answers_for_pages_are_read_by_no_other_site(server: RunningServer) -> None:
    answer = at_browser(server).client.get("/app/account", headers={"Origin": "https://evil.test"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_sessions_are_listed_and_ended(server: RunningServer) -> None:
    one, two, three = (at_browser(server) for _ in range(3))
    listed = one.ask("/account/sessions")["sessions"]
    assert [session["browser"] for session in listed if session["is_this"]] == ["Firefox on Linux"]
    (second,) = [session["id"] for session in two.ask("/account/sessions")["sessions"] if session["is_this"]]
    one.does("DELETE", f"/account/sessions/{second}")
    assert (one.is_signed_in, two.is_signed_in, three.is_signed_in) == (True, False, True)
    assert two.client.get("/v1/api/stats").status_code == 401
    one.does("DELETE", "/account/sessions/others")
    assert (one.is_signed_in, three.is_signed_in) == (True, False)
    assert one.address not in one.client.get("/app/account/sessions").text


def test_change_of_password_signs_every_other_browser_out(start_server: Starter) -> None:
    server = start_server(**SETTINGS)
    ann = owner_of(server)
    other = at_browser(server)
    assert ann.send("POST", "/account/password", {"current": "wrong", "password": OTHER}).status_code == 403
    assert ann.send("POST", "/account/password", {"current": PASSWORD, "password": "short"}).status_code == 400
    before = ann.client.cookies[COOKIE]
    ann.does("POST", "/account/password", {"current": PASSWORD, "password": OTHER})
    assert ann.client.cookies[COOKIE] != before
    assert (ann.is_signed_in, other.is_signed_in) == (True, False)
    assert [Person(server).sign_in(password=each).status_code for each in (PASSWORD, OTHER)] == [401, 200]


def test_a_link_of_the_command_line_shows_a_project_and_no_account(server: RunningServer) -> None:
    visitor = Person(server)
    url = server.run("link", server.run("projects", "list")[0]["id"])["url"]
    assert visitor.send("POST", "/session", {"token": url.split("#token=")[1]}).status_code == 200
    assert visitor.is_signed_in
    assert visitor.email == ""
    assert visitor.client.get("/v1/api/stats").status_code == 200
    assert visitor.client.get("/app/account/sessions").status_code == 403
    assert visitor.send("POST", "/account/password", {"current": PASSWORD, "password": OTHER}).status_code == 403


def test_guessing_is_stopped_by_account_and_does_not_lock_the_owner_out(server: RunningServer) -> None:
    eve = Person(server)
    statuses = [eve.sign_in("bob@x.example", f"guess number {number}").status_code for number in range(12)]
    assert statuses[:TRIES_FROM_NETWORK] == [401] * TRIES_FROM_NETWORK
    assert statuses[-1] == 429
    assert eve.sign_in().status_code == 200  # another account, from the same address
    assert Person(server).sign_in("bob@x.example", "x").status_code == 401  # the same one, from another


def test_guessing_is_stopped_by_address(server: RunningServer) -> None:
    eve = Person(server)
    statuses = [eve.sign_in(f"{number}@x.example", "x").status_code for number in range(2 * SIGN_INS_PER_MINUTE + 1)]
    assert set(statuses) == {401, 429}


@pytest.mark.parametrize("body", [b"", b"[]", b'{"email": 5}', b"\xff", b"{" * 5000, b'{"email":"a","password":"b"}x'])
def test_nonsense_is_refused(server: RunningServer, body: bytes) -> None:
    sent = {"Content-Type": "application/json", "X-Forwarded-For": "203.0.113.11"}
    answer = httpx.post(f"{server.url}/app/account/signin", content=body, headers=sent)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in {"INVALID_JSON", "INVALID_PAYLOAD"}


def test_nothing_secret_is_in_the_log(server: RunningServer) -> None:
    ann = at_browser(server)
    Person(server).sign_in(OWNER, "a-wrong-password-in-a-log")
    log = server.log.read_text()
    for secret in (PASSWORD, "a-wrong-password-in-a-log", OWNER, ann.client.cookies[COOKIE], ann.address):
        assert secret not in log
