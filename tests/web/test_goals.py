"""Goals over HTTP: made, tried, changed, deleted; the same conversions on every face at once; nothing of another project."""

from typing import Any

import pytest

from tests.running import TestProject
from tests.web.world import World

GOAL = {"name": "Order", "criteria": {"event_name": "order", "min_value": 10}}


@pytest.fixture(scope="module")
def shop(world: World) -> TestProject:
    """The project of the world, with three orders of two visitors and a conversion that is none."""
    bare = TestProject(world.project, "", "")
    found = TestProject(world.project, *(world.server.key(bare, scopes) for scopes in ("read,write", "write")))
    events = [
        {"event_type": "order", "properties": {"value": value, "currency": "EUR"}, "user_id": user}
        for value, user in ((5, "a"), (10, "a"), (20, "b"))
    ]
    events.append({"event_type": "conversion", "event_name": "other", "user_id": "c"})
    world.server.client(found.write).post("/v1/events/batch", json=events).raise_for_status()
    world.server.drained()
    return found


def path(world: World, rest: str = "") -> str:
    return f"/projects/{world.project}/goals{rest}"


def test_a_goal_changes_conversions_on_every_face(world: World, shop: TestProject) -> None:
    client, editor = world.server.client(shop.full), world.people["editor"]

    def read(name: str, **params: Any) -> Any:
        return client.get(f"/v1/api/{name}", params={"days": 1, **params}).json()

    assert (read("stats")["conversions"], read("goals")["data"]) == (1, [])
    tried = editor.does("POST", path(world, "/preview"), {"criteria": GOAL["criteria"]})["data"][0]
    assert (tried["conversions"], tried["unique_visitors"], tried["revenue"]) == (2, 2, {"EUR": 30.0})
    assert read("stats")["conversions"] == 1
    made = editor.does("POST", path(world), GOAL)
    assert editor.ask(path(world)) == {"goals": [made]}
    (row,) = read("goals")["data"]
    assert row == {
        "value": "Order",
        "conversions": 2,
        "unique_visitors": 2,
        "conversion_rate": 66.67,
        "revenue": {"EUR": 30.0},
    }
    stats = read("stats")
    assert {name: stats[name] for name in row if name not in ("value", "unique_visitors")} == {
        name: value for name, value in row.items() if name not in ("value", "unique_visitors")
    }
    asked = [
        {"type": "stats", "params": {"days": 1}},
        {"type": "goals", "params": {"days": 1}},
        {"type": "breakdown", "params": {"days": 1, "dimension": "goal", "metrics": ["conversions"]}},
        {"type": "breakdown", "params": {"days": 1, "dimension": "source", "metrics": ["conversions"]}},
        {"type": "live"},
    ]
    results = [each["data"] for each in client.post("/v1/api/query", json={"queries": asked}).json()["results"]]
    assert (results[0]["conversions"], results[1]["data"], results[4]["today_conversions"]) == (2, [row], 2)
    assert [each["data"][0]["conversions"] for each in results[2:4]] == [2, 2]
    editor.does("PUT", path(world, f"/{made['id']}"), {**GOAL, "criteria": {"event_name": "order"}})
    assert (read("stats")["conversions"], read("goals")["data"][0]["conversions"]) == (3, 3)
    editor.does("DELETE", path(world, f"/{made['id']}"))
    assert (read("stats")["conversions"], read("goals")["data"]) == (1, [])
    log = world.people["owner"].ask(f"/orgs/{world.org}/audit")["entries"]
    assert [line["action"] for line in log[:3]] == ["goal.deleted", "goal.changed", "goal.created"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"name": "x", "criteria": {}}, "at least one criterion"),
        ({"name": "", "criteria": {"page": "/"}}, "between 1 and 120"),
        ({"name": "x", "criteria": {"page": "/", "colour": "red"}}, "unknown field `colour`"),
        ({"name": "x", "criteria": {"source": "fax"}}, "Invalid enum value"),
        ({"name": "x", "criteria": {"page": ["/"]}}, "Expected `str"),
    ],
)
def test_what_is_no_goal_is_refused_with_a_sentence(world: World, body: dict[str, Any], sentence: str) -> None:
    answer = world.people["editor"].send("POST", path(world), body)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]["message"]


def test_goals_of_another_project_are_out_of_reach(world: World, shop: TestProject) -> None:
    owner, stranger = world.people["owner"], world.people["stranger"]
    made = owner.does("POST", path(world), GOAL)
    theirs = stranger.ask("/account")["organisations"][0]
    project = stranger.does(
        "POST", f"/orgs/{theirs['id']}/projects", {"name": "Elsewhere", "domain": "", "timezone": "UTC"}
    )
    own = f"/projects/{project['id']}/goals"
    for method, body in (("PUT", GOAL), ("DELETE", None)):
        assert stranger.send(method, f"{own}/{made['id']}", body).status_code == 404
    assert stranger.ask(own) == {"goals": []}
    assert stranger.does("POST", f"{own}/preview", {"criteria": GOAL["criteria"]})["data"][0]["conversions"] == 0
    owner.does("DELETE", path(world, f"/{made['id']}"))
