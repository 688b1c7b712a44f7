"""Nothing that a platform says of a person, and no secret in what it sends, is left on disk or in the log."""

import pytest

from metrone.webhooks.intent import LABELS
from tests.journeys import stored
from tests.running import RunningServer
from tests.web.deliveries import Desk
from tests.webhooks.samples import samples
from tests.webhooks.test_privacy import private_of

SHORTEST = 6  # of what is looked for; shorter ones are words of ours too


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunningServer, str]:
    """A server that took every fixture in, once before and once after a stop; and the key that was in each address."""
    server = RunningServer(tmp_path_factory.mktemp("calls"), {"METRONE_LOG_LEVEL": "debug"}).start()
    desk = Desk(server, server.project())
    for _ in range(2):
        for found in samples():
            desk.send(found)
        desk.deliver("vapi", b"{broken " + b"+4479460000000")
        desk.logged(len(samples()) + 1)
        assert server.stop() == 0
        server.start()
    for found in samples()[:20]:
        desk.send(found)  # these stay in the spool
    server.kill()
    return server, desk.project.write


def _private() -> set[str]:
    hidden: set[str] = set()
    for found in samples():
        hidden |= {text for text in private_of(found) if len(text) >= SHORTEST and text not in LABELS}
    return hidden


def test_nothing_private_of_any_fixture_is_in_any_file(left: tuple[RunningServer, str]) -> None:
    server, key = left
    hidden = [text.encode() for text in _private()] + [key.encode()]
    files = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        assert not [text for text in hidden if text in content], path


def test_nothing_private_of_any_fixture_is_in_any_row(left: tuple[RunningServer, str]) -> None:
    """Files may be compressed: so every column is read as well."""
    server, key = left
    text = stored.every_text(server.data_dir, "interactions.person_ids")
    assert "call_7d90b1c2e3f4a5b6c7d8e9f0a1b" in text  # the search would have found something
    assert not [hidden for hidden in {*_private(), key} if hidden in text]


def test_nothing_private_of_any_fixture_is_in_the_log(left: tuple[RunningServer, str]) -> None:
    server, key = left
    log = server.log.read_text()
    assert not [hidden for hidden in {*_private(), key} if hidden in log]


def test_the_search_would_bite() -> None:
    assert len(_private()) > 150
