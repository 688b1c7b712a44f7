"""Passkeys over HTTP as far as no device is needed: what is offered, and nonsense. tests/browser has the device."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.running import RunningServer
from tests.web.people import PASSWORD, SETTINGS, Person, at_browser, owner_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(
        tmp_path_factory.mktemp("passkeys"), {**SETTINGS, "METRONE_PUBLIC_URL": "http://stats.test:8000"}
    ).start()
    owner_of(running)
    yield running
    running.kill()


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_passkey_belongs_to_the_public_host_and_needs_the_password(server: RunningServer) -> None:
    ann = at_browser(server)
    assert ann.send("POST", "/account/passkeys/begin", {"current": "wrong"}).status_code == 403
    options = ann.does("POST", "/account/passkeys/begin", {"current": PASSWORD})
    assert options["rp"]["id"] == "stats.test"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    local = ann.send("POST", "/account/passkeys/begin", {"current": PASSWORD}, Host="localhost:8000").json()
    assert local["rp"]["id"] == "localhost"
    assert options["challenge"] != local["challenge"]
    assert ann.ask("/account/passkeys") == {"passkeys": []}
    assert ann.send("DELETE", "/account/passkeys/pky_none").status_code == 404


def test_signing_in_names_no_passkey(server: RunningServer) -> None:
    options = Person(server).does("POST", "/account/passkey/begin")
    assert (options["rpId"], options["userVerification"], options.get("allowCredentials", [])) == (
        "stats.test",
        "required",
        [],
    )


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": 5},
        {"response": {"clientDataJSON": "%"}},
        {"response": {"clientDataJSON": packed([])}},
        {"response": {"clientDataJSON": packed({"challenge": 5})}},
        {"response": {"clientDataJSON": packed({"challenge": "x"})}, "rawId": "x"},
        {"response": {"clientDataJSON": packed({"challenge": packed("x" * 43)})}, "rawId": "eHg"},
    ],
    ids=lambda value: str(len(str(value))),
)
def test_nonsense_is_refused(server: RunningServer, credential: dict[str, Any]) -> None:
    ann = at_browser(server)
    assert Person(server).send("POST", "/account/passkey", {"credential": credential}).status_code in {400, 401}
    body = {"name": "x", "credential": credential}
    assert ann.send("POST", "/account/passkeys", body).status_code in {400, 401}


@pytest.mark.parametrize(
    "response", [{}, {"authenticatorData": "eHg", "signature": "eHg"}, {"attestationObject": "eHg"}]
)
def test_a_challenge_of_ours_with_nonsense_is_refused_and_used_up(
    server: RunningServer, response: dict[str, str]
) -> None:
    eve = Person(server)
    challenge = eve.does("POST", "/account/passkey/begin")["challenge"]
    said = packed({"type": "webauthn.get", "challenge": challenge, "origin": "http://stats.test:8000"})
    credential = {"id": "eHg", "rawId": "eHg", "type": "public-key", "response": {"clientDataJSON": said, **response}}
    answers = [eve.send("POST", "/account/passkey", {"credential": credential}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert "took too long" in answers[1].json()["error"]["message"]
    ann = at_browser(server)
    challenge = ann.does("POST", "/account/passkeys/begin", {"current": PASSWORD})["challenge"]
    credential["response"] = {"clientDataJSON": packed({"challenge": challenge}), **response}
    assert ann.send("POST", "/account/passkeys", {"name": "x", "credential": credential}).status_code == 400
