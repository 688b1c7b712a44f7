"""Fixtures that every room's tests share: one running server for those that only add projects, and fresh ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running import RunningServer, TestProject


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The shared server. Make a project of your own; change no setting; do not stop it."""
    running = RunningServer(tmp_path_factory.mktemp("server")).start()
    yield running
    assert running.stop() == 0, running.log.read_text()[-3000:]


@pytest.fixture
def project(server: RunningServer) -> TestProject:
    """A new project on the shared server."""
    return server.project()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    """A function that starts servers of the test's own: start_server(METRONE_MONTHLY_QUOTA="3")."""
    started: list[RunningServer] = []

    def start(**settings: str) -> RunningServer:
        folder = tmp_path / f"server-{len(started)}"
        folder.mkdir()
        started.append(RunningServer(folder, settings).start())
        return started[-1]

    yield start
    for running in started:
        running.kill()
