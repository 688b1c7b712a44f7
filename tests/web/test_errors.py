"""Each of the fifteen error codes, reached by a real request: status, code, id, sentence, and when to come again."""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from metrone.app import SHIPPED_COUNTRIES
from metrone.config import load_config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.first import ensure_first_project
from metrone.control.salts import current_salts
from metrone.control.secret import load_secret
from metrone.errors import ERRORS
from metrone.intake.accept import Intake
from metrone.intake.geo import Atlas
from metrone.live import Live
from metrone.spool.append import Spool
from metrone.store.base import Param, Rows
from metrone.web.auth import Gate
from metrone.web.health import Vitals
from metrone.web.server import Rooms, Server
from tests.contract import FOLDER, Keys, Stage, check, examples, load, send
from tests.running import RunningServer, eventually

WAITS = {"RATE_LIMITED", "QUOTA_EXCEEDED", "WRITE_FAILED"}
NOW = 1_790_000_000.0
Starter = Callable[..., RunningServer]


@pytest.fixture(scope="module")
def stage(server: RunningServer) -> Stage:
    """The shared server, and the projects that the examples of this module use."""
    return Stage(server)


def check_error(code: str, response: httpx.Response, request_id: str = "") -> None:
    """Fail where the answer is not this error in its one form."""
    error = response.json()["error"]
    assert error["code"] == code
    assert response.status_code == error["status"] == ERRORS[code].status  # type: ignore[index]
    assert error["request_id"] == response.headers["x-request-id"] != ""
    assert request_id in ("", error["request_id"])
    assert len(error["message"]) > 20
    assert error["message"].endswith(".")
    assert response.headers["content-type"] == "application/json"
    if code in WAITS:
        assert int(response.headers["retry-after"]) >= 1
        waiting_ms = response.json()["retry_after_ms"]
        assert 0 < waiting_ms <= int(response.headers["retry-after"]) * 1000
    else:
        assert "retry-after" not in response.headers
        assert "retry_after_ms" not in response.json()


def test_every_code_has_an_example() -> None:
    assert {path.stem for path in examples("errors")} == set(ERRORS)
    assert len(ERRORS) == 15


@pytest.mark.parametrize(
    "path",
    [path for path in examples("errors") if not load(path).keys() & {"settings", "provoke"}],
    ids=lambda path: str(path.stem),
)
def test_code_is_given_when_its_example_is_replayed(path: Path, stage: Stage) -> None:
    example = load(path)
    response = stage.replay(example)
    check_error(path.stem, response)
    check(example, response)


@pytest.mark.parametrize("code", ["INVALID_JSON", "FORBIDDEN", "NOT_FOUND"])
def test_request_id_is_echoed_in_the_error(code: str, stage: Stage) -> None:
    example = load(FOLDER / "errors" / f"{code}.json")
    example["request"]["headers"]["X-Request-Id"] = "trace-me-7"
    check_error(code, stage.replay(example), "trace-me-7")


def test_rate_limited_is_given_when_a_key_sends_too_much(start_server: Starter) -> None:
    example = load(FOLDER / "errors" / "RATE_LIMITED.json")
    server = start_server(**example["settings"])
    keys = Keys.of(server, server.project())
    refused = _until_refused(lambda: send(server, example["request"], keys))
    check_error("RATE_LIMITED", refused)
    check(example, refused)
    assert refused.headers["x-ratelimit-limit"] == "2"
    assert refused.headers["x-ratelimit-remaining"] == "0"


def test_rate_limited_is_given_when_an_address_sends_too_much(start_server: Starter) -> None:
    server = start_server(METRONE_RATE_LIMITS="on", METRONE_RATE_LIMIT_IP="2")
    client = server.client(server.project().write)
    body = {"event_type": "pageview"}
    refused = _until_refused(lambda: client.post("/v1/events", json=body))
    check_error("RATE_LIMITED", refused)


def test_rate_limited_is_given_when_a_key_reads_too_much(start_server: Starter) -> None:
    server = start_server(METRONE_RATE_LIMITS="on", METRONE_RATE_LIMIT_READ="20")
    client = server.client(server.project().full)
    refused = _until_refused(lambda: client.get("/v1/api/live"))
    check_error("RATE_LIMITED", refused)


def test_quota_exceeded_is_given_when_the_month_is_used_up(start_server: Starter) -> None:
    example = load(FOLDER / "errors" / "QUOTA_EXCEEDED.json")
    server = start_server(**example["settings"])
    project = server.project()
    keys = Keys.of(server, project)
    for request in example["before"]:
        assert send(server, request, keys).status_code == 202
    response = send(server, example["request"], keys)
    check_error("QUOTA_EXCEEDED", response)
    check(example, response)
    server.drained()
    assert server.client(project.full).get("/v1/api/stats?visitor_type=all").json()["total_events"] == 3


