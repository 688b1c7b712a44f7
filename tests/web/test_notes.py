"""Saved segments and annotations over HTTP: what the pages send and get, and who may keep what for everybody."""

from typing import Any

import pytest

from tests.web.people import Person
from tests.web.world import World

FILTERS = [["is", "country", ["DE"]], ["is_not", "props:plan", ["pro"]]]
KINDS: dict[str, dict[str, Any]] = {
    "segments": {"name": "Shop <b>", "filters": FILTERS},
    "annotations": {"text": "Launch <b>", "on": "2026-03-14"},
}


def path_of(world: World, kind: str) -> str:
    return f"/projects/{world.project}/{kind}"


def own_names(world: World, who: str, kind: str) -> list[Any]:
    key = "name" if kind == "segments" else "text"
    return [each[key] for each in world.people[who].ask(path_of(world, kind))[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_members_keep_their_own_and_editors_for_everybody(world: World, kind: str) -> None:
    path, body = path_of(world, kind), KINDS[kind]
    shared = {**body, "is_shared": True}
    made = world.people["viewer"].does("POST", path, body)
    assert (made["is_shared"], made.keys() - {"id", "is_shared"}) == (False, {*body, *({"author"} & made.keys())})
    assert world.people["viewer"].send("POST", path, shared).status_code == 403
    assert world.people["viewer"].send("PUT", f"{path}/{made['id']}", {"is_shared": True}).status_code == 403
    ours = world.people["editor"].does("POST", path, shared)
    for method, change in (("PUT", {"is_shared": False}), ("DELETE", None)):
        assert world.people["viewer"].send(method, f"{path}/{ours['id']}", change).status_code == 403
        assert world.people["owner"].send(method, f"{path}/{made['id']}", change).status_code == 404
    assert len(own_names(world, "viewer", kind)) == 2
    assert len(own_names(world, "owner", kind)) == 1
    assert [world.people[who].ask(path)["may_share"] for who in ("owner", "editor", "viewer")] == [True, True, False]
    changed = world.people["owner"].does("PUT", f"{path}/{ours['id']}", {"is_shared": True})
    assert changed["is_shared"] is True
    world.people["owner"].does("DELETE", f"{path}/{ours['id']}")
    world.people["viewer"].does("DELETE", f"{path}/{made['id']}")
    assert own_names(world, "viewer", kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_another_project_sees_and_touches_none(world: World, kind: str) -> None:
    owner = world.people["owner"]
    made = owner.does("POST", path_of(world, kind), {**KINDS[kind], "is_shared": True})
    other = owner.does("POST", f"/orgs/{world.org}/projects", {"name": "Other"})["id"]
    assert owner.ask(f"/projects/{other}/{kind}")[kind] == []
    for method, change in (("PUT", {"is_shared": True}), ("DELETE", None)):
        assert owner.send(method, f"/projects/{other}/{kind}/{made['id']}", change).status_code == 404
    owner.does("DELETE", f"{path_of(world, kind)}/{made['id']}")


def test_a_segment_has_filters_as_the_reads_take_them(world: World) -> None:
    viewer, path = world.people["viewer"], path_of(world, "segments")
    made = viewer.does("POST", path, KINDS["segments"])
    assert viewer.ask(path)["segments"] == [made]
    assert made["filters"] == FILTERS
    for filters, told in (
        ([["is", "nothing", ["x"]]], "filters[0]"),
        ([["like", "page", ["x"]]], "unknown operator"),
        ([["is", "page", []]], "1 to 100 values"),
        ([["is", "page", ["x"]]] * 21, "at most 20"),
        ([], "at least one filter"),
    ):
        answer = viewer.send("PUT", f"{path}/{made['id']}", {"filters": filters})
        assert answer.status_code == 400
        assert told in answer.json()["error"]["message"]
    viewer.does("DELETE", f"{path}/{made['id']}")


def test_annotations_are_listed_by_their_days(world: World) -> None:
    viewer, path = world.people["viewer"], path_of(world, "annotations")
    for on in ("2026-03-14", "2026-03-15T08:00:00+01:00"):
        viewer.does("POST", path, {"text": on, "on": on})
    found = viewer.ask(f"{path}?from=2026-03-15&to=2026-03-31")["annotations"]
    assert [(each["on"], each["author"]) for each in found] == [("2026-03-15T07:00:00+00:00", "viewer")]
    assert len(viewer.ask(path)["annotations"]) == 2
    assert viewer.send("GET", f"{path}?from=yesterday").status_code == 400
    for each in viewer.ask(path)["annotations"]:
        viewer.does("DELETE", f"{path}/{each['id']}")


def test_a_link_of_the_command_line_has_no_own(world: World) -> None:
    browser = Person(world.server)
    token = str(world.server.run("link", world.project)["url"]).split("#token=")[1]
    assert browser.client.post("/app/session", json={"token": token}).status_code == 200
    assert browser.ask("/session")["has_account"] is False
    assert browser.client.get(f"/app{path_of(world, 'segments')}").status_code == 403
    assert world.people["viewer"].ask("/session")["has_account"] is True
