"""One key, one write: over HTTP, in batches, at once, through a restart and through a crash."""

import concurrent.futures
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.running import RunningServer, TestProject
from tests.web.visitors import new_key

EVENT = {"event_type": "pageview", "page_url": "https://a.test/"}


def post(server: RunningServer, key: str, body: Any, header: str = "", path: str = "/v1/events") -> httpx.Response:
    headers = {"Idempotency-Key": header} if header else {}
    return server.client(key).post(path, json=body, headers=headers)


def stored_events(server: RunningServer, project: TestProject) -> int:
    server.drained()
    found: int = server.client(project.full).get("/v1/health").json()["books"]["stored"]
    return found


@pytest.mark.parametrize(("second", "is_same"), [(EVENT, True), ({**EVENT, "page_title": "x"}, False)])
def test_header_key_is_refused_with_the_first_requests_id(
    server: RunningServer, project: TestProject, second: Any, is_same: bool
) -> None:
    first = post(server, project.write, EVENT, "k")
    again = post(server, project.write, second, "k")
    assert (first.status_code, again.status_code) == (202, 409)
    error = again.json()["error"]
    assert error["code"] == "DUPLICATE_EVENT"
    assert error["first_request_id"] == first.headers["x-request-id"] != again.headers["x-request-id"]
    assert error["is_same_body"] is is_same
    assert ("differs" in error["message"]) is not is_same
    assert stored_events(server, project) == 1


def test_header_key_is_of_one_project(server: RunningServer, project: TestProject) -> None:
    other = server.project()
    assert [post(server, key, EVENT, "k").status_code for key in (project.write, other.write)] == [202, 202]
    assert post(server, new_key(server, project, "write"), EVENT, "k").status_code == 409  # any key of the project


def test_event_keys_mix_in_a_batch(server: RunningServer, project: TestProject) -> None:
    first = post(server, project.write, {**EVENT, "idempotency_key": "a"}).json()
    batch = [{**EVENT, "idempotency_key": key} if key else EVENT for key in ("b", "a", "", "b")]
    answer = post(server, project.write, batch, path="/v1/events/batch").json()
    assert (answer["accepted"], answer["duplicates"]) == (2, 2)
    assert answer["event_ids"][1] == first["event_id"]
    assert answer["event_ids"][3] == answer["event_ids"][0]
    assert stored_events(server, project) == 3


def test_refused_request_burns_no_key(server: RunningServer, project: TestProject) -> None:
    bad = [{**EVENT, "idempotency_key": "a"}, {**EVENT, "ai_duration_sec": -1}]
    assert post(server, project.write, bad, "k", "/v1/events/batch").status_code == 400
    reader = new_key(server, project, "read")
    assert post(server, reader, EVENT, "k").status_code == 403
    assert (
        post(server, project.write, [{**EVENT, "idempotency_key": "a"}], "k", "/v1/events/batch").json()["duplicates"]
        == 0
    )


def test_two_requests_at_once_write_once(server: RunningServer, project: TestProject) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        server.client(project.write)
        headed = list(pool.map(lambda _: post(server, project.write, EVENT, "same").status_code, range(16)))
        inner = {**EVENT, "idempotency_key": "same"}
        keyed = list(pool.map(lambda _: post(server, project.write, inner).json()["accepted"], range(16)))
    assert sorted(headed) == [202] + [409] * 15
    assert sorted(keyed) == [0] * 15 + [1]
    assert stored_events(server, project) == 2


def test_long_or_odd_header_keys_are_taken_or_refused_clearly(server: RunningServer, project: TestProject) -> None:
    assert post(server, project.write, EVENT, "x" * 255).status_code == 202
    assert post(server, project.write, EVENT, "x" * 256).status_code == 400
    assert post(server, project.write, EVENT, "'; drop table seen; --").status_code == 202


@pytest.mark.slow
@pytest.mark.parametrize("is_crash", [False, True], ids=["restart", "crash"])
def test_keys_survive(start_server: Callable[..., RunningServer], is_crash: bool) -> None:
    server = start_server()
    project = server.project()
    first = post(server, project.write, {**EVENT, "idempotency_key": "e"}, "h")
    assert first.status_code == 202
    if is_crash:
        server.kill()
    else:
        assert server.stop() == 0
    server.start()
    again = post(server, project.write, {**EVENT, "idempotency_key": "e"}, "h")
    assert (again.status_code, again.json()["error"]["first_request_id"]) == (409, first.headers["x-request-id"])
    other = post(server, project.write, {**EVENT, "idempotency_key": "e"})
    assert (other.json()["duplicates"], other.json()["event_id"]) == (1, first.json()["event_id"])
    assert stored_events(server, project) == 1
