"""The books balance: received = stored + duplicates + rejected by reason + what waits, for each project, and after a restart."""

from collections.abc import Callable
from typing import Any

from tests.running import RunningServer, TestProject

EVENT = {"event_type": "pageview", "page_url": "https://a.test/"}


def books(server: RunningServer, project: TestProject) -> dict[str, Any]:
    found: dict[str, Any] = server.client(project.full).get("/v1/health").json()["books"]
    balance = found["accepted"] + found["duplicates"] + sum(found["rejected"].values())
    assert found["received"] == balance
    assert found["accepted"] == found["stored"] + found["spooled"] + found["unstorable"]
    return found


def test_books_balance_and_come_back_after_a_restart(start_server: Callable[..., RunningServer]) -> None:
    server = start_server(METRONE_MONTHLY_QUOTA="20")
    project, other = server.project(), server.project("Other")
    client = server.client(project.write)
    client.post("/v1/events", json=EVENT, headers={"Idempotency-Key": "k"})
    client.post("/v1/events", json=EVENT, headers={"Idempotency-Key": "k"})
    client.post("/v1/events/batch", json=[{**EVENT, "idempotency_key": key} for key in "aab"])
    client.post("/v1/events/batch", json=[EVENT, EVENT, {"event_type": 7}])
    client.post("/v1/events/batch", json=[EVENT] * 101)
    client.post("/v1/events", content=b"{nonsense")
    client.post("/v1/events/batch", json=[EVENT] * 18)
    server.client(other.write).post("/v1/events", json=EVENT).raise_for_status()
    server.drained()
    expected = {
        "received": 1 + 1 + 3 + 3 + 101 + 1 + 18, "accepted": 3, "stored": 3, "spooled": 0, "unstorable": 0, "duplicates": 2,
        "rejected": {"BATCH_TOO_LARGE": 101, "INVALID_JSON": 1, "INVALID_PAYLOAD": 3, "QUOTA_EXCEEDED": 18},
    }  # fmt: skip
    assert books(server, project) == expected
    assert books(server, other)["received"] == 1
    assert server.stop() == 0
    server.start()
    assert books(server, project) == expected
