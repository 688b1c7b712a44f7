"""The open sessions in memory: bounded whatever comes."""

import tracemalloc

import pytest

from metrone.intake import sessions as module
from metrone.intake.sessions import OPEN_PER_VISITOR, Origins, Sessions, Visit


def visit(number: int, visitor: int | None = None, text: str = "", at: float = 0.0) -> Visit:
    origins = Origins("", "direct", "direct", *("",) * 4, text, *("",) * 7)
    return Visit("1", number, number if visitor is None else visitor, at, at, at, origins)


def test_find_keeps_sessions_of_projects_apart() -> None:
    sessions = Sessions()
    sessions.open(visit(5))
    assert sessions.find("1", 5) is not None
    assert sessions.find("2", 5) is None
    assert sessions.find("1t", 5) is None


def test_open_lets_the_oldest_go_and_keeps_what_is_used() -> None:
    sessions = Sessions(capacity=10)
    for number in range(100):
        sessions.open(visit(number))
        assert sessions.find("1", 0) is not None
        assert len(sessions) <= 20
    assert sessions.find("1", 1) is None
    assert sessions.find("1", 99) is not None


def test_open_keeps_few_sessions_of_one_visitor() -> None:
    sessions = Sessions()
    for number in range(100):
        sessions.open(visit(number, visitor=1, at=number * 10_000.0))
    found = [number for number in range(100) if sessions.find_near(1, number * 10_000.0)]
    assert found == list(range(100 - OPEN_PER_VISITOR, 100))


def test_open_holds_little_text_when_every_visit_brings_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TEXT_MAX", 100_000)
    sessions = Sessions()
    for number in range(1000):
        sessions.open(visit(number, text=f"{number:05}" * 200))
    assert len(sessions) <= 2 * 101
    assert sessions.find("1", 999) is not None


def test_open_takes_flat_memory_when_a_million_visitors_come() -> None:
    sessions = Sessions(capacity=5_000)
    tracemalloc.start()
    sizes = []
    for number in range(200_000):
        sessions.open(visit(number))
        if number % 40_000 == 39_999:
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert max(sizes) < 1.1 * min(sizes)
    assert max(sizes) / 10_000 < 1_500  # bytes an open session
