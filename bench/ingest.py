"""Measures the way in: requests against the durable floor, batches until they are stored, how soon an event shows."""

import http.client
import json
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import closing

from bench.load import Load, Result
from bench.machine import Metrone, Server, ask, make_project, run_load, start_floor, stopping
from bench.scale import Bench
from bench.table import Bar, Row, row

SINGLE, BATCH = "/v1/events", "/v1/events/batch"
CONNECTIONS = (64, 256)
BATCH_EVENTS, BATCH_CONNECTIONS, BATCH_TEMPLATES = 100, 16, 300
SHOWN_SEC = 20.0

RATE_RATIO = Bar(0.4, 0.6, is_floor=True)
P99_RATIO = Bar(2.5, 2.5)
BATCHED = Bar(15_000, 40_000, is_floor=True)
PACED_P99 = Bar(25, 15)
IN_STATS = Bar(2_000, 1_000)
ON_STREAM = Bar(500, 100)


def measure_single(bench: Bench) -> Iterator[Row]:
    """Single events, closed loop, against the floor: requests a second, their p99, and at half rate the open loop's p99."""
    server, floor = start(bench, "single"), start_floor(bench.folder)
    with stopping(server, floor):
        run_load(_load(server, CONNECTIONS[0], bench.scale.seconds / 2))  # both warm
        run_load(_load(floor, CONNECTIONS[0], bench.scale.seconds / 2))
        fastest = 0.0
        for connections in CONNECTIONS:
            ours, least = _race(bench, server, floor, connections)
            name = f"single events, {connections} connections"
            rates = [statistics.median(each.per_second for each in side) for side in (ours, least)]
            tails = [statistics.median(each.p99_ms for each in side) for side in (ours, least)]
            fastest = max(fastest, rates[0])
            about = f"{rates[0]:,.0f} of the floor's {rates[1]:,.0f} requests/s"
            yield row(f"{name}: rate", rates[0] / rates[1], "× floor", RATE_RATIO, about)
            about = f"{tails[0]:.1f} ms, the floor {tails[1]:.1f} ms"
            yield row(f"{name}: p99", tails[0] / tails[1], "× floor", P99_RATIO, about)
        yield pace(bench, server, floor, fastest / 2)


def pace(bench: Bench, server: Metrone, floor: Server, rate: float) -> Row:
    """The p99 of acknowledgements at a fixed rate: the median of some rounds, since a disk that stops once for a tenth of a
    second makes the p99 of its round. The floor's, in turns, tells how much the disk did so meanwhile.
    """
    ours: list[Result] = []
    least: list[Result] = []
    for _ in range(bench.scale.rounds):
        ours.append(run_load(_load(server, CONNECTIONS[0], bench.scale.paced_seconds, rate)))
        server.drain()
        least.append(run_load(_load(floor, CONNECTIONS[0], bench.scale.paced_seconds, rate)))
    p50 = statistics.median(each.p50_ms for each in ours)
    tails, bare = ([each.p99_ms for each in side] for side in (ours, least))
    about = (
        f"open loop, {rate:,.0f} requests/s, p50 {p50:.1f} ms; rounds {min(tails):.1f} to {max(tails):.1f} ms, "
        f"the floor's {min(bare):.1f} to {max(bare):.1f}"
    )
    return row("acknowledged at half of the rate: p99", statistics.median(tails), "ms", PACED_P99, about)


def _race(bench: Bench, server: Metrone, floor: Server, connections: int) -> tuple[list[Result], list[Result]]:
    """Interleaved rounds. Events are counted in the store: answers alone prove nothing."""
    ours: list[Result] = []
    least: list[Result] = []
    for _ in range(bench.scale.rounds):
        before = server.books()[1]
        ours.append(run_load(_load(server, connections, bench.scale.seconds)))
        server.drain()
        stored = server.books()[1] - before
        if stored < ours[-1].requests:
            raise RuntimeError(f"{ours[-1].requests} events were acknowledged and {stored} stored")
        least.append(run_load(_load(floor, connections, bench.scale.seconds)))
    return ours, least