def test_write_failed_is_given_when_the_spool_is_at_its_bound(start_server: Starter) -> None:
    example = load(FOLDER / "errors" / "WRITE_FAILED.json")
    server = start_server(**example["settings"])
    project = server.project()
    big = [{"event_type": "pageview", "properties": {"text": _noise(3000)}}] * 100
    client = server.client(project.write)
    kept = 0
    while (answer := client.post("/v1/events/batch", json=big)).status_code == 202:
        kept += answer.json()["accepted"]
        assert kept < 10_000, "a spool of 1 MB has taken 30 MB"
    assert kept > 0
    response = send(server, example["request"], Keys.of(server, project))
    check_error("WRITE_FAILED", response)
    check(example, response)
    books = server.client(project.full).get("/v1/health").json()["books"]
    assert books["accepted"] == kept


class FaultyStore:
    """A store with a fault that nobody foresaw."""

    def migrate(self) -> None:
        """Nothing to do."""

    def load(self, rows: bytes, token: str) -> None:
        """Nothing to do."""

    def load_beside(self, table: str, rows: bytes, token: str) -> None:
        """Nothing to do."""

    def erase(self, project_no: int, before: datetime | None = None) -> None:
        """Nothing to do."""

    def query(self, sql: str, params: Mapping[str, Param]) -> Rows:
        """Fails as no store should."""
        raise ZeroDivisionError("secret detail 203.0.113.9")

    def close(self) -> None:
        """Nothing to do."""


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """All of HTTP over a store that fails as none should, and a key for it."""
    config = load_config({}, data_dir=str(tmp_path / "data"))

    def clock() -> float:
        return NOW

    config.root.mkdir(parents=True)
    load_secret(config)
    db = Database.open(config)
    made = ensure_first_project(db)
    assert made is not None
    spool = Spool(config.root / "spool.sqlite", 1_000_000, clock)
    intake = Intake(spool, Atlas(SHIPPED_COUNTRIES, None), current_salts(db, datetime.fromtimestamp(NOW, UTC)), clock)
    vitals = Vitals(spool, {}, lambda: "", lambda: "", NOW, clock)
    gate = Gate(load_directory(db))
    server = Server(Rooms(config, db, FaultyStore(), gate, intake, Live(), vitals, clock))
    yield server, made.full_key
    server.answers.close()
    spool.close()
    db.close()


def test_internal_error_is_given_when_the_unexpected_happens(
    faulty: tuple[Server, str], caplog: pytest.LogCaptureFixture
) -> None:
    example = load(FOLDER / "errors" / "INTERNAL_ERROR.json")
    response = asyncio.run(_get(faulty[0], example["request"]["path"], faulty[1]))
    check_error("INTERNAL_ERROR", response)
    check(example, response)
    assert "secret detail" not in response.text
    assert response.json()["error"]["request_id"] in caplog.text


def test_internal_error_says_when_to_come_again_when_a_read_needs_too_much(start_server: Starter) -> None:
    server = start_server(METRONE_QUERY_MEMORY_MB="1")
    project = server.project()
    big = [{"event_type": "pageview", "properties": {"text": _noise(15_000)}}] * 30
    for _ in range(20):  # 9 MB: the engine does not count the first four
        assert server.client(project.write).post("/v1/events/batch", json=big).status_code == 202
    server.drained()
    response = server.client(project.full).get("/v1/api/events?limit=1000")
    assert response.status_code == response.json()["error"]["status"] == 503
    assert response.json()["error"]["code"] == "INTERNAL_ERROR"
    assert int(response.headers["retry-after"]) >= 1
    assert response.json()["retry_after_ms"] > 0


def _until_refused(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The first 429: a limit may start anew between two requests."""

    def refused() -> httpx.Response | None:
        response = ask()
        return response if response.status_code == 429 else None

    found = eventually(refused, what="a limit to be reached")
    assert found is not None
    return found


def _noise(length: int) -> str:
    return random.Random(7).randbytes(length // 2).hex()


async def _get(server: Server, path: str, key: str) -> httpx.Response:
    transport: Any = httpx.ASGITransport(server)
    async with httpx.AsyncClient(transport=transport, base_url="http://metrone") as client:
        return await client.get(path, headers={"X-Api-Key": key})
