"""`metrone mcp` where something is wrong: no key, no server, a strange answer; and what it sends beside each message."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from metrone.cli.mcp import KEY as KEY_FORM
from metrone.cli.mcp import Upstream, forward, protocol_headers
from metrone.control.keys import normalise_key
from tests.mcp.clients import PROGRAM, STDIO, stdio_environment
from tests.running import RunningServer, TestProject, free_port

KEY = "metrone_live_" + "0" * 32
LIST = {"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": {}}
MODERN = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}


def talk(program: str, environment: dict[str, str], *messages: object, say: bytes = b"") -> list[dict[str, Any]]:
    """What a program answers to these messages until its input ends."""
    assert program == "metrone mcp" or PROGRAM.exists(), "run: npm run build -w packages/mcp"
    lines = say or b"".join(json.dumps(message).encode() + b"\n" for message in messages)
    done = subprocess.run(STDIO[program], env=environment, input=lines, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("program", STDIO)
@pytest.mark.parametrize(
    ("key", "endpoint", "sentence"),
    [
        ("", "http://127.0.0.1:1", "METRONE_API_KEY is not set; "),
        ("metrone_live_x", "http://127.0.0.1:1", "METRONE_API_KEY is not an API key; "),
        (KEY, "data.example.com", "is not the address of a server; "),
        (KEY, "file:///etc/passwd", "is not the address of a server; "),
    ],
)
def test_wrong_settings_end_it_with_one_sentence(program: str, key: str, endpoint: str, sentence: str) -> None:
    environment = stdio_environment(endpoint, key)
    done = subprocess.run(
        STDIO[program], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_server_that_is_away_is_an_answer() -> None:
    (answered,) = talk("metrone mcp", stdio_environment(f"http://127.0.0.1:{free_port()}", KEY), LIST)
    assert answered["id"] == 7
    assert "cannot be reached" in answered["error"]["message"]


def test_refusal_of_the_server_is_its_sentence(server: RunningServer) -> None:
    (answered,) = talk("metrone mcp", stdio_environment(server.url, KEY), LIST)
    assert answered["error"]["data"]["code"] == "INVALID_API_KEY"
    assert answered["error"]["message"].startswith("This API key does not exist")


def test_every_message_of_several_is_answered(server: RunningServer, project: TestProject) -> None:
    messages = [{**LIST, "id": number} for number in range(20)]
    notified = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    answered = talk("metrone mcp", stdio_environment(f"{server.url}/mcp/", project.full), *messages, notified)
    assert sorted(one["id"] for one in answered) == list(range(20))
    assert all("result" in one for one in answered)


def test_text_of_any_script_goes_through_whatever_the_locale(server: RunningServer, project: TestProject) -> None:
    call = {"name": "metrone_track_event", "arguments": {"event_type": "größe 価格"}}
    line = json.dumps({**LIST, "method": "tools/call", "params": call}, ensure_ascii=False).encode()
    environment = {
        **stdio_environment(server.url, project.full),
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    (answered,) = talk("metrone mcp", environment, say=line + b"\n")
    assert answered["result"]["isError"] is False
    server.drained()
    (row,) = server.client(project.full).get("/v1/api/events").json()["data"]
    assert row["event_name"] == "größe 価格"


def test_line_that_is_no_message_is_an_answer(server: RunningServer, project: TestProject) -> None:
    environment = stdio_environment(server.url, project.full)
    answered = talk("metrone mcp", environment, say=b"{\n\n[]\n" + json.dumps(LIST).encode())
    assert [one["id"] for one in answered] == [None, None, 7]


def test_key_of_the_config_is_never_in_the_arguments(server: RunningServer, project: TestProject) -> None:
    assert all(project.full not in part for command in STDIO.values() for part in command)


class Scripted(Upstream):
    """An upstream whose server answers with these bytes."""

    said: bytes = b""

    def _post(self, message: dict[str, Any]) -> bytes:
        return self.said


@pytest.mark.parametrize("said", [b"", b"{}", b"<html>", b"[1]", b"\xff", b"null"])
def test_answer_that_is_no_mcp_is_a_sentence(said: bytes) -> None:
    upstream = Scripted("http://x/mcp", KEY)
    upstream.said = said
    out = io.StringIO()
    forward([json.dumps(LIST)], out, upstream)
    assert "is no MCP" in json.loads(out.getvalue())["error"]["message"]


@pytest.mark.parametrize(
    ("message", "headers"),
    [
        ({"method": "initialize"}, {}),
        ({"method": "tools/list"}, {"MCP-Protocol-Version": "2025-06-18"}),
        (
            {"method": "tools/list", "params": MODERN},
            {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"},
        ),
        (
            {"method": "tools/call", "params": {**MODERN, "name": "metrone_query"}},
            {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "metrone_query"},
        ),
        (
            {"method": "resources/read", "params": {**MODERN, "uri": "größe"}},
            {
                "MCP-Protocol-Version": "2026-07-28",
                "Mcp-Method": "resources/read",
                "Mcp-Name": "=?base64?Z3LDtsOfZQ==?=",
            },
        ),
    ],
)
def test_protocol_headers_repeat_the_message(message: dict[str, Any], headers: dict[str, str]) -> None:
    assert protocol_headers(message, "2025-06-18") == headers


@pytest.mark.parametrize(
    "text", [KEY, KEY.upper(), KEY + "0", KEY[:-1], "mk_test_" + "f" * 32, "metrone_dev_" + "0" * 32, "", f" {KEY}"]
)
def test_key_has_the_form_that_control_gives_it(text: str) -> None:
    assert bool(KEY_FORM.fullmatch(text)) is (normalise_key(text) is not None)


def test_no_tool_is_defined_twice() -> None:
    root = Path(__file__).parent.parent.parent
    sources = [root / "src/metrone/cli/mcp.py", *(root / "packages/mcp/src").glob("*.ts")]
    assert len(sources) >= 4
    assert [
        path.name for path in sources if "metrone_get_" in path.read_text() or "metrone_track_" in path.read_text()
    ] == []
