"""The proxy that fails: each fault is what a client would meet, and nothing else happens on the way."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.flaky import Fault, Flaky
from tests.running import RunningServer, TestProject


def post(client: httpx.Client, project: TestProject, name: str) -> httpx.Response:
    return client.post("/v1/events", json={"event_type": name}, headers={"X-Api-Key": project.write})


def test_each_fault_in_turn_then_passes(server: RunningServer) -> None:
    project = server.project()
    plan: list[Fault] = ["pass", "reset", "lost", {"status": 500}, {"status": 429, "retry_after": 1}, "timeout"]
    with Flaky(server.port, plan) as flaky, httpx.Client(base_url=flaky.url, timeout=1) as client:
        assert post(client, project, "a").status_code == 202
        for name in "bc":
            with pytest.raises(httpx.NetworkError):
                post(client, project, name)
        assert post(client, project, "d").status_code == 500
        limited = post(client, project, "e")
        assert (limited.status_code, limited.headers["retry-after"]) == (429, "1")
        assert limited.headers["access-control-allow-origin"] == "*"
        with pytest.raises(httpx.ReadTimeout):
            post(client, project, "f")
        assert post(client, project, "g").status_code == 202
        assert [json.loads(seen.body)["event_type"] for seen in flaky.seen] == list("abcdefg")
    server.drained()
    rows = server.client(project.full).get("/v1/api/events").json()["data"]
    assert sorted(row["event_name"] or row["event_type"] for row in rows) == ["a", "c", "g"]


def test_preflights_pass_and_use_up_no_fault(server: RunningServer) -> None:
    asking = {
        "origin": "https://site.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    with Flaky(server.port, [{"status": 500}]) as flaky, httpx.Client(base_url=flaky.url) as client:
        passed = client.options("/v1/events", headers=asking)
        direct = server.client().options("/v1/events", headers=asking)
        assert passed.status_code == direct.status_code < 300
        assert passed.headers["access-control-allow-origin"] == direct.headers["access-control-allow-origin"]
        assert list(flaky.plan) == [{"status": 500}]


def test_a_dead_server_is_a_reset_and_the_next_one_is_found(tmp_path: Path) -> None:
    server = RunningServer(tmp_path).start()
    try:
        with Flaky(server.port) as flaky, httpx.Client(base_url=flaky.url) as client:
            assert client.get("/v1/health").status_code == 200
            server.kill()
            with pytest.raises(httpx.NetworkError):
                client.get("/v1/health")
            server.start()
            assert client.get("/v1/health").status_code == 200
    finally:
        server.kill()


def test_a_body_in_chunks_arrives(server: RunningServer) -> None:
    project = server.project()
    with Flaky(server.port) as flaky, httpx.Client(base_url=flaky.url) as client:
        answer = client.post(
            "/v1/events", content=iter([b'{"event_type":', b'"chunked"}']), headers={"X-Api-Key": project.write}
        )
        assert answer.status_code == 202, answer.text


def test_the_command_line_says_its_port(server: RunningServer) -> None:
    command = [sys.executable, "-m", "tests.flaky", "--target", str(server.port), "--plan", '[{"status": 503}]']
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as proxy:
        assert proxy.stdout is not None
        url = f"http://127.0.0.1:{json.loads(proxy.stdout.readline())['port']}/v1/health"
        assert [httpx.get(url).status_code for _ in range(2)] == [503, 200]
        proxy.terminate()
