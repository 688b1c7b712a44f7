"""Who reads: a key or a signed-in browser, and how long a browser is remembered."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.projects import create_project
from metrone.control.signin import create_link, end_session, redeem_link
from metrone.errors import MetroneError
from metrone.web import callers as module
from metrone.web.auth import Gate
from metrone.web.callers import Callers
from metrone.web.cookies import COOKIE, session_token


@pytest.mark.parametrize(
    ("cookie", "token"),
    [
        (b"metrone_session=abc", "abc"),
        (b"a=b; metrone_session=abc; c=d", "abc"),
        (b'metrone_session="abc"', "abc"),
        (b"metrone_sessions=abc", ""),
        (b"metrone_session", ""),
        (b"\xff\x00;;=", ""),
        (b"", ""),
    ],
)
def test_session_token_of_any_cookie_header(cookie: bytes, token: str) -> None:
    assert session_token({b"cookie": cookie}, is_secure=False) == token
    guarded = cookie.replace(b"metrone_session", b"__Host-metrone_session")
    assert session_token({b"cookie": guarded}, is_secure=True) == token
    assert session_token({b"cookie": cookie}, is_secure=True) == ""


class Clock:
    now = datetime.now(UTC).timestamp()

    def __call__(self) -> float:
        return self.now


def test_find_remembers_a_browser_for_seconds_and_holds_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with Database.open(Config(data_dir=str(tmp_path))) as db:
        project = create_project(db, "P")
        moment = datetime.fromtimestamp(clock.now, UTC)
        tokens = [redeem_link(db, create_link(db, project.id, moment), moment) for _ in range(3)]
        callers = Callers(Gate(load_directory(db)), db, clock, None)

        def find(token: object) -> str:
            return callers.find({b"cookie": f"{COOKIE}={token}".encode()}, b"", "").project.id

        assert [find(token) for token in tokens] == [project.id] * 3
        end_session(db, str(tokens[0]))
        callers.forget(str(tokens[0]))
        with pytest.raises(MetroneError) as caught:
            find(tokens[0])
        assert caught.value.code == "MISSING_API_KEY"
        end_session(db, str(tokens[1]))  # as another server would
        clock.now += module._KNOWN_FOR_SEC + 1
        with pytest.raises(MetroneError):
            find(tokens[1])
        clock.now += 31 * 86_400
        with pytest.raises(MetroneError):
            find(tokens[2])
        monkeypatch.setattr(module, "_KNOWN_MAX", 5)
        for number in range(50):
            with pytest.raises(MetroneError):
                find(f"guess{number}")
        assert len(callers._known) <= 5
