"""The process may end at any moment: what was acknowledged is stored, each event once, and the books balance."""

import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.journeys import stored
from tests.running import RunningServer, eventually

KILLS = 12
WRITERS = 6
POINTS = (
    "during the commit",
    "between plan and load",
    "during the load",
    "between load and settle",
    "during the load",
    "after the first load",
    "during the commit",
    "during the load",
    "between load and settle",
)
EVENTS_A_LIFE = 5_000  # several loads


def can_connect(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Writers:
    """Clients that send until they are told to stop, and send again with the same keys until they hear an answer."""

    server: RunningServer
    key: str
    acknowledged: list[str] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self, number: int) -> None:
        """One client, until told to stop."""
        chance, turn = random.Random(number), 0
        with httpx.Client(base_url=self.server.url, headers={"X-Api-Key": self.key}, timeout=10) as client:
            while not self.is_over.is_set():
                turn += 1
                names = [f"w{number}.{turn}.{i}" for i in range(chance.choice((1, 1, 1, 2, 30)))]
                self.sent.update(names)
                self._send(client, names, has_header_key=chance.random() < 0.3)
                self.acknowledged += names

    def _send(self, client: httpx.Client, names: list[str], *, has_header_key: bool) -> None:
        events = [
            {"event_type": "pageview", "event_name": name, "page_url": f"https://x.test/{name}"} for name in names
        ]
        headers = {"Idempotency-Key": names[0]} if has_header_key else {}
        if not has_header_key:
            events = [{**event, "idempotency_key": event["event_name"]} for event in events]
        path, body = ("/v1/events", events[0]) if len(events) == 1 else ("/v1/events/batch", events)
        while True:
            try:
                answer = client.post(path, json=body, headers=headers)
            except httpx.TransportError:  # killed, or not up yet: nobody knows whether it was written
                eventually(lambda: self.is_over.is_set() or can_connect(self.server.port), 30, what="the server")
                continue
            if answer.status_code == 202 or (answer.status_code == 409 and has_header_key):
                return
            self.surprises.append(f"{answer.status_code} {answer.text}")
            return


@pytest.mark.slow
def test_no_acknowledged_event_is_lost_or_doubled_when_the_server_is_killed_again_and_again(
    start_server: Callable[..., RunningServer],
) -> None:
    server = start_server(METRONE_DRAIN_INTERVAL_MS="5")
    writers = Writers(server, server.project().write)
    threads = [threading.Thread(target=writers.run, args=(number,), daemon=True) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    chance = random.Random(7)
    try:
        for _ in range(KILLS):
            enough = len(writers.acknowledged) + chance.randint(1, 400)
            eventually(lambda enough=enough: len(writers.acknowledged) >= enough, 30, what="acknowledged events")  # type: ignore[misc]
            server.kill()
            server.start()
    finally:
        writers.is_over.set()
    for thread in threads:
        thread.join(30)
    assert server.stop() == 0

    assert writers.surprises == []
    total = stored.check_counts(server.data_dir / "store")
    found = stored.ask(server.data_dir / "store", "select groupArray(event_name) from events")[0][0][0]
    assert set(writers.acknowledged) <= set(found) <= writers.sent
    assert len(set(found)) == len(found) == total
    books = stored.books(server.data_dir)
    assert (books["accepted"], books["stored"], books["spooled"], books["unstorable"]) == (total, total, 0, 0)
    assert len(writers.acknowledged) > KILLS * 10


@pytest.mark.slow
def test_each_event_is_stored_once_when_the_process_dies_at_the_worst_points(tmp_path: Path) -> None:
    acknowledged: set[int] = set()
    script = str(Path(__file__).with_name("dying.py"))
    for life, point in enumerate((*POINTS, "at the end")):
        first = 1 + life * EVENTS_A_LIFE
        command = [sys.executable, script, str(tmp_path), point, str(first), str(EVENTS_A_LIFE)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == (0 if point == "at the end" else -signal.SIGKILL), (point, done.stderr[-2000:])
        whole = done.stdout.rpartition("\n")[0]  # the last line may be cut short
        acknowledged |= {int(line) for line in whole.split()}
    total = stored.check_counts(tmp_path / "store")
    found = stored.ask(tmp_path / "store", "select groupArray(event_id) from events")[0][0][0]
    ids = set(map(int, found))
    assert acknowledged <= ids
    assert len(ids) == total
    books = stored.books(tmp_path)
    assert (books["accepted"], books["stored"], books["spooled"]) == (total, total, 0)
