"""The processes of a bench: the server, the floor, the load generator. Each is stopped by whoever started it, by its own id."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from bench.load import Load, Result

METRONE = str(Path(sys.executable).parent / "metrone")
ROOT = Path(__file__).parent.parent
START_SEC, STOP_SEC, DRAIN_SEC = 60.0, 60.0, 60.0
_SEEDS = count(1)


class Server:
    """A child process that listens on `port` of the loopback."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.port = port
        environment = {name: value for name, value in os.environ.items() if not name.startswith("METRONE_")}
        environment |= {"METRONE_RATE_LIMITS": "off"}
        self.started = time.perf_counter()
        with log.open("ab") as file:
            self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=file, stderr=file)
        self._await_port(log)

    def _await_port(self, log: Path) -> None:
        until = time.perf_counter() + START_SEC
        while time.perf_counter() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"a server ended while starting:\n{log.read_text()[-2000:]}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.005)
        self.stop()
        raise RuntimeError(f"a server did not start within {START_SEC:.0f} s")

    def stop(self) -> None:
        """End it: kindly, then not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SEC)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def resident_mb(self) -> float:
        """Resident memory in MB (10^6 bytes)."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        return 0.0


class Metrone(Server):
    """`metrone serve` over a data folder, with one project's key."""

    def __init__(self, data_dir: Path, key: str, port: int = 0) -> None:
        self.data_dir = data_dir
        self.key = key
        port = port or free_port()
        command = [METRONE, "serve", "--port", str(port), "--data-dir", str(data_dir)]
        super().__init__(command, port, data_dir.parent / f"{data_dir.name}.log")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request on a connection of its own; the decoded answer. Raises RuntimeError for an error."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            return ask(connection, self.key, method, path, body)
        finally:
            connection.close()

    def books(self) -> tuple[int, int]:
        """Events accepted and stored of our project."""
        found = self.ask("GET", "/v1/health")["books"]
        return found["accepted"], found["stored"]

    def drain(self) -> float:
        """Wait until everything is stored; how many seconds that took. Raises RuntimeError when it never is."""
        began = time.perf_counter()
        while time.perf_counter() < began + DRAIN_SEC:
            accepted, stored = self.books()
            if accepted == stored:
                return time.perf_counter() - began
            time.sleep(0.02)
        raise RuntimeError(f"{accepted - stored} events were not stored within {DRAIN_SEC:.0f} s")


def ask(connection: http.client.HTTPConnection, key: str, method: str, path: str, body: object = None) -> Any:
    """One request on an open connection."""
    headers = {"x-api-key": key, "content-type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    read = answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path} answered {answer.status}: {read[:300]!r}")
    return json.loads(read)


def make_project(data_dir: Path, name: str = "Bench") -> str:
    """A new project's key that reads and writes."""
    command = [METRONE, "projects", "create", name, "--data-dir", str(data_dir), "--json"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    key: str = json.loads(done.stdout)["keys"]["full"]
    return key


def start_floor(folder: Path) -> Server:
    """The durable floor, its file in the folder."""
    port = free_port()
    return Server(
        [sys.executable, "-m", "bench.floor", str(port), str(folder / "floor.dat")], port, folder / "floor.log"
    )


@contextmanager
def stopping(*servers: Server) -> Iterator[None]:
    """Stop them at the end, whatever happens."""
    try:
        yield
    finally:
        for server in servers:
            server.stop()


def start_load(load: Load) -> "subprocess.Popen[bytes]":
    """Begin a load, with traffic of its own; finish_load gives its result."""
    load = msgspec.structs.replace(load, seed=next(_SEEDS))
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(load))
    process.stdin.close()
    return process


def finish_load(process: "subprocess.Popen[bytes]", load: Load) -> Result:
    """Wait for a load. Raises RuntimeError when it failed or an answer was a server's error."""
    assert process.stdout is not None
    try:
        out = process.stdout.read()
        process.wait(load.seconds + 60)
    finally:
        process.stdout.close()
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode:
        raise RuntimeError("the load generator failed")
    result = msgspec.json.decode(out, type=Result)
    if result.others or not result.requests:
        raise RuntimeError(f"the load on port {load.port} was answered with {result.others or 'nothing'}")
    return result


def run_load(load: Load) -> Result:
    """A load from its begin to its end."""
    return finish_load(start_load(load), load)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
