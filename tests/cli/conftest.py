"""The command line on a temporary data folder: in this process, and as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from metrone.cli import main

Run = Callable[..., Result]
Spawn = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def environment(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """METRONE_DATA_DIR and no other setting of ours."""
    for name in [name for name in os.environ if name.startswith("METRONE_")]:
        monkeypatch.delenv(name)
    return {"METRONE_DATA_DIR": str(data_dir)}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Runs a command line in this process; an exception that is not an exit fails the test."""

    def run_here(*arguments: str, stdin: str | bytes | None = None, **env: str) -> Result:
        return CliRunner().invoke(
            main, arguments, stdin, prog_name="metrone", env={**environment, **env}, catch_exceptions=False
        )

    return run_here


@pytest.fixture
def spawn(environment: dict[str, str], tmp_path: Path) -> Spawn:
    """Runs a command line in a new process, in an empty folder."""

    def run_there(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "metrone", *arguments],
            env={**os.environ, **environment, **env},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run_there
