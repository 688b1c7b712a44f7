"""The examples in contract/: reading them, sending them to a running server, and holding its answers to them."""

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.running import RunningServer, TestProject

FOLDER = Path(__file__).parent.parent / "contract"
FULL, WRITE, READ, UNKNOWN = (f"metrone_live_{digit * 32}" for digit in "1230")
INTERACTION = f"int_{'1' * 16}"  # stands for the one that came in before
ID = re.compile("int_[0-9a-f]{16}")
# Fields and headers that differ from run to run: only their type counts.
VOLATILE = {
    "active_visitors", "bytes", "date", "delivered_at", "ended_at", "event_id", "event_ids", "first_request_id", "from",
    "message", "next_cursor", "oldest_sec", "request_id", "retry-after", "retry_after_ms", "session_id", "start", "started_at",
    "timestamp", "to", "today_conversions", "today_events", "today_pageviews", "today_sessions", "uptime_sec", "version",
    "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id", "avg_session_duration_sec",
}  # fmt: skip
RECORDED_HEADERS = ("content-type", "retry-after", "x-request-id")


@dataclass(frozen=True)
class Keys:
    """The keys of a project that stand in for those of the examples."""

    full: str
    write: str
    read: str

    @classmethod
    def of(cls, server: RunningServer, project: TestProject) -> "Keys":
        """Those of this project; a key that may only read is made for it."""
        return cls(project.full, project.write, server.key(project, "read"))

    def fill(self, text: str) -> str:
        """The text with real keys."""
        return text.replace(FULL, self.full).replace(WRITE, self.write).replace(READ, self.read)


def examples(folder: str) -> list[Path]:
    """The files of one folder of the contract."""
    found = sorted((FOLDER / folder).glob("*.json"))
    assert found, folder
    return found


def load(path: Path) -> dict[str, Any]:
    """One example."""
    example: dict[str, Any] = json.loads(path.read_text())
    return example


def send(server: RunningServer, request: dict[str, Any], keys: Keys) -> httpx.Response:
    """Send the request of an example."""
    body = request.get("text", json.dumps(request["body"]) if "body" in request else "")
    body = keys.fill(body).ljust(request.get("pad_to", 0)).encode()
    headers = {name: keys.fill(value) for name, value in request.get("headers", {}).items()}
    return server.client().request(request["method"], keys.fill(request["path"]), headers=headers, content=body)


class Stage:
    """A server on which examples are played. Those that begin with the same requests share a project."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self._keys: dict[str, Keys] = {}

    def replay(self, example: dict[str, Any]) -> httpx.Response:
        """Send what goes before, wait until it is stored, then send the request."""
        before = json.dumps(example.get("before", []))
        if before not in self._keys:
            self._keys[before] = keys = Keys.of(self.server, self.server.project())
            for request in example.get("before", ()):
                assert send(self.server, request, keys).is_success
            self.server.drained()
        return send(self.server, self._placed(example["request"], self._keys[before]), self._keys[before])

    def _placed(self, request: dict[str, Any], keys: Keys) -> dict[str, Any]:
        """The request with the id of the interaction that it is about."""
        if INTERACTION not in request["path"]:
            return request
        (only,) = self.server.client(keys.read).get("/v1/api/interactions").json()["data"]
        return {**request, "path": request["path"].replace(INTERACTION, only["id"])}


def check(example: dict[str, Any], response: httpx.Response) -> None:
    """Fail where the response is not that of the example."""
    expected = example["response"]
    assert response.status_code == expected["status"], response.text
    for name, value in expected["headers"].items():
        check_value(value, response.headers[name], f"header {name}", name.lower() in VOLATILE)
    check_value(expected["body"], response.json(), "body")


def check_value(expected: Any, actual: Any, where: str, is_volatile: bool = False) -> None:
    """Fail where the value differs; where it is volatile, where its type does."""
    assert _kind(expected) is _kind(actual), f"{where}: {expected!r} became {actual!r}"
    if isinstance(expected, dict):
        assert expected.keys() == actual.keys(), where
        for name, value in expected.items():
            check_value(value, actual[name], f"{where}.{name}", is_volatile or name in VOLATILE)
    elif isinstance(expected, list):
        assert len(expected) == len(actual), where
        for index, value in enumerate(expected):
            check_value(value, actual[index], f"{where}[{index}]", is_volatile)
    elif isinstance(expected, str) and ID.fullmatch(expected):
        assert ID.fullmatch(actual), f"{where}: {expected!r} became {actual!r}"
    elif not is_volatile:
        assert expected == actual, f"{where}: {expected!r} became {actual!r}"


def record(path: Path, response: httpx.Response) -> None:
    """Write the response of an example down."""
    headers = {name: response.headers[name] for name in RECORDED_HEADERS if name in response.headers}
    example = {**load(path), "response": {"status": response.status_code, "headers": headers, "body": response.json()}}
    path.write_text(json.dumps(example, indent=2, ensure_ascii=False) + "\n")


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def main() -> None:
    """Write all examples down anew that any server answers so."""
    server = RunningServer(Path(tempfile.mkdtemp())).start()
    stage = Stage(server)
    for path in [path for folder in ("writes", "reads", "errors") for path in examples(folder)]:
        if not load(path).keys() & {"settings", "provoke"}:
            record(path, stage.replay(load(path)))
    server.stop()


if __name__ == "__main__":
    main()
