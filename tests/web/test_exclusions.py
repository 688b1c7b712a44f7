"""Exclusions over HTTP: what fits one is acknowledged, counted in the books as excluded, and in no number."""

from typing import Any

import pytest

from tests.running import RunningServer, TestProject
from tests.web.deliveries import EVER, Desk
from tests.web.world import World
from tests.webhooks.samples import sample


@pytest.fixture
def shop(world: World) -> tuple[World, str, str]:
    """A project of its own: its id, and a key that does everything."""
    owner = world.people["owner"]
    made = owner.does("POST", f"/orgs/{world.org}/projects", {"name": "Own"})["id"]
    key = world.server.run("keys", "create", made, "--scopes", "read,write")["key"]
    world.server.knows(key)
    return world, made, key


def add(shop: tuple[World, str, str], kind: str, value: str) -> dict[str, Any]:
    made: dict[str, Any] = (
        shop[0].people["editor"].does("POST", f"/projects/{shop[1]}/exclusions", {"kind": kind, "value": value})
    )
    return made


def send(server: RunningServer, key: str, url: str, address: str = "8.8.8.8") -> None:
    event = {"event_type": "pageview", "page_url": url}
    answer = server.client(key).post("/v1/events", json=event, headers={"X-Forwarded-For": address})
    assert answer.status_code == 202, answer.text


def test_what_is_excluded_is_in_the_books_and_in_no_number(shop: tuple[World, str, str]) -> None:
    server, key = shop[0].server, shop[2]
    for kind, value in (
        ("path", "/admin/**"), ("host", "staging.shop.example"), ("address", "203.0.113.0/24"), ("country", "us"),
    ):  # fmt: skip
        add(shop, kind, value)
    send(server, key, "https://shop.example/admin/users", "192.0.2.1")
    send(server, key, "https://staging.shop.example/", "192.0.2.1")
    send(server, key, "https://shop.example/", "203.0.113.77")
    send(server, key, "https://shop.example/", "8.8.8.8")
    send(server, key, "https://shop.example/counted", "192.0.2.1")
    server.drained()
    asked = server.client(key)
    assert asked.get("/v1/api/stats").json()["pageviews"] == 1
    books = asked.get("/v1/health").json()["books"]
    assert books["rejected"] == {"excluded": 4}
    assert books["received"] == books["accepted"] + 4


def test_a_batch_answers_for_what_was_kept(shop: tuple[World, str, str]) -> None:
    server, key = shop[0].server, shop[2]
    add(shop, "path", "/admin")
    events = [{"event_type": "pageview", "page_url": f"https://a.test/{page}"} for page in ("admin", "a", "admin", "b")]
    changed = {"event_type": "pageview", "page_url": "https://a.test/c", "idempotency_key": "k1"}
    asked = server.client(key)
    assert asked.post("/v1/events/batch", json=[changed]).json()["accepted"] == 1
    answer = asked.post("/v1/events/batch", json=[*events, {**changed, "page_url": "https://a.test/d"}]).json()
    assert (answer["accepted"], answer["duplicates"], len(answer["event_ids"])) == (2, 1, 3)
    assert answer["changed_duplicates"] == [4]  # as the client counts
    alone = asked.post("/v1/events", json=events[0])
    assert (alone.status_code, alone.json()["accepted"], alone.json()["event_id"]) == (202, 0, None)


def test_what_platforms_tell_is_always_counted(shop: tuple[World, str, str]) -> None:
    add(shop, "country", "GB")
    add(shop, "path", "/**")
    desk = Desk(shop[0].server, TestProject(shop[1], shop[2], shop[2]))
    desk.send(sample("twilio/voice.completed"))  # of a number in Great Britain
    assert len(desk.interactions(1)) == 1
    assert desk.ask("stats", **EVER)["ai_interactions"] == 1


def test_exclusions_are_listed_taken_back_and_refused_with_a_sentence(shop: tuple[World, str, str]) -> None:
    editor, path = shop[0].people["editor"], f"/projects/{shop[1]}/exclusions"
    made = add(shop, "country", "de")
    shown = shop[0].people["viewer"].ask(path)
    assert shown["exclusions"] == [made]
    assert shown["your_address"] == shop[0].people["viewer"].address
    editor.does("DELETE", f"{path}/{made['exclusion_no']}")
    assert editor.ask(path)["exclusions"] == []
    for body in ({"kind": "country", "value": "XX"}, {"kind": "colour", "value": "red"}, {"kind": "path"}):
        assert editor.send("POST", path, body).status_code == 400
    assert editor.send("DELETE", f"{path}/{'9' * 40}").status_code == 404
