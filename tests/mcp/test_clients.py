"""Every client over every transport sees the same tools and gets the same number as REST."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.client import ConnectMode

from metrone.mcp.tools import TOOLS
from tests.mcp.clients import (
    INSPECTOR,
    MODERN,
    OLDER,
    PROGRAM,
    STDIO,
    ask,
    inspect,
    over_stdio,
    post,
    stdio_environment,
)
from tests.running import RunningServer, TestProject

MODES: list[ConnectMode] = ["auto", "legacy", MODERN]
VIEWS = 3


@pytest.fixture(scope="module")
def visited(server: RunningServer) -> TestProject:
    """A project with three pageviews."""
    made = server.project()
    views = [{"event_type": "pageview", "page_url": f"https://site.test/{number}"} for number in range(VIEWS)]
    server.client(made.write).post("/v1/events/batch", json=views).raise_for_status()
    server.drained()
    return made


async def look(client: Client) -> tuple[list[str], int]:
    """The names of the tools and the pageviews of today."""
    names = [tool.name for tool in (await client.list_tools()).tools]
    stats = (await client.call_tool("metrone_get_stats", {"days": 1})).structured_content
    assert stats is not None
    return names, stats["pageviews"]


def rest_pageviews(server: RunningServer, key: str) -> int:
    views: int = server.client(key).get("/v1/api/stats", params={"days": 1}).json()["pageviews"]
    return views


@pytest.mark.parametrize("mode", MODES)
def test_python_client_over_http(server: RunningServer, visited: TestProject, mode: ConnectMode) -> None:
    assert ask(server, visited.full, look, mode) == (list(TOOLS), VIEWS)
    assert rest_pageviews(server, visited.full) == VIEWS


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("program", STDIO)
def test_python_client_over_stdio(server: RunningServer, visited: TestProject, program: str, mode: ConnectMode) -> None:
    assert program == "metrone mcp" or PROGRAM.exists(), "run: npm run build -w packages/mcp"

    async def run() -> tuple[list[str], int]:
        async with over_stdio(STDIO[program], server, visited.full, mode) as client:
            return await look(client)

    assert asyncio.run(run()) == (list(TOOLS), VIEWS)


@pytest.mark.parametrize("transport", ["http", *STDIO])
def test_inspector(server: RunningServer, visited: TestProject, transport: str, tmp_path: Path) -> None:
    assert INSPECTOR.exists(), "run: npm install"
    target, options = [f"{server.url}/mcp"], ["--header", f"X-Api-Key: {visited.full}"]
    if transport != "http":
        target, options = STDIO[transport], []
        for name in ("METRONE_ENDPOINT", "METRONE_API_KEY"):
            options += ["-e", f"{name}={stdio_environment(server.url, visited.full)[name]}"]
    own = {"HOME": str(tmp_path)}
    # Strict: the schemas are such that every host and model can read them.
    listed = inspect(target, own, *options, "--method", "tools/list", "--strict")
    assert [tool["name"] for tool in listed["tools"]] == list(TOOLS)
    asked = ["--method", "tools/call", "--tool-name", "metrone_get_stats", "--tool-arg", "days=1"]
    assert inspect(target, own, *options, *asked)["structuredContent"]["pageviews"] == VIEWS
    read = inspect(target, own, *options, "--method", "resources/read", "--uri", "metrone://metrics")
    assert "pageviews" in json.loads(read["contents"][0]["text"])


@pytest.mark.parametrize("revision", OLDER)
def test_older_revisions_are_spoken(server: RunningServer, visited: TestProject, revision: str) -> None:
    about = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    opened = post(server, visited.full, "initialize", about).json()
    assert opened["result"]["protocolVersion"] == revision
    assert opened["result"]["serverInfo"]["name"] == "metrone"
    beside = {"MCP-Protocol-Version": revision}
    listed = post(server, visited.full, "tools/list", {}, **beside).json()["result"]["tools"]
    assert [tool["name"] for tool in listed] == list(TOOLS)
    call = {"name": "metrone_get_stats", "arguments": {"days": 1}}
    text = post(server, visited.full, "tools/call", call, **beside).json()["result"]["content"][0]["text"]
    assert json.loads(text)["pageviews"] == VIEWS


def test_revision_that_nobody_knows_is_refused_with_those_that_are(server: RunningServer, visited: TestProject) -> None:
    meta = {"io.modelcontextprotocol/protocolVersion": "2031-01-01", "io.modelcontextprotocol/clientCapabilities": {}}
    headers = {"MCP-Protocol-Version": "2031-01-01", "Mcp-Method": "tools/list"}
    refused = post(server, visited.full, "tools/list", {"_meta": meta}, **headers)
    assert refused.status_code == 400
    assert MODERN in json.dumps(refused.json()["error"])


def test_no_session_is_kept(server: RunningServer, visited: TestProject) -> None:
    """Any server of several may answer: a call needs no handshake before it."""
    called: Any = post(server, visited.full, "tools/call", {"name": "metrone_get_live", "arguments": {}})
    assert "mcp-session-id" not in called.headers
    assert called.json()["result"]["isError"] is False
