"""Measures sizes and starts: bytes on disk an event, memory, the time until the first event is in, the tracker's bytes."""

import gzip
import json
import subprocess
import threading
import time
from collections.abc import Iterator

from bench.ingest import BATCH, BATCH_CONNECTIONS, BATCH_EVENTS, BATCH_TEMPLATES, SINGLE, start
from bench.load import Load
from bench.machine import METRONE, ROOT, Metrone, finish_load, make_project, start_load, stopping
from bench.reading import DASHBOARD
from bench.scale import Bench
from bench.table import Bar, Row, row
from bench.world import MAIN_PROJECT, SMALL_PROJECTS
from bench.worlds import find_world, merge

BYTES = Bar(40, 30)
IDLE_MB, BUSY_MB = Bar(400, 300), Bar(1_000, 700)
COLD_SEC = Bar(3, 2)
TRACKER_BYTES = Bar(2_048, 2_048)
DASHBOARDS = 4
DASHBOARD_PAUSE_SEC = 0.5
SAMPLE_SEC = 0.1


def measure_disk(bench: Bench) -> Iterator[Row]:
    """Bytes an event takes after merges, of the world and of events that came in as they do in life."""
    scale, world = bench.scale, find_world(bench)
    events = scale.main_events + len(SMALL_PROJECTS) * scale.small_events
    about = f"{events:,} events of project {MAIN_PROJECT} and {len(SMALL_PROJECTS)} others, every table"
    yield row("bytes on disk per event, the world", merge(world) / events, "bytes", BYTES, about)
    data_dir = bench.folder / "disk"
    command = [METRONE, "demo", "--data-dir", str(data_dir), "--events", str(scale.demo_events), "--json"]
    made = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)
    size = merge(data_dir / "store")
    yield row("bytes on disk per event, the demo", size / made["events"], "bytes", BYTES, f"{made['events']:,} events")


def measure_memory(bench: Bench) -> Iterator[Row]:
    """Resident memory of the server: idle after its start, and at full batches with four dashboards open."""
    server = start(bench, "memory")
    with stopping(server):
        server.ask("GET", "/v1/health")
        time.sleep(2.0)
        yield row("resident memory, idle", server.resident_mb(), "MB", IDLE_MB)
        load = Load(
            server.port,
            BATCH,
            server.key,
            BATCH_CONNECTIONS,
            bench.scale.batch_seconds,
            batch=BATCH_EVENTS,
            templates=BATCH_TEMPLATES,
        )
        running = start_load(load)
        done = threading.Event()
        watchers = [threading.Thread(target=_watch, args=(server, done)) for _ in range(DASHBOARDS)]
        for watcher in watchers:
            watcher.start()
        most, until = 0.0, time.perf_counter() + load.seconds
        while time.perf_counter() < until:
            most = max(most, server.resident_mb())
            time.sleep(SAMPLE_SEC)
        done.set()
        for watcher in watchers:
            watcher.join()
        found = finish_load(running, load)
        server.drain()
        about = f"{found.per_second * BATCH_EVENTS:,.0f} events/s, {DASHBOARDS} dashboards"
        yield row("resident memory, at the maximum", max(most, server.resident_mb()), "MB", BUSY_MB, about)


def measure_start(bench: Bench) -> Iterator[Row]:
    """From the command to the first event's 202, on a data folder that has its tables and some events."""
    data_dir = bench.folder / "start"
    key = make_project(data_dir)
    Metrone(data_dir, key).stop()
    times = []
    for _ in range(max(1, bench.scale.batch_rounds)):
        server = Metrone(data_dir, key)
        with stopping(server):
            server.ask("POST", SINGLE, {"event_type": "pageview", "page_path": "/"})
            times.append(time.perf_counter() - server.started)
    yield row("cold start to the first accepted event", sorted(times)[len(times) // 2], "s", COLD_SEC)


def measure_tracker(bench: Bench) -> Iterator[Row]:
    """The tracker as browsers get it."""
    body = (ROOT / "src" / "metrone" / "web" / "static" / "m.js").read_bytes()
    yield row("m.js, gzipped", len(gzip.compress(body, 9)), "bytes", TRACKER_BYTES, f"{len(body):,} bytes plain")


def _watch(server: Metrone, done: threading.Event) -> None:
    while not done.wait(DASHBOARD_PAUSE_SEC):
        server.ask("POST", "/v1/api/query", DASHBOARD)
