"""A project's settings over HTTP (who may do what: test_roles): what is kept, keys that work at once, the quota's number."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.web.world import World


def test_settings_are_shown_as_they_were_set_and_the_log_says_by_whom(world: World) -> None:
    owner, path = world.people["owner"], f"/projects/{world.project}"
    change = {"week_start": 7, "retention_days": 400, "keeps_talk": True, "talk_days": 7}
    owner.does("PUT", path, {"name": "Shop", **change})
    shown = owner.ask(path)
    assert {name: shown[name] for name in change} == change
    assert (shown["monthly_quota"], shown["is_erasing"], shown["role"]) == (0, False, "owner")
    entry = owner.ask(f"/orgs/{world.org}/audit")["entries"][0]
    fields = "keeps_talk, week_start, retention_days, talk_days"
    assert (entry["action"], entry["target"]) == ("project.changed", f"Shop: {fields}")


@pytest.mark.parametrize(
    "change", [{"week_start": 0}, {"week_start": 8}, {"retention_days": -1}, {"retention_days": 36_501}]
)
def test_a_setting_out_of_its_range_is_refused(world: World, change: dict[str, int]) -> None:
    answer = world.people["owner"].send("PUT", f"/projects/{world.project}", change)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, next(iter(change)))


def test_an_editor_sets_no_shorter_life_to_what_is_counted(world: World) -> None:
    editor, path = world.people["editor"], f"/projects/{world.project}"
    before = editor.ask(path)["retention_days"]
    assert editor.send("PUT", path, {"retention_days": 1}).status_code == 403
    editor.does("PUT", path, {"retention_days": before, "talk_days": 8})
    assert editor.ask(path)["talk_days"] == 8


def test_a_key_works_at_once_is_listed_without_itself_and_stops_at_once(world: World) -> None:
    owner, path = world.people["owner"], f"/projects/{world.project}/keys"
    until = datetime.now(UTC) + timedelta(days=1)
    asked = {"name": "Site <b>", "scopes": ["write"], "origins": ["https://Shop.example:443"], "is_test": True}
    made = owner.does("POST", path, {**asked, "expires_at": until.isoformat()})
    key = made["key"]
    assert key.startswith("metrone_test_")
    client = world.server.client(key)
    assert client.post("/v1/events", json={"event_type": "pageview"}).status_code == 202
    shown = owner.client.get(f"/app{path}").text
    assert key not in shown
    first = owner.ask(path)["keys"][0]
    assert (first["name"], first["scopes"], first["origins"]) == ("Site <b>", ["write"], ["https://shop.example"])
    assert (first["state"], first["is_test"]) == ("active", True)
    owner.does("DELETE", f"{path}/{made['id']}")
    assert client.post("/v1/events", json={"event_type": "pageview"}).status_code == 401
    assert owner.ask(path)["keys"][0]["state"] == "revoked"
    log = owner.client.get(f"/app/orgs/{world.org}/audit")
    assert key not in log.text
    assert [entry["action"] for entry in log.json()["entries"][:2]] == ["key.revoked", "key.created"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": " ", "scopes": ["read"]}, "name"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["root"]}, "scopes"),
        ({"name": "x", "scopes": ["read"], "origins": ["javascript:alert(1)"]}, "origins"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(world: World, body: dict[str, object], field: str) -> None:
    answer = world.people["owner"].send("POST", f"/projects/{world.project}/keys", body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)


def test_nobody_revokes_a_key_of_another_project(world: World) -> None:
    stranger, owner = world.people["stranger"], world.people["owner"]
    org = stranger.ask("/account")["organisations"][0]["id"]
    theirs = stranger.does("POST", f"/orgs/{org}/projects", {"name": "Theirs"})["id"]
    key = owner.does("POST", f"/projects/{world.project}/keys", {"name": "Ours", "scopes": ["read"]})
    assert stranger.send("DELETE", f"/projects/{theirs}/keys/{key['id']}").status_code == 404
    assert world.server.client(key["key"]).get("/v1/api/stats").status_code == 200
    assert stranger.ask(f"/projects/{theirs}/keys")["keys"] == []


def test_usage_is_the_quotas_number_and_the_days_are_of_this_project_alone(world: World) -> None:
    owner = world.people["owner"]
    made = owner.does("POST", f"/orgs/{world.org}/projects", {"name": "Used"})["id"]
    key = owner.does("POST", f"/projects/{made}/keys", {"name": "x", "scopes": ["write"]})["key"]
    old = (datetime.now(UTC) - timedelta(days=20)).isoformat()
    for event in ({}, {"timestamp": old}):
        sent = world.server.client(key).post("/v1/events", json={"event_type": "pageview", **event})
        assert sent.status_code == 202
    world.server.drained()
    usage = owner.ask(f"/projects/{made}/usage")
    assert (usage["accepted"], usage["quota"]) == (2, 0)
    assert sum(day["events"] for day in usage["days"]) == 2
    assert usage["days"][-1] == {"day": f"{datetime.now(UTC):%Y-%m-%d}", "events": 2}
    assert usage["days"][0]["day"] == f"{datetime.now(UTC):%Y-%m}-01"
