"""One event's whole way: sent, acknowledged, stored, counted."""

from tests.running import RunningServer, TestProject


def test_event_is_counted_when_sent(server: RunningServer, project: TestProject) -> None:
    client = server.client(project.full)
    answer = client.post("/v1/events", json={"event_type": "pageview", "page_url": "https://example.com/pricing?x=1"})
    assert answer.status_code == 202, answer.text
    server.drained()
    assert client.get("/v1/api/stats").json()["pageviews"] == 1
    assert client.get("/v1/api/pages").json()["data"][0]["page_path"] == "/pricing"
