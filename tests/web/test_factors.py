"""The second factor over HTTP: from the password to the app to the recovery codes."""

import base64
import time
from collections.abc import Callable

import pytest

from metrone.control.totp import STEP_SEC, code_at
from tests.running import RunningServer
from tests.web.people import OWNER, PASSWORD, SETTINGS, Person, at_browser, owner_of

Starter = Callable[..., RunningServer]


@pytest.fixture
def server(start_server: Starter) -> RunningServer:
    return start_server(**SETTINGS)


def switch_on(ann: Person) -> tuple[bytes, list[str]]:
    """The app's secret, and the recovery codes."""
    begun = ann.does("POST", "/account/totp/begin", {"current": PASSWORD})
    text = begun["secret"]
    assert f"secret={text}&" in begun["address"]
    secret = base64.b32decode(text + "=" * (-len(text) % 8))
    return secret, ann.does("POST", "/account/totp", {"code": code_now(secret)})["recovery_codes"]


def code_now(secret: bytes, steps: int = 0) -> str:
    return code_at(secret, int(time.time()) // STEP_SEC + steps)


def test_a_code_is_asked_for_once_it_is_on(server: RunningServer) -> None:
    ann = owner_of(server)
    other = at_browser(server)
    assert ann.send("POST", "/account/totp/begin", {"current": "wrong"}).status_code == 403
    assert ann.send("POST", "/account/totp", {"code": "123456"}).status_code == 400
    secret, codes = switch_on(ann)
    assert (ann.is_signed_in, other.is_signed_in) == (True, False)
    assert (ann.ask("/account")["user"]["has_totp"], ann.ask("/account")["user"]["recovery_codes"]) == (True, 10)
    new = Person(server)
    assert new.sign_in().json() == {"signed_in": False, "needs": "code"}
    assert not new.is_signed_in
    assert new.sign_in(code="000000").status_code == 401
    assert new.sign_in(password="wrong", code=codes[0]).status_code == 401
    assert new.sign_in(code=code_now(secret, 1)).status_code == 200
    assert new.email == OWNER
    assert [Person(server).sign_in(code=codes[0]).status_code for _ in range(2)] == [200, 401]
    assert ann.ask("/account")["user"]["recovery_codes"] == 9


def test_it_is_switched_off_with_the_password(server: RunningServer) -> None:
    ann = owner_of(server)
    _, codes = switch_on(ann)
    assert ann.send("POST", "/account/totp/begin", {"current": PASSWORD}).status_code == 400
    assert ann.send("POST", "/account/totp/recovery-codes", {"current": "wrong"}).status_code == 403
    fresh = ann.does("POST", "/account/totp/recovery-codes", {"current": PASSWORD})["recovery_codes"]
    assert not set(fresh) & set(codes)
    assert Person(server).sign_in(code=codes[0]).status_code == 401
    assert ann.send("POST", "/account/totp/off", {"current": "wrong"}).status_code == 403
    assert ann.send("POST", "/account/totp/off", {"current": PASSWORD}, X_CSRF_Token="x").status_code == 403
    ann.does("POST", "/account/totp/off", {"current": PASSWORD})
    assert Person(server).sign_in().json() == {"signed_in": True}


def test_the_command_line_lets_somebody_in_who_lost_everything(server: RunningServer) -> None:
    ann = owner_of(server)
    switch_on(ann)
    token = server.run("users", "reset", OWNER)["url"].split("#token=")[1]
    new = Person(server)
    answer = new.send("POST", "/account/reset", {"token": token, "password": "seven lanterns over water"})
    assert answer.json() == {"signed_in": False, "needs": "code"}  # mail is one factor
    token = server.run("users", "reset", OWNER, "--second-factor-off")["url"].split("#token=")[1]
    assert new.send("POST", "/account/reset", {"token": token, "password": "short"}).status_code == 400
    new.does("POST", "/account/reset", {"token": token, "password": "three lanterns over water"})
    assert new.email == OWNER
    assert not ann.is_signed_in
    assert Person(server).send("POST", "/account/reset", {"token": token, "password": PASSWORD}).status_code == 401
