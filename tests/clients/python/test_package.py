"""The wheel works in an environment that has nothing else, for programs and for type checkers; every snippet of the docs too."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import metrone_client
from tests.running import RunningServer, TestProject

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "clients" / "python"
BIN = Path(sys.executable).parent
SNIPPET = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
PUBLIC = {
    "ASGIAgentMiddleware", "AgentRequest", "AsyncMetrone", "AsyncStream", "FlushResult", "Metrone", "MetroneAuthError",
    "MetroneError", "MetroneNetworkError", "MetroneRateLimitError", "MetroneServerError",
    "MetroneTimeoutError", "MetroneValidationError", "Stream", "WSGIAgentMiddleware", "__version__",
}  # fmt: skip
SENT = {  # the events that the snippets of each page send
    "README.md": {"signup"},
    "server-python.md": {
        "pageview", "api_request", "purchase", "interaction", "ai_call", "ai_chat", "ai_intent", "ai_session_start", "deploy",
        "job_done",
    },
}  # fmt: skip
WRONG = """
metrone.get_stats(dayz=30)
metrone.get_stats(days="30")
metrone.track_ai_call(call_id=7)
metrone.get_stats()["page_views"]
metrone.track_ai_session("begin")
Metrone("k", batchSize=10)
"""


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """What a command says; fails where it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel alone."""
    folder = tmp_path_factory.mktemp("bare")
    run(BIN / "uv", "build", "--quiet", "--wheel", "--out-dir", folder, PACKAGE)
    (wheel,) = folder.glob("metrone_client-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    run(BIN / "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, wheel)
    return python


def snippets(page: Path, project: TestProject, server: RunningServer) -> str:
    """The snippets of a page as one program, with a real key and address."""
    found = SNIPPET.findall(page.read_text())
    assert found
    text = "\n\n".join(found)
    return text.replace("metrone_live_YOUR_API_KEY", project.full).replace("https://data.yoursite.com", server.url)


def check_types(bare: Path, program: Path) -> None:
    """Fail where a strict type checker that sees only the bare environment finds something."""
    cache = program.parent / "mypy"
    flags = ("--strict", "--config-file", "", "--python-version", "3.10", "--python-executable", bare)
    run(BIN / "mypy", *flags, "--cache-dir", cache, program, cwd=program.parent)


@pytest.mark.parametrize(
    "page", [ROOT / "docs" / "server-python.md", PACKAGE / "README.md"], ids=lambda page: str(page.name)
)
def test_every_snippet_of_the_docs(
    bare: Path, server: RunningServer, project: TestProject, tmp_path: Path, page: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(snippets(page, project, server))
    check_types(bare, program)
    run(bare, "-W", "error", program, cwd=tmp_path)
    server.drained()
    rows = server.client(project.full).get("/v1/api/events").json()["data"]
    assert {row["event_name"] or row["event_type"] for row in rows} == SENT[page.name]


def test_a_type_checker_finds_mistakes(bare: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(f"from metrone_client import Metrone\n\nmetrone = Metrone('k'){WRONG}")
    with pytest.raises(AssertionError) as caught:
        check_types(bare, program)
    assert set(re.findall(r"program\.py:(\d+): error", str(caught.value))) == set("456789")


def test_the_wheel_needs_nothing_and_holds_what_it_should(bare: Path) -> None:
    names = ("Version", "License-Expression", "Requires-Python", "Requires-Dist")
    told = f"from importlib.metadata import metadata as m; print([m('metrone-client').get(name) for name in {names}])"
    assert run(bare, "-c", told).strip() == str([metrone_client.__version__, "MIT", ">=3.10", None])
    installed = next((bare.parent.parent / "lib").glob("python*")) / "site-packages" / "metrone_client"
    sources = {path.name for path in (PACKAGE / "src" / "metrone_client").iterdir()} - {"__pycache__"}
    assert {path.name for path in installed.iterdir()} - {"__pycache__"} == sources
    assert "py.typed" in sources


def test_what_is_public() -> None:
    assert set(metrone_client.__all__) == PUBLIC
    assert all(hasattr(metrone_client, name) for name in PUBLIC)


def test_options_of_the_docs() -> None:
    text = (ROOT / "docs" / "server-python.md").read_text().split("## Options", 1)[1].split("## Errors", 1)[0]
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.M)) == set(metrone_client.config.Options.__annotations__)
