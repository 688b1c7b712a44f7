"""The write endpoints over HTTP: every way to say it, limits with their headers, and no answer that is not ours."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.running import RunningServer, TestProject
from tests.web.visitors import new_key

EVENT: dict[str, Any] = {"event_type": "pageview", "page_url": "https://a.test/"}
BODY = json.dumps(EVENT).encode()
BATCH = json.dumps([EVENT, EVENT]).encode()

WAYS = [
    ("json", "/v1/events", BODY, {"Content-Type": "application/json"}, 1),
    ("a beacon", "/v1/events", BODY, {"Content-Type": "text/plain;charset=UTF-8"}, 1),
    ("no type", "/v1/events", BODY, {}, 1),
    ("gzip", "/v1/events", gzip.compress(BODY), {"Content-Encoding": "gzip"}, 1),
    ("a slash more", "/v1/events/", BODY, {}, 1),
    ("an agent", "/v1/api/events", BODY, {}, 1),
    ("a batch", "/v1/events/batch", BATCH, {}, 2),
    ("an envelope", "/v1/events/batch", b'{"events": ' + BATCH + b', "batch": true}', {}, 2),
    ("a batch at the single address", "/v1/events", BATCH, {}, 2),
    ("an event called events", "/v1/events", b'{"event_type": "custom", "event_name": "events"}', {}, 1),
]


@pytest.mark.parametrize(("way", "path", "body", "headers", "events"), WAYS, ids=[case[0] for case in WAYS])
def test_write_takes_every_way_of_saying_it(
    server: RunningServer, project: TestProject, way: str, path: str, body: bytes, headers: dict[str, str], events: int
) -> None:
    answer = server.client(project.write).post(path, content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    shown = answer.json()
    assert (shown["ok"], shown["accepted"], shown["duplicates"]) == (True, events, 0)
    assert shown["session_id"].startswith("ses_")
    assert len(shown.get("event_ids", [shown.get("event_id")])) == events


def test_write_takes_a_key_in_each_of_its_places(server: RunningServer, project: TestProject) -> None:
    client, alias = server.client(), project.write.replace("metrone_", "mk_", 1)
    sent = [
        client.post("/v1/events", json=EVENT, headers={"X-Api-Key": project.write}),
        client.post("/v1/events", json=EVENT, headers={"Authorization": f"Bearer {project.write}"}),
        client.post(f"/v1/events?api_key={project.write}", json=EVENT),
        client.post(f"/v1/events?{'x=1&' * 300}api_key={project.write}", json=EVENT),
        client.post("/v1/events", json={**EVENT, "api_key": project.write}),
        client.post("/v1/events", json={**EVENT, "api_key": alias}),
        client.post("/v1/events/batch", json=[{**EVENT, "api_key": project.write}, EVENT]),
        client.post(
            "/v1/events", json={**EVENT, "api_key": "metrone_live_wrong"}, headers={"X-Api-Key": project.write}
        ),
    ]
    assert [answer.status_code for answer in sent] == [202] * len(sent)
    mixed = client.post(
        "/v1/events/batch", json=[{**EVENT, "api_key": project.write}, {**EVENT, "api_key": project.full}]
    )
    assert mixed.json()["error"]["code"] == "BATCH_MIXED_KEYS"


def test_test_keys_write_what_no_default_read_shows(server: RunningServer, project: TestProject) -> None:
    testing = new_key(server, project, "write", is_test=True)
    assert testing.startswith("metrone_test_")
    server.client(testing).post("/v1/events", json=EVENT).raise_for_status()
    server.client(project.write).post("/v1/events", json=EVENT).raise_for_status()
    server.drained()
    stats = server.client(project.full).get("/v1/api/stats").json()
    assert (stats["total_events"], stats["unique_visitors"]) == (1, 1)


def test_write_limits_say_what_is_left_for_key_and_address(start_server: Callable[..., RunningServer]) -> None:
    server = start_server(METRONE_RATE_LIMITS="on", METRONE_RATE_LIMIT_KEY="3", METRONE_RATE_LIMIT_IP="12",
                          METRONE_TRUSTED_PROXIES="127.0.0.1")  # fmt: skip
    project = server.project()

    def send(key: str, address: str) -> httpx.Response:
        return server.client(key).post("/v1/events", json=EVENT, headers={"X-Forwarded-For": address})

    by_key = [send(project.write, f"192.0.2.{number}") for number in range(8)]
    assert by_key[0].headers["x-ratelimit-limit"] == "3"
    assert int(by_key[0].headers["x-ratelimit-reset"]) > 0
    refused = [answer for answer in by_key if answer.status_code == 429]
    assert refused
    assert refused[0].json()["error"]["code"] == "RATE_LIMITED"
    assert refused[0].json()["retry_after_ms"] > 0
    assert int(refused[0].headers["retry-after"]) >= 1
    assert refused[0].headers["x-ratelimit-remaining"] == "0"
    assert send(project.full, "192.0.2.99").status_code == 202
    # The addresses of one IPv6 /64 are one sender, however they are written; two windows hold 24 at the most.
    flood = [send("metrone_live_" + "0" * 32, f"2001:db8::{number:x}").status_code for number in range(1, 27)]
    assert set(flood) == {401, 429}
    assert send("metrone_live_" + "0" * 32, "2001:db8:0:1::1").status_code == 401
