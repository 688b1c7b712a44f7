"""`metrone demo`, alone and beside a running server."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from metrone.spool.state import read_state
from tests.cli.conftest import Run, Spawn
from tests.running import RunningServer


def test_demo_fills_a_new_project_when_no_server_runs(spawn: Spawn, data_dir: Path, tmp_path: Path) -> None:
    done = spawn("demo", "--events", "1500", "--days", "4", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["name"] == "Demo"
    assert 1000 < answer["events"] < 2000
    assert re.fullmatch(r"metrone_live_[0-9a-f]{32}", answer["keys"]["full"])
    assert read_state(data_dir / "spool" / "spool.sqlite").events == 0
    again = json.loads(spawn("demo", "--events", "200", "--days", "1", "--json").stdout)
    assert again["name"] == "Demo 2"
    server = RunningServer(tmp_path).start()
    try:
        stats = server.client(answer["keys"]["full"]).get("/v1/api/stats").json()
        assert stats["total_events"] <= answer["events"]
        assert stats["pageviews"] > 300
        assert stats["ai_interactions"] > 5
        goals = server.client(answer["keys"]["full"]).get("/v1/api/goals").json()["data"]
        assert {row["value"] for row in goals} == {"Purchase", "Trial", "Booked by phone"}
        assert sum(row["conversions"] for row in goals) == stats["conversions"] > 5
    finally:
        assert server.stop() == 0


def test_demo_reaches_a_running_server_and_its_books_balance(start_server: Callable[..., RunningServer]) -> None:
    server = start_server()
    project = server.project("Named")
    made = server.run("demo", "--project", "Named", "--events", "3000", "--days", "3")
    assert made["id"] == project.id
    assert made["keys"] is None
    client = server.client(project.full)
    server.drained()
    health = client.get("/v1/health").json()
    assert health["spool"]["events"] == 0
    assert health["spool"]["bytes"] == 0
    assert health["books"] == {
        "received": made["events"],
        "accepted": made["events"],
        "stored": made["events"],
        "spooled": 0,
        "unstorable": 0,
        "duplicates": 0,
        "rejected": {},
    }
    assert client.get("/v1/api/live").json()["active_visitors"] >= 3
    assert server.run("demo", "--events", "300", "--days", "1")["name"] == "Demo"


def test_demo_is_told_apart_when_the_project_or_a_number_is_wrong(run: Run) -> None:
    unknown = run("demo", "--project", "Nobody")
    assert unknown.exit_code == 1
    assert "Nobody" in unknown.stderr
    assert run("demo", "--days", "0").exit_code == 2
    assert run("demo", "--events", "many").exit_code == 2
