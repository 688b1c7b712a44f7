"""`metrone webhooks replay`: what a platform sent, from a file; alone, and beside a running server."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Spawn
from tests.running import RunningServer
from tests.web.deliveries import EVER, Desk
from tests.webhooks.samples import sample


def _write(folder: Path, name: str, body: bytes) -> str:
    path = folder / name
    path.write_bytes(body)
    return str(path)


def test_replay_beside_a_running_server_counts_a_call_once(server: RunningServer, tmp_path: Path) -> None:
    desk = Desk(server, server.project("Replayed"))
    found = sample("retell/call_ended")
    file = _write(tmp_path, "call.json", found.body)
    arguments = (
        "webhooks",
        "replay",
        file,
        "--platform",
        "retell",
        "--endpoint",
        "sales",
        "--project",
        desk.project.id,
    )
    for _ in range(2):
        (shown,) = server.run(*arguments)
        assert shown == {"event": "call_ended", "result": "taken", "reason": "", "interactions": 1}
    (row,) = desk.interactions(1)
    assert (row["endpoint"], row["verified"], row["provider"]) == ("sales", False, "retell")
    desk.send("retell/call_ended")
    desk.logged(3)
    assert desk.ask("stats", **EVER)["ai_interactions"] == 1


def test_replay_alone_writes_forms_and_lines(spawn: Spawn, tmp_path: Path) -> None:
    spawn("projects", "create", "Shop")
    form = _write(tmp_path, "call.form", sample("twilio/voice.completed").body)
    lines = b"\n".join(
        json.dumps(json.loads(sample(f"retell/{name}").body)).encode() for name in ("call_started", "call_ended")
    )
    file = _write(tmp_path, "calls.jsonl", lines + b'\n{"no": "call"}\n')
    shown: list[dict[str, Any]] = json.loads(spawn("webhooks", "replay", form, "--platform", "twilio", "--json").stdout)
    shown += json.loads(spawn("webhooks", "replay", file, "--platform", "retell", "--json").stdout)
    assert [one["result"] for one in shown] == ["taken", "taken", "taken", "refused"]
    done = spawn("webhooks", "replay", file, "--platform", "retell")
    assert done.stdout.splitlines()[1] == "2: call_ended taken, 1 interactions"
    assert "shape" in done.stdout.splitlines()[2]


@pytest.mark.parametrize(
    ("content", "options", "code", "words"),
    [
        (b"", (), 2, "The file is empty"),
        (b"{}", ("--endpoint", "a/b"), 2, "no name for an endpoint"),
        (b"{}", ("--project", "Nobody"), 1, "There is no project"),
    ],
)
def test_replay_says_what_is_wrong(
    spawn: Spawn, tmp_path: Path, content: bytes, options: tuple[str, ...], code: int, words: str
) -> None:
    spawn("projects", "create", "Shop")
    file = _write(tmp_path, "body.json", content)
    done = spawn("webhooks", "replay", file, "--platform", "vapi", *options)
    assert done.returncode == code
    assert words in done.stderr


def test_replay_asks_which_project_where_there_are_several(spawn: Spawn, tmp_path: Path) -> None:
    for name in ("One", "Two"):
        spawn("projects", "create", name)
    done = spawn("webhooks", "replay", _write(tmp_path, "b.json", b"{}"), "--platform", "vapi")
    assert (done.returncode, "--project" in done.stderr) == (2, True)
