"""When events leave, what is tried again and what is not, and that every event is accounted for."""

import json
import logging
import socket
import time
from typing import Any

import pytest

from metrone_client import (
    FlushResult,
    MetroneAuthError,
    MetroneError,
    MetroneNetworkError,
    MetroneRateLimitError,
    MetroneServerError,
    MetroneTimeoutError,
    MetroneValidationError,
)
from tests import contract
from tests.clients.python.conftest import Connect
from tests.clients.python.test_tracking import Stored
from tests.flaky import CHUNK_BYTES, Fault, Flaky
from tests.running import RunningServer, TestProject, eventually, free_port

LONG_MS = 3_600_000  # an interval that no test waits for


def sizes(flaky: Flaky) -> list[int]:
    """How many events each request held."""
    return [len(json.loads(seen.body)) for seen in flaky.seen]


def test_ten_events_leave_at_once(connect: Connect, server: RunningServer, any_project: TestProject) -> None:
    with Flaky(server.port) as flaky:
        client = connect(any_project.write, endpoint=flaky.url, flush_interval_ms=LONG_MS)
        for _ in range(9):
            client.track("a")
        assert flaky.seen == []
        client.track("a")
        eventually(lambda: flaky.seen, what="the batch")
        assert sizes(flaky) == [10]


def test_fewer_leave_after_the_interval(connect: Connect, server: RunningServer, any_project: TestProject) -> None:
    with Flaky(server.port) as flaky:
        client = connect(any_project.write, endpoint=flaky.url, flush_interval_ms=300)
        since = time.monotonic()
        client.track("a")
        client.track("a")
        eventually(lambda: flaky.seen, what="the batch")
        assert flaky.seen[0].at - since >= 0.3
        assert sizes(flaky) == [2]


def test_a_backlog_leaves_a_hundred_at_a_time(
    connect: Connect, server: RunningServer, any_project: TestProject
) -> None:
    with Flaky(server.port) as flaky:
        client = connect(any_project.write, endpoint=flaky.url, flush_interval_ms=LONG_MS, batch_size=100)
        for number in range(250):
            client.track("a", {"text": "x" * 12_000} if number < 90 else None)
        assert client.flush().sent == sum(sizes(flaky)) == 250
        assert max(sizes(flaky)) <= 100
        assert max(len(seen.body) for seen in flaky.seen) <= 512 * 1024


def test_the_report_counts_what_was_sent_meanwhile(
    connect: Connect, server: RunningServer, any_project: TestProject
) -> None:
    client = connect(any_project.write, flush_interval_ms=1)
    for _ in range(30):
        client.track("a")
    assert client.flush().sent == 30
    assert client.flush().sent == 0


def test_a_key_that_nobody_knows(connect: Connect) -> None:
    told: list[MetroneError] = []
    client = connect(contract.UNKNOWN, on_error=told.append)
    for _ in range(10):
        client.track("a")  # leaves in the background
    with pytest.raises(MetroneAuthError) as caught:
        client.flush()
    assert caught.value.result is not None
    assert (caught.value.result.failed, caught.value.result.waiting) == (10, 0)
    eventually(lambda: told, what="the error to be told")  # by the thread that sent, perhaps after flush is back
    assert [error.code for error in told] == ["INVALID_API_KEY"]


@pytest.mark.parametrize("bad", [{"page_title": 7}, {"user_id": ["x"]}, {"event_name": "x" * 121}], ids=str)
def test_one_bad_event_costs_no_other(
    connect: Connect, project: TestProject, stored: Stored, bad: dict[str, Any]
) -> None:
    client = connect(project.write, flush_interval_ms=LONG_MS, batch_size=100)
    for number in range(9):
        client.track(f"good-{number}", **(bad if number == 4 else {}))
    with pytest.raises(MetroneValidationError) as caught:
        client.flush()
    assert caught.value.result is not None
    assert (caught.value.result.sent, caught.value.result.failed) == (8, 1)
    assert caught.value.details["field"] == next(iter(bad))
    assert [row["event_name"] for row in stored()] == [f"good-{number}" for number in range(9) if number != 4]


def test_a_refusal_that_names_no_event_is_narrowed_down(connect: Connect, project: TestProject, stored: Stored) -> None:
    client = connect(project.write, flush_interval_ms=LONG_MS, batch_size=100)
    for number in range(5):
        client.track(f"e-{number}", {"text": "x" * (600_000 if number == 2 else 1)})
    with pytest.raises(MetroneValidationError) as caught:
        client.flush()
    assert caught.value.result is not None
    assert (caught.value.result.sent, caught.value.result.failed) == (4, 1)
    assert [row["event_name"] for row in stored()] == ["e-0", "e-1", "e-3", "e-4"]


def test_the_wait_that_the_server_asks_for(connect: Connect, server: RunningServer, any_project: TestProject) -> None:
    with Flaky(server.port, [{"status": 429, "retry_after": 1}]) as flaky:
        client = connect(any_project.write, endpoint=flaky.url)
        client.track("a")
        assert client.flush().sent == 1
        first, second = flaky.seen
        assert 1.0 <= second.at - first.at < 3.0


