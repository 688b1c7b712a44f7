"""Every block of docs/mcp.md does what the page says, with the address and the key of a real server put in."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from metrone.mcp.tools import TOOLS
from tests.mcp.clients import ROOT, stdio_environment
from tests.running import METRONE, RunningServer, TestProject

PAGE = (ROOT / "docs" / "mcp.md").read_text()
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S)
ENDPOINT, KEYS = "https://data.yoursite.com", ("metrone_live_YOUR_API_KEY", "${input:metrone-key}")


def blocks(kind: str) -> list[str]:
    """The blocks of one language."""
    return [text for language, text in BLOCKS if language == kind]


def filled(text: str, server: RunningServer, key: str) -> str:
    """The block with a real address and a real key."""
    for placeholder in KEYS:
        text = text.replace(placeholder, key)
    return text.replace(ENDPOINT, server.url)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which nothing is installed but what `npm pack` made of our package, as npx would fetch it."""
    folder = tmp_path_factory.mktemp("bare")
    package = ROOT / "packages" / "mcp"
    assert (package / "dist" / "metrone-mcp.mjs").exists(), "run: npm run build -w packages/mcp"
    npm(package, "pack", "--pack-destination", str(folder))
    (folder / "package.json").write_text('{"name": "bare", "private": true}')
    (tarball,) = folder.glob("*.tgz")
    npm(folder, "install", "--offline", "--no-audit", "--no-fund", str(tarball))
    return folder


def npm(folder: Path, *arguments: str) -> None:
    """Run npm there."""
    subprocess.run(["npm", *arguments], cwd=folder, capture_output=True, check=True, timeout=60)


@asynccontextmanager
async def started(config: dict[str, Any], folder: Path) -> AsyncIterator[Client]:
    """What a host does with a server of its config."""
    if "command" in config:
        # Hosts give a program the paths of the user, where `metrone` is, too.
        paths = f"{Path(METRONE).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {"PATH": paths, "HOME": os.environ["HOME"], **config["env"]}
        program = StdioServerParameters(
            command=config["command"], args=config["args"], env=environment, cwd=str(folder)
        )
        async with Client(program) as client:
            yield client
    else:
        async with (
            httpx2.AsyncClient(headers=config["headers"]) as http,
            Client(streamable_http_client(config["url"], http_client=http)) as client,
        ):
            yield client


@pytest.mark.parametrize("text", blocks("json"), ids=["claude desktop", "cursor", "vs code", "metrone mcp"])
def test_config_of_a_host_starts(server: RunningServer, project: TestProject, bare: Path, text: str) -> None:
    config = json.loads(filled(text, server, project.full))
    (entry,) = (config.get("mcpServers") or config["servers"]).values()

    async def run() -> list[str]:
        async with started(entry, bare) as client:
            live = await client.call_tool("metrone_get_live", {})
            assert live.structured_content is not None
            return [tool.name for tool in (await client.list_tools()).tools]

    assert asyncio.run(run()) == list(TOOLS)


def test_python_block_runs_and_type_checks(server: RunningServer, project: TestProject, tmp_path: Path) -> None:
    (text,) = blocks("python")
    program = tmp_path / "agent.py"
    program.write_text(filled(text, server, project.full))
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "'total': 0" in done.stdout
    mypy = str(Path(METRONE).parent / "mypy")
    checked = [mypy, "--strict", "--cache-dir", str(ROOT / ".mypy_cache"), str(program)]
    done = subprocess.run(checked, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("text", blocks("sh"), ids=["curl", "inspector"])
def test_shell_block_runs(server: RunningServer, project: TestProject, text: str) -> None:
    command = ["bash", "-euc", filled(text, server, project.full)]
    environment = {**os.environ, **stdio_environment(server.url, project.full), "npm_config_offline": "true"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "active_visitors" in done.stdout or [tool["name"] for tool in told["tools"]] == list(TOOLS)


def test_no_block_is_left_out() -> None:
    """Those in TypeScript are run by packages/mcp/test/page.test.ts."""
    assert [language for language, _ in BLOCKS] == ["json", "json", "json", "json", "python", "ts", "sh", "sh"]
