"""Installing over HTTP: what was refused is told to those who wait for it, without a key, an address or a body in it."""

import time
from typing import Any

import pytest

from metrone.errors import MetroneError
from metrone.web.refusals import EACH_MAX, PROJECTS_MAX, Refusals
from metrone.webhooks.delivery import Delivery
from metrone.webhooks.examples import FORM
from metrone.webhooks.proofs import prove
from tests.web.world import World

EVENT = {"event_type": "pageview", "page_url": "https://shop.example/pricing", "sdk_version": "m.js/9"}
UNKNOWN = "metrone_live_" + "0" * 32


@pytest.fixture(scope="module")
def site(world: World) -> World:
    world.people["owner"].does("PUT", f"/projects/{world.project}", {"domain": "shop.example"})
    return world


def install(world: World) -> Any:
    return world.people["viewer"].ask(f"/projects/{world.project}/install")


def write(world: World, key: str, origin: str = "https://www.shop.example", body: object = EVENT) -> int:
    headers = {"Origin": origin, "X-Api-Key": key} if key else {"Origin": origin}
    return world.server.client().post("/v1/events", json=body, headers=headers).status_code


def test_a_key_is_made_and_writes(site: World) -> None:
    made = site.people["admin"].does("POST", f"/projects/{site.project}/install/key")
    assert write(site, made["key"]) == 202
    stats = site.server.client(made["key"]).get("/v1/api/stats")
    assert stats.status_code == 403  # it may only write
    assert made["key"] not in str(install(site))


def test_refused_writes_are_told_with_their_reason(site: World) -> None:
    reading = site.server.run("keys", "create", site.project, "--scopes", "read")["key"]
    bound = site.server.run("keys", "create", site.project, "--scopes", "write", "--origin", "https://only.example")[
        "key"
    ]
    site.server.knows(bound)
    good = site.people["owner"].does("POST", f"/projects/{site.project}/install/key")["key"]
    assert [write(site, key) for key in (UNKNOWN, "", reading, bound)] == [401, 401, 403, 403]
    assert write(site, "", body={**EVENT, "api_key": UNKNOWN}) == 401
    assert write(site, good, body={"event_type": 7, "page_title": "MARKER"}) == 400
    assert write(site, UNKNOWN, origin="https://else.example") == 401
    found = {(each["code"], each["host"]): each for each in install(site)["refusals"]}
    assert set(found) == {
        (code, "www.shop.example") for code in ("INVALID_API_KEY", "MISSING_API_KEY", "FORBIDDEN", "INVALID_PAYLOAD")
    }
    assert found["INVALID_API_KEY", "www.shop.example"]["times"] == 2
    reasons = " ".join(each["reason"] for each in install(site)["refusals"])
    assert "lacks the scope write" in reasons
    assert "from this origin" in reasons
    assert not [word for word in (UNKNOWN, good, reading, bound, "MARKER", "127.0.0.1") if word in reasons]


def test_another_project_hears_nothing_of_it(site: World) -> None:
    assert write(site, UNKNOWN) == 401
    other = site.people["owner"].does("POST", f"/orgs/{site.org}/projects", {"name": "B", "domain": "example"})["id"]
    assert site.people["owner"].ask(f"/projects/{other}/install")["refusals"] == []


def test_the_newest_event_is_told_while_somebody_listens(site: World) -> None:
    key = site.people["owner"].does("POST", f"/projects/{site.project}/install/key")["key"]
    with site.people["owner"].client.stream("GET", f"/v1/api/stream?project={site.project}") as stream:
        assert stream.status_code == 200
        assert write(site, key) == 202
        newest = install(site)["newest"]
    assert (newest["type"], newest["page"], newest["library"]) == ("pageview", EVENT["page_url"], "m.js/9")


def test_a_cname_is_kept_and_shown(site: World) -> None:
    answer = site.people["editor"].does("PUT", f"/projects/{site.project}/install", {"cname": "Stats.Shop.example."})
    assert answer == {"cname": "stats.shop.example"}
    assert install(site)["cname"] == "stats.shop.example"
    assert site.people["viewer"].ask(f"/projects/{site.project}/integrations")["cname"] == "stats.shop.example"


def test_what_is_signed_for_the_cname_is_verified_behind_any_proxy(site: World) -> None:
    editor, token = site.people["editor"], "0123456789abcdef0123456789abcdef"
    editor.does("PUT", f"/projects/{site.project}/install", {"cname": "stats.shop.example"})
    editor.does("POST", f"/projects/{site.project}/integrations/twilio/secrets", {"text": token})
    key = site.people["owner"].does("POST", f"/projects/{site.project}/install/key")["key"]
    path, body = f"/v1/webhooks/twilio/main?key={key}", b"CallSid=CA1&CallStatus=completed&Direction=inbound"

    def deliver(host: str) -> int:
        signed = Delivery(body, urls=(f"https://{host}{path}",))
        headers = {"content-type": FORM, **prove("twilio", signed, token, time.time())}
        return site.server.client().post(path, content=body, headers=headers).status_code

    assert [deliver(host) for host in ("stats.shop.example", "stats.other.example")] == [200, 401]


def test_refusals_are_bounded() -> None:
    known = Refusals()
    for number in range(EACH_MAX + 5):
        known.note([1], MetroneError("INVALID_API_KEY"), f"{number}.example", float(number))
    found = known.of(1)
    assert len(found) == EACH_MAX
    assert found[0][0].host == f"{EACH_MAX + 4}.example"
    for number in range(PROJECTS_MAX + 5):
        known.note([number], MetroneError("FORBIDDEN"), "", 0.0)
    assert known.of(0) == []
    known.note([7], MetroneError("DUPLICATE_EVENT"), "", 0.0)
    assert [each.code for each, _ in known.of(7)] == ["FORBIDDEN"]
