"""Measures the reads of a world: through HTTP against the same by hand on bare chDB, a cold dashboard, reads beside ingestion."""

import http.client
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.byhand import ASKED_DAYS
from bench.ingest import CONNECTIONS, SINGLE
from bench.load import Load
from bench.machine import ROOT, Metrone, ask, finish_load, make_project, run_load, start_load, stopping
from bench.scale import Bench
from bench.table import Bar, Row, row
from bench.world import END
from bench.worlds import find_world

SLACK_MS = 5.0
READ_RATIO = Bar(1.5, 1.5)
COLD_MS = Bar(600, 400)
BESIDE = Bar(3, 2)
KEPT_SEC = 0.35  # how long the server may give the same answer again (metrone.web.answers), and a little
COLD_ROUNDS_MAX = 5

PERIOD = {
    "from": (END - timedelta(days=ASKED_DAYS)).date().isoformat(),
    "to": (END - timedelta(days=1)).date().isoformat(),
}
READS: dict[str, dict[str, Any]] = {
    "stats": {},
    "timeseries": {"metrics": ["pageviews", "unique_visitors"], "interval": "day"},
    "pages": {"limit": 10},
    "sources": {"limit": 10},
}
EIGHT = ("page", "channel", "traffic_source", "referrer", "country", "browser", "os", "device")
DASHBOARD = {
    "queries": [
        {"type": "stats", "params": PERIOD},
        {"type": "timeseries", "params": {**PERIOD, "metrics": ["unique_visitors", "pageviews"], "interval": "day"}},
        *(
            {
                "type": "breakdown",
                "params": {**PERIOD, "dimension": name, "metrics": ["unique_visitors", "pageviews"], "limit": 10},
            }
            for name in EIGHT
        ),
    ]
}


def measure_reads(bench: Bench) -> Iterator[Row]:
    """Each read through HTTP, interleaved with the same by hand over a second copy of the world."""
    server = open_world(bench, "reads")
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in READS}
    plain = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with stopping(server), _by_hand(find_world(bench)) as hand, closing(plain) as connection:
        for number in range(bench.scale.read_rounds + 1):  # the first one warms
            for name, (ours, bare) in times.items():
                taken = _time(connection, server.key, name, number)
                by_hand = _ask_hand(hand, name)
                if number:
                    ours.append(taken)
                    bare.append(by_hand)
    for name, (ours, bare) in times.items():
        mine, least = statistics.median(ours), statistics.median(bare)
        about = f"{mine:.1f} ms, by hand {least:.1f} ms (and {SLACK_MS:g} ms are free)"
        yield row(
            f"read {name}, 30 days of the world", max(0.0, mine - SLACK_MS) / least, "× by hand", READ_RATIO, about
        )


def measure_dashboard(bench: Bench) -> Iterator[Row]:
    """A dashboard as the first question to a server that has just started."""
    times = []
    server = open_world(bench, "cold")
    for _ in range(min(COLD_ROUNDS_MAX, bench.scale.read_rounds)):
        with stopping(server):
            began = time.perf_counter()
            results = server.ask("POST", "/v1/api/query", DASHBOARD)["results"]
            times.append((time.perf_counter() - began) * 1000)
        if not all(each["ok"] for each in results):
            raise RuntimeError(f"the dashboard was refused: {results}")
        server = Metrone(server.data_dir, server.key)
    server.stop()
    about = f"stats, chart, {len(EIGHT)} breakdowns; the server restarted before each"
    yield row("cold dashboard", statistics.median(times), "ms", COLD_MS, about)


def measure_mixed(bench: Bench) -> Iterator[Row]:
    """Ingestion at half of its rate, alone and while four dashboards read the world."""
    server, scale = open_world(bench, "mixed"), bench.scale
    with stopping(server):
        most = run_load(Load(server.port, SINGLE, server.key, CONNECTIONS[0], scale.seconds))
        server.drain()
        load = Load(server.port, SINGLE, server.key, CONNECTIONS[0], scale.paced_seconds, most.per_second / 2)
        alone: list[float] = []
        beside: list[float] = []
        answered = 0
        for _ in range(scale.rounds):
            alone.append(run_load(load).p99_ms)
            server.drain()
            running, reads = start_load(load), _Readers(server)
            with reads.reading():
                beside.append(finish_load(running, load).p99_ms)
            server.drain()
            answered += reads.answered
    quiet, busy = statistics.median(alone), statistics.median(beside)
    about = f"{busy:.1f} ms beside {answered / scale.rounds:.0f} dashboards a round, {quiet:.1f} ms alone, no 5xx"
    yield row("ingest p99 while reading", busy / quiet, "× alone", BESIDE, about)


def open_world(bench: Bench, name: str) -> Metrone:
    """A server on a copy of the world, with the key of its main project, which is the first that is made."""
    data_dir = bench.folder / name
    data_dir.mkdir(mode=0o700)
    shutil.copytree(find_world(bench), data_dir / "store", symlinks=True)  # the engine keeps relative ones
    os.sync()  # else the copy is written out while the server measures how fast the disk keeps events
    return Metrone(data_dir, make_project(data_dir))


class _Readers:
    """Four dashboards that ask again and again."""

    def __init__(self, server: Metrone) -> None:
        self.answered = 0
        self._server = server
        self._done = threading.Event()
        self._trouble: list[Exception] = []

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read meanwhile. Raises what a read failed of."""
        threads = [threading.Thread(target=self._read) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._done.set()
            for thread in threads:
                thread.join()
        if self._trouble:
            raise self._trouble[0]

    def _read(self) -> None:
        while not self._done.wait(0.5):
            try:
                self._server.ask("POST", "/v1/api/query", DASHBOARD)
            except (RuntimeError, OSError, http.client.HTTPException) as error:
                self._trouble.append(error)
                return
            self.answered += 1


def _time(connection: http.client.HTTPConnection, key: str, name: str, number: int) -> float:
    params = {**PERIOD, **READS[name]}
    body = {"queries": [{"type": name, "params": params, "id": number}]}
    time.sleep(KEPT_SEC)
    began = time.perf_counter()
    result = ask(connection, key, "POST", "/v1/api/query", body)["results"][0]
    taken = (time.perf_counter() - began) * 1000
    if not result["ok"]:
        raise RuntimeError(f"{name} was refused: {result}")
    return taken


@contextmanager
def _by_hand(world: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "bench.byhand", str(world)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.communicate(timeout=60)


def _ask_hand(process: "subprocess.Popen[str]", name: str) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{name}\n")
    process.stdin.flush()
    return float(process.stdout.readline())