def measure_batches(bench: Bench) -> Iterator[Row]:
    """Batches of 100 until the spool is empty again: stored events by the time from the first request to the last row."""
    rates: list[float] = []
    waits: list[float] = []
    server = start(bench, "batches")
    with stopping(server):
        for _ in range(bench.scale.batch_rounds + 1):  # the first one warms
            before = server.books()[1]
            load = Load(
                server.port,
                BATCH,
                server.key,
                BATCH_CONNECTIONS,
                bench.scale.batch_seconds,
                batch=BATCH_EVENTS,
                templates=BATCH_TEMPLATES,
            )
            found = run_load(load)
            waits.append(server.drain())
            rates.append((server.books()[1] - before) / (found.seconds + waits[-1]))
    about = f"the spool was empty {statistics.median(waits[1:]):.1f} s after the last request"
    yield row("batches of 100, accepted and drained", statistics.median(rates[1:]), "events/s", BATCHED, about)


def measure_freshness(bench: Bench) -> Iterator[Row]:
    """From the 202 of one event until it shows in the numbers, and until it is on the stream."""
    server = start(bench, "fresh")
    with stopping(server), closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        streamed = _stream_times(bench, server, connection)
        shown = [_stats_time(server, connection, number) for number in range(bench.scale.samples)]
    yield row(
        "acknowledged → in /v1/api/stats: p99", _p99(shown), "ms", IN_STATS, f"p50 {statistics.median(shown):.0f} ms"
    )
    about = f"p50 {statistics.median(streamed):.1f} ms"
    yield row("acknowledged → on the stream: p99", _p99(streamed), "ms", ON_STREAM, about)


def start(bench: Bench, name: str) -> Metrone:
    """A fresh server with one project."""
    data_dir = bench.folder / name
    return Metrone(data_dir, make_project(data_dir))


def _load(server: Server, connections: int, seconds: float, rate: float = 0.0) -> Load:
    key = server.key if isinstance(server, Metrone) else "metrone_live_" + "0" * 32
    return Load(server.port, SINGLE, key, connections, seconds, rate)


def _stats_time(server: Metrone, connection: http.client.HTTPConnection, number: int) -> float:
    path = "/v1/api/stats?days=1"
    before = ask(connection, server.key, "GET", path)["total_events"]
    while ask(connection, server.key, "GET", path)["total_events"] != before:
        before = ask(connection, server.key, "GET", path)["total_events"]
    ask(connection, server.key, "POST", SINGLE, {"event_type": "pageview", "page_path": f"/{number}"})
    began = time.perf_counter()
    while ask(connection, server.key, "GET", path)["total_events"] == before:
        if time.perf_counter() > began + SHOWN_SEC:
            raise RuntimeError(f"an event did not show within {SHOWN_SEC:.0f} s")
        time.sleep(0.005)
    return (time.perf_counter() - began) * 1000


def _stream_times(bench: Bench, server: Metrone, connection: http.client.HTTPConnection) -> list[float]:
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", server.port), timeout=SHOWN_SEC) as stream:
        stream.sendall(f"GET /v1/api/stream HTTP/1.1\r\nhost: x\r\nx-api-key: {server.key}\r\n\r\n".encode())
        heard = stream.recv(65536)
        if not heard.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the stream answered {heard[:200]!r}")
        for number in range(bench.scale.samples):
            event = {"event_type": "pageview", "page_path": f"/streamed-{number}-"}
            ask(connection, server.key, "POST", SINGLE, event)
            began, wanted = time.perf_counter(), json.dumps(event["page_path"]).strip('"').encode()
            while wanted not in heard:
                heard = heard[-4096:] + stream.recv(65536)
            times.append((time.perf_counter() - began) * 1000)
    return times


def _p99(times: list[float]) -> float:
    return sorted(times)[int((len(times) - 1) * 0.99)]
