"""How the server is: open to probes, books and counters for keys alone."""

from metrone.web.health import balance
from tests.running import RunningServer, TestProject
from tests.web.visitors import new_key


def test_health_tells_each_part_and_no_event(server: RunningServer, project: TestProject) -> None:
    answer = server.client().get("/v1/health")
    shown = answer.json()
    assert (answer.status_code, shown["status"], answer.headers["cache-control"]) == (200, "ok", "no-store")
    assert {shown[part]["state"] for part in ("store", "control", "spool")} == {"ok"}
    assert "books" not in shown
    assert project.id not in answer.text


def test_health_refuses_a_key_that_may_not_read(server: RunningServer, project: TestProject) -> None:
    assert server.client(project.write).get("/v1/health").status_code == 403


def test_metrics_are_those_of_the_keys_project(server: RunningServer, project: TestProject) -> None:
    other = server.project()
    for key in (project.write, other.write):
        server.client(key).post("/v1/events", json={"event_type": "x"}).raise_for_status()
    server.client(project.write).post("/v1/events", content=b"{")
    answer = server.client(new_key(server, project, "admin")).get("/v1/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert f'metrone_events_accepted_total{{project="{project.id}"}} 1' in lines
    assert f'metrone_events_rejected_total{{project="{project.id}",reason="INVALID_JSON"}} 1' in lines
    assert other.id not in answer.text


def test_balance_adds_up_over_months_and_projects() -> None:
    books = {
        (1, "2026-01", "accepted"): 5, (1, "2026-02", "accepted"): 7, (1, "2026-02", "stored"): 9, (1, "2026-02", "duplicate"): 2,
        (1, "2026-02", "rejected:INVALID_JSON"): 4, (1, "2026-02", "unstorable"): 1, (2, "2026-02", "accepted"): 100,
    }  # fmt: skip
    assert balance(books, 1) == {
        "received": 18, "accepted": 12, "stored": 9, "spooled": 2, "unstorable": 1, "duplicates": 2,
        "rejected": {"INVALID_JSON": 4},
    }  # fmt: skip
    assert balance(books, None)["accepted"] == 112
