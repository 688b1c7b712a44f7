"""Every event that was handed over arrives, and arrives once: through faults of every kind, and through a killed server."""

import threading
from collections import Counter
from pathlib import Path
from typing import Any

from metrone_client import Metrone
from tests.clients.python.conftest import Connect, InLoop
from tests.clients.python.test_tracking import Stored
from tests.flaky import Fault, Flaky
from tests.running import RunningServer, TestProject, eventually

FAULTS: list[Fault] = [
    "lost", "reset", {"status": 500}, "pass", "lost", {"status": 429, "retry_after": 1}, "timeout", "pass", "lost", {"status": 503},
]  # fmt: skip
EVENTS = 500


def names(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(row["event_name"] for row in rows)


def expected(count: int) -> Counter[str]:
    return Counter(f"e-{number}" for number in range(count))


def test_through_faults(connect: Connect, server: RunningServer, project: TestProject, stored: Stored) -> None:
    with Flaky(server.port, FAULTS) as flaky:
        client = connect(project.write, endpoint=flaky.url, timeout_ms=2_000, max_retries=10, flush_interval_ms=20)
        for number in range(EVENTS):
            client.track(f"e-{number}")
        report = eventually(lambda: _flushed(client), 60, what="all events to arrive")
        assert not flaky.plan
    assert (report.sent, report.failed, report.dropped) == (EVENTS, 0, 0)
    assert report.duplicates > 0  # what was lost on the way back had been stored
    assert names(stored()) == expected(EVENTS)


def _flushed(client: Any) -> Any:
    report = client.flush(60)
    return report if not report.waiting else None


def test_through_a_kill(tmp_path: Path) -> None:
    """Clients of both kinds, straight and through faults, all while one server dies and comes back."""
    server = RunningServer(tmp_path).start()
    with Flaky(server.port, ["pass", "lost", "pass", "reset", "lost"]) as flaky:
        ways = [(kind, url) for kind in (Metrone, InLoop) for url in (server.url, flaky.url)]
        senders = [Sender(server.project(), kind, url) for kind, url in ways]
        try:
            for sender in senders:
                sender.thread.start()
            assert all(sender.is_half_way.wait(60) for sender in senders)
            server.kill()  # with events in the clients, on their way, and in the spool
            for sender in senders:
                sender.thread.join(60)
            server.start()
            reports = [sender.client.flush(120) for sender in senders]
            server.drained()
            for sender, report in zip(senders, reports, strict=True):
                assert (report.sent, report.failed, report.dropped, report.waiting) == (EVENTS, 0, 0, 0)
                log = server.client(sender.project.full).get("/v1/api/events", params={"limit": 1000}).json()
                assert names(log["data"]) == expected(EVENTS)
        finally:
            for sender in senders:
                sender.client.shutdown(0)
                if isinstance(sender.client, InLoop):
                    sender.client.end()
            server.kill()


class Sender:
    """A thread that hands events over, slowly enough that batches leave meanwhile, and says when half are handed over."""

    def __init__(self, project: TestProject, kind: type[Metrone] | type[InLoop], url: str) -> None:
        self.project = project
        self.client: Any = kind(project.write, endpoint=url, timeout_ms=5_000, flush_interval_ms=5, max_retries=50)
        self.is_half_way = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        """Hand over all."""
        pause = threading.Event()
        for number in range(EVENTS):
            self.client.track(f"e-{number}")
            if number == EVENTS // 2:
                self.is_half_way.set()
            pause.wait(0.001)
