"""A full disk, a store that is away, a stop under load, and the order of fsync and answer."""

import asyncio
import os
import re
import resource
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from metrone.spool.append import Spool
from metrone.spool.base import SpoolFailed
from metrone.spool.drain import Drain
from metrone.store.base import StoreRejected, StoreUnavailable
from tests.journeys import stored
from tests.running import RunningServer, eventually
from tests.spool.submissions import append, submission

STRACE = shutil.which("strace")


def limit_files(server: RunningServer, bytes_each: int) -> None:
    """From now on no file of the server grows beyond this: to those who write the same as a full disk, and needs no root."""
    assert server.process is not None
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (bytes_each, resource.RLIM_INFINITY))


@pytest.mark.slow
def test_full_disk_is_a_503_and_loses_nothing_and_recovers_by_itself(
    start_server: Callable[..., RunningServer],
) -> None:
    server = start_server(METRONE_DRAIN_INTERVAL_MS="1000")
    project = server.project()
    client = server.client(project.write)
    client.post("/v1/events", json={"event_type": "pageview"}).raise_for_status()
    limit_files(server, 1_000_000)
    acknowledged: list[str] = []
    refused: list[httpx.Response] = []
    for number in range(5_000):
        name = f"e{number}"
        big = {
            "event_type": "custom",
            "event_name": name,
            "idempotency_key": name,
            "properties": {"a": os.urandom(2_000).hex()},
        }
        answer = client.post("/v1/events", json=big)
        if answer.status_code == 202:
            acknowledged.append(name)
        else:
            refused.append(answer)
        if len(refused) == 20:
            break
    assert len(refused) == 20, "the disk was meant to fill up"
    for answer in refused:
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "WRITE_FAILED"), answer.text
        assert int(answer.headers["retry-after"]) >= 1
    assert server.client().get("/v1/health").json()["status"] == "degraded"

    limit_files(server, resource.RLIM_INFINITY)
    retried = {"event_type": "custom", "event_name": "retried", "idempotency_key": "retried"}
    eventually(
        lambda: client.post("/v1/events", json=retried).status_code == 202, 20, what="the disk to take events again"
    )
    server.drained()
    eventually(lambda: server.client().get("/v1/health").json()["status"] == "ok", 20, what="good health")
    assert server.stop() == 0
    found = stored.ask(server.data_dir / "store", "select groupArray(event_name) from events")[0][0][0]
    names = [name for name in found if name]
    assert set(acknowledged) | {"retried"} <= set(names)
    assert len(set(names)) == len(names)
    books = stored.books(server.data_dir)
    assert books["accepted"] == books["stored"] == len(names) + 1
    assert books["rejected:WRITE_FAILED"] >= 20


def test_store_away_fills_the_spool_to_its_bound_and_empties_it_when_it_is_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 10_000, lambda: 1_790_000_000.0)
    is_away = True
    stored_rows: list[bytes] = []

    def sink(rows: bytes, token: str) -> None:
        if is_away:
            raise StoreUnavailable("the store is away")
        stored_rows.extend(rows.split(b"\n"))

    drain = Drain(spool, sink, StoreRejected)
    taken = 0
    while spool.depth().size_bytes <= 10_000:
        append(spool, submission(taken))
        taken += 1
        with pytest.raises(StoreUnavailable):
            drain.drain_all()
    with pytest.raises(SpoolFailed, match="bound"):
        append(spool, submission(taken))
    assert taken > 100
    is_away = False
    assert drain.drain_all() == taken == len(set(stored_rows)) == len(stored_rows)
    append(spool, submission(99_999))
    drain.close()
    spool.close()


@pytest.mark.slow
def test_stop_under_load_keeps_everything_that_was_acknowledged(start_server: Callable[..., RunningServer]) -> None:
    server = start_server(METRONE_DRAIN_INTERVAL_MS="60000")  # only the stop itself drains
    key = server.project().write
    answers: list[int] = []
    broken: list[str] = []

    async def write(client: httpx.AsyncClient) -> None:
        while True:
            try:
                answer = await client.post(
                    "/v1/events/batch", json=[{"event_type": "pageview"}] * 5, headers={"X-Api-Key": key}
                )
            except httpx.ConnectError:
                return  # it listens no more
            except httpx.TransportError as error:
                broken.append(repr(error))
                return
            answers.append(answer.status_code)

    async def load() -> None:
        async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
            writers = [asyncio.create_task(write(client)) for _ in range(8)]
            while len(answers) < 100:
                await asyncio.sleep(0.01)
            assert server.process is not None
            server.process.send_signal(signal.SIGTERM)
            await asyncio.gather(*writers)

    thread = threading.Thread(target=lambda: asyncio.run(load()))
    thread.start()
    thread.join(60)
    assert server.process is not None
    assert server.process.wait(30) == 0
    assert set(answers) <= {202, 503}
    total = stored.check_counts(server.data_dir / "store")
    # A request whose connection was closed between two requests of keep-alive was never read: at most one a writer.
    assert 5 * answers.count(202) <= total <= 5 * (answers.count(202) + len(broken))
    books = stored.books(server.data_dir)
    assert (books["accepted"], books["stored"], books["spooled"]) == (total, total, 0)
    assert "Traceback" not in server.log.read_text()


SYSCALL = re.compile(r"^\d+ +(?:<\.\.\. )?(\w+)(.*)$")


def test_answer_is_written_after_the_sync_of_the_spool(
    start_server: Callable[..., RunningServer], tmp_path: Path
) -> None:
    """As the kernel saw it: the spool's log is synced, and only then the 202 goes to the socket."""
    assert STRACE, "strace is needed: apt-get install strace"
    server = start_server(METRONE_DRAIN_INTERVAL_MS="60000")
    project = server.project()
    assert server.process is not None
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,write,sendto,sendmsg,pwrite64,writev"
    command = [STRACE, "-f", "-y", "-s", "64", "-e", calls, "-o", str(trace), "-p", str(server.process.pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        for number in range(3):
            server.client(project.write).post("/v1/events", json={"event_type": f"x{number}"}).raise_for_status()
        eventually(lambda: trace.read_text().count("HTTP/1.1 202") == 3, 10, what="the trace")
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
    order = []
    for line in trace.read_text().splitlines():
        if "spool/log/" in line and "pwrite64" in line:
            order.append("written")
        elif (
            re.search(r"fdatasync|fsync", line)
            and ("spool/log/" in line or "resumed" in line)
            and "unfinished" not in line
        ):
            order.append("synced")
        elif "HTTP/1.1 202" in line:
            order.append("answered")
    assert order.count("answered") == 3
    between = " ".join(order).split("answered")
    for before in between[:3]:
        assert re.search(r"written.*synced\s*$", before), order
