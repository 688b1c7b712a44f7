"""Deliveries of platforms in a few words, and what the server says of them."""

import json
import subprocess
from dataclasses import dataclass
from typing import Any

import httpx

from tests.running import METRONE, RunningServer, TestProject, eventually
from tests.webhooks.samples import TYPES, Sample, sample

EVER = {"from": "2020-01-01"}
JSON = "application/json"


@dataclass(frozen=True)
class Desk:
    """A project on a running server, to which platforms deliver."""

    server: RunningServer
    project: TestProject

    def deliver(
        self, platform: str, body: bytes | dict[str, Any], endpoint: str = "main", media: str = JSON, **headers: str
    ) -> httpx.Response:
        """One delivery, with the key in its address."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"/v1/webhooks/{platform}/{endpoint}?key={self.project.write}"
        sent = {"content-type": media, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.server.client().post(address, content=content, headers=sent)

    def send(self, found: Sample | str, endpoint: str = "main") -> httpx.Response:
        """A fixture."""
        chosen = sample(found) if isinstance(found, str) else found
        answer = self.deliver(chosen.adapter.name, chosen.body, endpoint, TYPES[chosen.path.suffix])
        assert answer.status_code == 200, answer.text
        return answer

    def ask(self, read: str, **params: Any) -> Any:
        """The answer of a read, once all that was accepted is stored: the store takes events first and what is known beside them
        after, so that for a moment a call is there and half of what was told of it.
        """
        self.server.drained()
        body = {"queries": [{"type": read, "params": params}]}
        (result,) = self.server.client(self.project.full).post("/v1/api/query", json=body).json()["results"]
        return result["data"] if result["ok"] else result["error"]

    def interactions(self, count: int, **params: Any) -> list[dict[str, Any]]:
        """So many interactions, once they are in the store."""

        def look() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = self.ask("interactions", **EVER, limit=1000, **params)["data"]
            return rows if len(rows) == count else []

        return eventually(look, what=f"{count} interactions")

    def logged(self, count: int, **params: Any) -> list[dict[str, Any]]:
        """At least so many deliveries of the log, the newest first."""

        def look() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = self.ask("deliveries", limit=1000, **params)["data"]
            return rows if len(rows) >= count else []

        return eventually(look, what=f"{count} deliveries")

    def set_secret(self, platform: str, secret: str, *options: str) -> None:
        """Configure a signing secret by the command line, and wait until the server holds to it."""
        command = [METRONE, "webhooks", "secret", self.project.id, "--platform", platform, "--set-from", "-", *options]
        command += ["--data-dir", str(self.server.data_dir), "--json"]
        subprocess.run(command, input=secret.encode(), check=True, capture_output=True, timeout=60)
        eventually(lambda: self.deliver(platform, {"type": "nothing"}).status_code == 401, what="the secret to hold")