def test_a_wait_longer_than_the_caller_has(connect: Connect, server: RunningServer, any_project: TestProject) -> None:
    with Flaky(server.port, [{"status": 429, "retry_after": 600}]) as flaky:
        client = connect(any_project.write, endpoint=flaky.url, max_retries=0)
        client.track("a")
        for _ in range(2):  # asked again, it waits as before and sends nothing
            with pytest.raises(MetroneRateLimitError) as caught:
                client.flush(5)
            assert caught.value.retry_after_sec == 600
            assert caught.value.result is not None
            assert caught.value.result.waiting == 1
        assert len(flaky.seen) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("reset", MetroneNetworkError), ("timeout", MetroneTimeoutError), ({"status": 503}, MetroneServerError)],
    ids=str,
)
def test_what_stays_wrong_is_raised_and_the_events_stay(
    connect: Connect, server: RunningServer, any_project: TestProject, fault: Any, kind: type[MetroneError]
) -> None:
    told: list[MetroneError] = []
    with Flaky(server.port, [fault] * 2) as flaky:
        client = connect(any_project.write, endpoint=flaky.url, max_retries=1, timeout_ms=300, on_error=told.append)
        client.track("a")
        with pytest.raises(kind) as caught:
            client.flush()
        assert caught.value.result is not None
        assert (caught.value.result.sent, caught.value.result.waiting) == (0, 1)
        assert told == [caught.value]
        eventually(lambda: len(flaky.seen) > 2, what="the background to try again")
        assert client.flush().waiting == 0


def test_the_oldest_give_way(connect: Connect, project: TestProject, stored: Stored) -> None:
    client = connect(project.write, max_queue_size=5, batch_size=100, flush_interval_ms=LONG_MS)
    for number in range(8):
        client.track(f"e-{number}")
    with pytest.raises(MetroneError, match="queue is full") as caught:
        client.flush()
    assert caught.value.result is not None
    assert (caught.value.result.sent, caught.value.result.dropped) == (5, 3)
    assert [row["event_name"] for row in stored()] == [f"e-{number}" for number in range(3, 8)]


def test_a_full_queue_is_told_once_an_outage(connect: Connect, server: RunningServer, any_project: TestProject) -> None:
    told: list[MetroneError] = []
    with Flaky(server.port, [{"status": 429, "retry_after": 600}]) as flaky:
        client = connect(any_project.write, endpoint=flaky.url, max_queue_size=5, max_retries=0, on_error=told.append)
        for _ in range(5):
            client.track("a")
        with pytest.raises(MetroneRateLimitError):
            client.flush(1)
        for _ in range(20):
            client.track("a")
        report = client.shutdown(0)
    assert (report.sent, report.dropped, report.waiting) == (0, 20, 5)
    assert sum("queue is full" in error.message for error in told) == 1


def test_nothing_there_breaks_nobody(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    def hostile(_: MetroneError) -> None:
        raise RuntimeError("the application's own mistake")

    endpoint = f"http://127.0.0.1:{free_port()}"
    client = connect(contract.FULL, endpoint=endpoint, max_retries=0, on_error=hostile, flush_interval_ms=1)
    with caplog.at_level(logging.WARNING, logger="metrone_client"):
        client.track("a")
        eventually(lambda: "on_error failed" in caplog.text, what="the error to be told")
        report = client.shutdown(1)
    assert (report.sent, report.waiting, report.ok) == (0, 1, False)
    assert contract.FULL not in caplog.text


def test_on_error_may_use_the_client(connect: Connect) -> None:
    told: list[MetroneError] = []
    reports: list[FlushResult] = []
    clients: list[Any] = []

    def again(error: MetroneError) -> None:
        told.append(error)
        if len(told) == 1:
            clients[0].track("it failed")
            reports.append(clients[0].shutdown())

    clients.append(connect(contract.UNKNOWN, on_error=again, flush_interval_ms=LONG_MS))
    for _ in range(10):
        clients[0].track("a")
    (report,) = eventually(lambda: reports, what="on_error")
    assert (report.failed, report.waiting) == (11, 0)


def test_a_long_outage_is_named(connect: Connect, server: RunningServer, any_project: TestProject) -> None:
    plan: list[Fault] = [{"status": 503}] * 4
    with Flaky(server.port, plan) as flaky:
        client = connect(any_project.write, endpoint=flaky.url, max_retries=0)
        client.track("a")
        for _ in range(3):  # each flush names what is wrong, however long it has been
            with pytest.raises(MetroneServerError, match="Planned answer 503") as caught:
                client.flush()
            assert caught.value.result is not None
            assert caught.value.result.waiting == 1


def test_after_shutdown(connect: Connect, any_project: TestProject) -> None:
    client = connect(any_project.write)
    client.track("a")
    assert client.shutdown().sent == 1
    client.track("b")
    report = client.shutdown()
    assert (report.sent, report.dropped) == (0, 1)


def test_a_connection_under_way_at_shutdown_ends_with_its_answer(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = connect(contract.UNKNOWN, endpoint=endpoint, flush_interval_ms=1)
        client.track("a")
        line, _ = listener.accept()
        with line:
            line.settimeout(10)
            asked = b""
            while not asked.endswith(b"]"):
                asked += line.recv(CHUNK_BYTES)
            client.shutdown(0)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            assert line.recv(1) == b""


@pytest.mark.parametrize("host", ["a..b", "x" * 70])
def test_a_host_that_is_none(connect: Connect, host: str) -> None:
    client = connect(contract.FULL, endpoint=f"http://{host}", max_retries=0)
    client.track("a")
    with pytest.raises(MetroneNetworkError):
        client.flush()


def test_something_else_than_metrone(connect: Connect, server: RunningServer) -> None:
    client = connect(contract.FULL, endpoint=f"{server.url}/docs/api#".rstrip("#"), max_retries=0)
    client.track("a")
    with pytest.raises(MetroneError):
        client.flush()
