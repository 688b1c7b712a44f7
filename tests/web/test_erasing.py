"""Reset and deletion on a running server: every read before and after, crashes in between, keys that stop at once."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from metrone.control.projects import ProjectChange, change_project
from tests.running import RunningServer, TestProject, eventually
from tests.web.people import SETTINGS, Person, owner_of
from tests.web.visitors import opened

# What each read counts of a project to which `fill` sent once.
READS: dict[str, tuple[dict[str, object], Any]] = {
    "stats": ({}, lambda data: [data[name] for name in ("pageviews", "unique_visitors", "unique_sessions")]),
    "breakdown": ({"dimension": "page"}, lambda data: data["data"]),
    "ai": ({}, lambda data: data["totals"]["interactions"]["total"]),
    "interactions": ({}, lambda data: data["meta"]["count"]),
    "deliveries": ({}, lambda data: data["meta"]["count"]),
    "events": ({}, lambda data: data["meta"]["count"]),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    made = RunningServer(tmp_path, dict(SETTINGS)).start()
    yield made
    made.kill()


def fill(server: RunningServer, project: TestProject, page: str = "/a", call: str = "one") -> None:
    """A pageview and a delivery of a call."""
    client = server.client(project.full)
    event = {"event_type": "pageview", "page_path": page, "idempotency_key": page, "session_id": "mine"}
    client.post("/v1/events", json=event).raise_for_status()
    told = {"id": call, "type": "ended", "duration_sec": 60, "summary": "words"}
    client.post("/v1/webhooks/generic/main", json=told).raise_for_status()


def numbers(server: RunningServer, project: TestProject) -> dict[str, object]:
    """What every read says."""
    queries = [{"type": name, "params": params} for name, (params, _) in READS.items()]
    answer = server.client(project.full).post("/v1/api/query", json={"queries": queries})
    answer.raise_for_status()
    found = {}
    for (name, (_, pick)), result in zip(READS.items(), answer.json()["results"], strict=True):
        assert result["ok"], result
        found[name] = pick(result["data"])
    return found


def settled(server: RunningServer) -> None:
    """Everything that is to be erased is, and everything else is in the store."""

    def is_done() -> bool:
        with opened(server) as db, db.read() as connection:
            waiting = "select count(*) from erasures where done_at is null and before <= :now"
            return bool(connection.exec_driver_sql(waiting, {"now": int(time.time() * 1e6)}).scalar() == 0)

    eventually(is_done, 30, what="the erasures")
    server.drained()


def test_a_reset_takes_everything_of_before_and_nothing_of_after(server: RunningServer) -> None:
    mine, other = server.project("Shop"), server.project("Blog")
    owner = owner_of(server)
    for project in (mine, other):
        fill(server, project)
        fill(server, project, "/b")
    server.drained()
    full = eventually(lambda: numbers(server, mine))
    assert numbers(server, other) == full
    fill(server, mine, "/c")  # may still be waiting in the spool
    owner.does("POST", f"/projects/{mine.id}/reset", {"confirm": "Shop"})
    fill(server, mine)  # the same call and the same idempotency key as at first
    settled(server)
    time_out_of_cache()
    after = numbers(server, mine)
    fresh = server.project("Fresh")
    fill(server, fresh)
    server.drained()
    assert after == numbers(server, fresh)
    assert numbers(server, other) == full
    assert after["events"] == 2


def time_out_of_cache() -> None:
    """Answers are kept for 0.3 s."""
    until = time.monotonic() + 0.4
    eventually(lambda: time.monotonic() > until)


def test_a_reset_is_carried_out_after_a_crash(server: RunningServer) -> None:
    mine = server.project("Shop")
    owner = owner_of(server)
    fill(server, mine)
    fill(server, mine, "/b")
    owner.does("POST", f"/projects/{mine.id}/reset", {"confirm": "Shop"})
    fill(server, mine, "/c", "two")
    server.kill()
    server.start()
    settled(server)
    assert numbers(server, mine)["events"] == 2
    fill(server, mine, "/d", "two")
    server.drained()
    time_out_of_cache()
    found = numbers(server, mine)
    assert (found["stats"], found["interactions"]) == ([2, 2, 2], 1)  # the caller is a visitor, too


def test_a_deleted_project_is_gone_at_once_for_everybody(server: RunningServer) -> None:
    mine, other = server.project("Shop"), server.project("Blog")
    owner = owner_of(server)
    fill(server, mine)
    assert owner.send("DELETE", f"/projects/{mine.id}", {"confirm": "shop"}).status_code == 400
    owner.does("DELETE", f"/projects/{mine.id}", {"confirm": "Shop"})
    client = server.client(mine.full)
    assert client.post("/v1/events", json={"event_type": "pageview"}).status_code == 401
    assert client.get("/v1/api/stats").status_code == 401
    assert owner.send("GET", f"/projects/{mine.id}").status_code == 404
    shown = owner.ask("/account")["organisations"][0]["projects"]
    assert [project["id"] for project in shown] == [other.id]
    assert [project["id"] for project in owner.ask("/session")["projects"]] == [other.id]
    assert actions(owner)[0] == ("project.deleted", "Shop")
    assert server.project("Shop").id != mine.id


def test_what_is_left_of_a_deleted_project_is_erased_later(server: RunningServer) -> None:
    mine = server.project("Shop")
    fill(server, mine)
    server.drained()
    server.run("projects", "delete", mine.id, "--yes")
    with opened(server) as db, db.write() as connection:
        # The minute for requests that are under way is over.
        connection.exec_driver_sql("update erasures set before = :now", {"now": int(time.time() * 1e6)})
    settled(server)
    assert server.stop() == 0
    assert rows_left(server) == 0


def rows_left(server: RunningServer) -> int:
    """Rows of any project in the stopped server's store, counted by a process of its own: the engine allows one folder each."""
    program = (
        "import sys; from pathlib import Path; from metrone.store.embedded import EmbeddedStore; "
        "from metrone.store.erasing import ERASED; store = EmbeddedStore(Path(sys.argv[1]), 1, 30, 500); "
        "print(sum(int(store.query(f'select count() from {name}', {}).data[0][0]) for name in ERASED))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(server.data_dir / "store")], capture_output=True, check=True, timeout=60
    )
    return int(done.stdout)


def test_a_command_resets_beside_the_server(server: RunningServer) -> None:
    mine = server.project("Shop")
    fill(server, mine)
    fill(server, mine, "/b")
    server.drained()
    assert server.run("projects", "reset", "Shop", "--yes")["id"] == mine.id
    fill(server, mine)
    settled(server)
    time_out_of_cache()
    assert numbers(server, mine)["stats"] == [1, 2, 2]


def test_what_is_older_than_a_project_keeps_goes(server: RunningServer) -> None:
    mine, other = server.project("Shop"), server.project("Blog")
    old = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    for project in (mine, other):
        client = server.client(project.full)
        for at in (old, None):
            event = {"event_type": "pageview", "page_path": "/a"} | ({"timestamp": at} if at else {})
            client.post("/v1/events", json=event).raise_for_status()
    server.drained()
    assert server.stop() == 0
    with opened(server) as db:
        change_project(db, mine.id, ProjectChange(retention_days=2))
    server.start()  # the task runs at the start, then each hour
    eventually(lambda: numbers(server, mine)["events"] == 1, 30)
    assert numbers(server, other)["events"] == 2


def actions(owner: Person) -> list[tuple[str, str]]:
    org = owner.ask("/account")["organisations"][0]["id"]
    return [(entry["action"], entry["target"]) for entry in owner.ask(f"/orgs/{org}/audit")["entries"]]
