"""Clients of the tools: the official Python one over both transports, the inspector's command line, and bare HTTP."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.client import ConnectMode
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from tests.running import METRONE, RunningServer

ROOT = Path(__file__).parent.parent.parent
INSPECTOR = ROOT / "node_modules" / ".bin" / "mcp-inspector"
PROGRAM = ROOT / "packages" / "mcp" / "dist" / "metrone-mcp.mjs"
MODERN = "2026-07-28"
OLDER = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")

T = TypeVar("T")


@asynccontextmanager
async def over_http(server: RunningServer, key: str, mode: ConnectMode = "auto") -> AsyncIterator[Client]:
    """A connected client of the server's /mcp."""
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=30) as http,
        Client(streamable_http_client(f"{server.url}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


@asynccontextmanager
async def over_stdio(
    command: list[str], server: RunningServer, key: str, mode: ConnectMode = "auto"
) -> AsyncIterator[Client]:
    """A connected client of a program, which is given the server and the key."""
    environment = stdio_environment(server.url, key)
    async with Client(
        StdioServerParameters(command=command[0], args=command[1:], env=environment), mode=mode
    ) as client:
        yield client


def stdio_environment(url: str, key: str) -> dict[str, str]:
    """What a host gives to the program that it starts."""
    return {"PATH": os.environ["PATH"], "METRONE_ENDPOINT": url, "METRONE_API_KEY": key}


STDIO = {"metrone mcp": [METRONE, "mcp"], "@metrone-io/mcp": ["node", str(PROGRAM)]}


def call(server: RunningServer, key: str, tool: str, arguments: dict[str, Any] | None = None) -> CallToolResult:
    """One call of one tool over HTTP."""
    return ask(server, key, lambda client: client.call_tool(tool, arguments or {}))


def answer(server: RunningServer, key: str, tool: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
    """The structured answer of a call that works, which must be the text's JSON, too."""
    result = call(server, key, tool, arguments)
    assert not result.is_error, text_of(result)
    assert result.structured_content is not None
    assert json.loads(text_of(result)) == result.structured_content
    return dict(result.structured_content)


def refusal(server: RunningServer, key: str, tool: str, arguments: dict[str, Any] | None = None) -> str:
    """The sentence of a call that does not work."""
    result = call(server, key, tool, arguments)
    assert result.is_error, result
    return text_of(result)


def ask(server: RunningServer, key: str, work: Callable[[Client], Awaitable[T]], mode: ConnectMode = "auto") -> T:
    """Whatever the work asks of a client over HTTP."""

    async def run() -> T:
        async with over_http(server, key, mode) as client:
            return await work(client)

    return asyncio.run(run())


def text_of(result: CallToolResult) -> str:
    """The one text of an answer."""
    (content,) = result.content
    assert content.type == "text"
    return content.text


def inspect(target: list[str], environment: dict[str, str], *options: str) -> Any:
    """What the inspector's command line prints of a server, which is a URL or a command."""
    command = ["node", str(INSPECTOR), "--cli", *target, *options]
    home = {"HOME": environment.get("HOME", os.environ["HOME"]), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env={**home, **environment}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def post(server: RunningServer, key: str, method: str, params: dict[str, Any], **headers: str) -> Any:
    """A JSON-RPC request without any client: the response of HTTP."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    shown = {"Accept": "application/json, text/event-stream", "Authorization": f"Bearer {key}" if key else ""}
    return server.client().post("/mcp", json=body, headers={**shown, **headers})
