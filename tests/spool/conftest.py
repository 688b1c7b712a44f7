"""A spool in a temporary folder with a clock that a test turns."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from metrone.spool.append import Spool

NOW = 1_790_000_000.0  # 2026-09-21


@dataclass
class Clock:
    """Gives `now` until a test turns it."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "spool.sqlite"


@pytest.fixture
def spool(path: Path, clock: Clock) -> Iterator[Spool]:
    made = Spool(path, 1_000_000, clock)
    yield made
    made.close()
