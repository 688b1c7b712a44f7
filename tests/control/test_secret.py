"""The secret of the installation."""

import stat

import pytest

from metrone.config import Config
from metrone.control.errors import Unavailable
from metrone.control.secret import load_secret
from tests.control.racing import race


def test_load_secret_makes_one_private_file_when_there_is_none(config: Config) -> None:
    secret = load_secret(config)
    path = config.root / "secret.key"
    assert len(secret) == 32
    assert len(set(secret)) > 8
    assert path.read_bytes() == secret == load_secret(config)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(config.root.iterdir()) == [path]


def test_load_secret_agrees_when_processes_start_together(config: Config) -> None:
    assert len(set(race(load_secret, config))) == 1


@pytest.mark.parametrize(
    ("content", "mode", "advice"),
    [
        (b"x" * 31, 0o600, "31 bytes"),
        (b"", 0o600, "0 bytes"),
        (b"x" * 32, 0o604, "chmod 600"),
        (b"x" * 32, 0o602, "chmod"),
    ],
)
def test_load_secret_refuses_when_the_file_is_weak(config: Config, content: bytes, mode: int, advice: str) -> None:
    config.root.mkdir()
    path = config.root / "secret.key"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(Unavailable, match=advice):
        load_secret(config)
    assert path.read_bytes() == content
