"""A real server as a child process over a temporary data folder, and what tests do to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
METRONE = str(Path(sys.executable).parent / "metrone")
START_SEC = 30.0


@dataclass(frozen=True)
class TestProject:
    """A project made by the command line, with its keys."""

    __test__ = False

    id: str
    full: str
    write: str


@dataclass
class RunningServer:
    """`metrone serve` on a free port of the loopback. Stop it by `stop` (SIGTERM) or `kill` (SIGKILL); `start` again."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> "RunningServer":
        """Start, and return when it answers."""
        self.port = self.port or free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("METRONE_")}
        environment |= {"METRONE_DRAIN_INTERVAL_MS": "20", "METRONE_RATE_LIMITS": "off", **self.settings}
        command = [METRONE, "serve", "--port", str(self.port), "--data-dir", str(self.data_dir)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        eventually(self._answers, START_SEC, what="the server to answer")
        return self

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"the server stopped while starting:\n{self.log.read_text()[-3000:]}")
        try:
            return httpx.get(f"{self.url}/v1/health", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        """Ask it to stop and wait; its exit code."""
        assert self.process is not None
        self._close_clients()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self._close_clients()
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def run(self, *arguments: str) -> Any:
        """Run a command of the command line over the same data folder; its JSON."""
        command = [METRONE, *arguments, "--data-dir", str(self.data_dir), "--json"]
        done = subprocess.run(command, capture_output=True, check=True, timeout=60)
        return json.loads(done.stdout)

    def project(self, name: str = "Test", *options: str) -> TestProject:
        """A new project, known to the running server."""
        made = self.run("projects", "create", name, *options)
        project = TestProject(made["id"], made["keys"]["full"], made["keys"]["write"])
        self.knows(project.full)
        return project

    def key(self, project: TestProject, scopes: str, *options: str) -> str:
        """A new key of a project, known to the running server."""
        made: str = self.run("keys", "create", project.id, "--scopes", scopes, *options)["key"]
        self.knows(made)
        return made

    def knows(self, key: str) -> None:
        """Wait until the server has heard of a key."""
        body: dict[str, object] = {
            "queries": []
        }  # refused for its emptiness once the key is known, whatever its scopes
        eventually(
            lambda: self.client(key).post("/v1/api/query", json=body).status_code != 401, 5, what="the key to be known"
        )

    def client(self, key: str = "") -> httpx.Client:
        """A client of this server, with a key in its header; the same one for the same key. Closed with the server."""
        if key not in self.clients:
            headers = {"X-Api-Key": key} if key else {}
            self.clients[key] = httpx.Client(base_url=self.url, headers=headers, timeout=30)
        return self.clients[key]

    def _close_clients(self) -> None:
        for client in self.clients.values():
            client.close()
        self.clients.clear()

    def drained(self) -> None:
        """Wait until everything that was accepted is in the store, rows beside the events too, which only `bytes` counts."""

        def is_empty() -> bool:
            spool = self.client().get("/v1/health").json()["spool"]
            return (spool["events"], spool["bytes"]) == (0, 0)

        eventually(is_empty, 30, what="the spool to drain")


def eventually(check: Callable[[], T], seconds: float = 10.0, what: str = "the condition") -> T:
    """The first truthy value of `check`; fails after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < until, f"waited {seconds} s for {what}; last value {value!r}"
        time.sleep(0.01)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
