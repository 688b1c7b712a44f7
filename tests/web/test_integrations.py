"""Integrations over HTTP (who may do what: test_roles): secrets come in and never go out, tests go the way of deliveries."""

from collections.abc import Callable

import pytest

from metrone.intake.deliveries import OTLP, SOURCES
from tests.running import eventually
from tests.web.world import World

WHSEC = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
EVER = {"from": "2020-01-01"}


def path(world: World, rest: str = "") -> str:
    return f"/projects/{world.project}/integrations{rest}"


def read(world: World, name: str, **params: object) -> list[dict[str, object]]:
    owner = world.people["owner"]
    token = {"X-CSRF-Token": owner.ask("/account")["csrf"], "X-Metrone-Project": world.project}
    body = {"queries": [{"type": name, "params": params}]}
    answer = owner.client.post("/v1/api/query", json=body, headers=token).json()
    rows: list[dict[str, object]] = answer["results"][0]["data"]["data"]
    return rows


def test_every_platform_is_listed_with_where_to_paste_its_address(world: World) -> None:
    shown = world.people["viewer"].ask(path(world))
    assert [each["name"] for each in shown["platforms"]] == [*SOURCES, OTLP.name]
    assert all(each["pasted_into"].endswith(".") for each in shown["platforms"])


def test_a_secret_is_set_added_replaced_and_removed_and_never_shown(world: World) -> None:
    editor = world.people["editor"]

    def listed() -> list[tuple[str, str]]:
        answer = editor.client.get(f"/app{path(world)}")
        assert WHSEC not in answer.text
        (found,) = (each for each in answer.json()["platforms"] if each["name"] == "openai")
        return [(each["endpoint"], each["hint"]) for each in found["secrets"]]

    other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = editor.send("POST", path(world, "/openai/secrets"), {"text": WHSEC, "endpoint": "main"})
    assert made.status_code == 201
    assert WHSEC not in made.text
    editor.does("POST", path(world, "/openai/secrets"), {"text": other, "endpoint": "main"})
    assert listed() == [("main", WHSEC[-4:]), ("main", other[-4:])]
    last = editor.does("POST", path(world, "/openai/secrets"), {"text": other, "endpoint": "main", "is_only": True})
    assert listed() == [("main", other[-4:])]
    editor.does("DELETE", path(world, f"/openai/secrets/{last['id']}"))
    assert listed() == []
    log = world.people["owner"].ask(f"/orgs/{world.org}/audit")["entries"]
    assert [each["action"] for each in log[:4]] == [
        "webhook_secret.removed",
        "webhook_secret.replaced",
        "webhook_secret.set",
        "webhook_secret.set",
    ]
    assert log[0]["target"] == "openai/main of Shop"


def test_a_secret_that_cannot_be_one_is_refused_with_what_the_platform_signs_with(world: World) -> None:
    answer = world.people["editor"].send("POST", path(world, "/openai/secrets"), {"text": "no"})
    assert answer.status_code == 400
    assert "whsec_" in answer.json()["error"]["message"]
    for body in ({"text": "x", "endpoint": "a b"}, {"text": ""}, {}):
        assert world.people["editor"].send("POST", path(world, "/vapi/secrets"), body).status_code == 400
    assert world.people["editor"].send("POST", path(world, "/otlp/secrets"), {"text": "x"}).status_code == 404


def test_a_secret_of_another_project_is_not_there(world: World) -> None:
    editor, stranger = world.people["editor"], world.people["stranger"]
    made = editor.does("POST", path(world, "/bland/secrets"), {"text": "something long enough to be one"})
    foreign = stranger.ask("/account")["organisations"][0]["id"]
    own = stranger.does("POST", f"/orgs/{foreign}/projects", {"name": "Theirs"})["id"]
    answer = stranger.send("DELETE", f"/projects/{own}/integrations/bland/secrets/{made['id']}")
    assert answer.status_code == 404
    assert stranger.ask(f"/projects/{own}/integrations")["platforms"][4]["secrets"] == []
    editor.does("DELETE", path(world, f"/bland/secrets/{made['id']}"))


@pytest.mark.parametrize("platform", [*SOURCES, OTLP.name])
def test_a_test_is_taken_and_signed_where_a_secret_is_set(world: World, platform: str) -> None:
    editor = world.people["editor"]
    trial = editor.does("POST", path(world, f"/{platform}/test"), {"endpoint": "trial"})
    assert (trial["status"], trial["state"], trial["result"]) == (200, "unverified", "taken")
    if platform == OTLP.name:
        return
    secret = {"openai": WHSEC, "anthropic": WHSEC, "telnyx": "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbA"}
    text = "A" * 43 + "=" if platform == "telnyx" else secret.get(platform, "a secret of our own")
    editor.does("POST", path(world, f"/{platform}/secrets"), {"text": text, "endpoint": "trial"})
    trial = editor.does("POST", path(world, f"/{platform}/test"), {"endpoint": "trial"})
    if platform == "telnyx":  # which alone can sign
        assert (trial["status"], trial["state"], trial["result"]) == (401, "missing", "refused")
        assert "Only Telnyx can sign" in trial["note"]
    else:
        assert (trial["status"], trial["state"], trial["note"]) == (200, "verified", None)
        assert editor.does("POST", path(world, f"/{platform}/test"), {})["state"] == "unverified"


def test_a_test_enters_the_log_of_deliveries_and_no_number(world: World) -> None:
    world.people["editor"].does("POST", path(world, "/generic/test"), {"endpoint": "numbers"})

    def logged(wanted: str) -> Callable[[], bool]:
        return lambda: len(read(world, "deliveries", platform="generic", endpoint="numbers", test=wanted)) == 1

    eventually(logged("only"), what="the test in the log")
    assert read(world, "interactions", **EVER) == []
    assert len(read(world, "interactions", test="only", **EVER)) > 0
