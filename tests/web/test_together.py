"""Writes that the loop hears of in one go take the way in together: each still gets its own answer."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.directory import load_directory
from metrone.control.keys import NewKey, create_key
from metrone.control.projects import create_project
from metrone.errors import MetroneError
from metrone.intake import pipeline
from metrone.intake.accept import Intake
from metrone.intake.draft import Draft
from metrone.spool.append import Spool
from metrone.web.address import parse_trusted
from metrone.web.auth import Gate
from metrone.web.ingest import Head, Ingest, IngestRules, Reply
from tests.intake.senders import ATLAS, NOON, salts_at


class Door:
    """The way in over a real spool, with a key of each of two projects."""

    def __init__(self, folder: Path) -> None:
        db = Database.open(Config(data_dir=str(folder)))
        projects = [create_project(db, name) for name in ("A", "B")]
        self.keys = [create_key(db, NewKey(project.id, ["write"]))[1] for project in projects]
        self.numbers = [project.project_no for project in projects]
        self.spool = Spool(folder / "spool.sqlite", 10_000_000, lambda: NOON)
        self.intake = Intake(self.spool, ATLAS, salts_at(NOON), lambda: NOON)
        rules = IngestRules(parse_trusted(""), False, 0, None, None)
        self.ingest = Ingest(Gate(load_directory(db)), self.intake, rules, lambda: NOON)

    def send(self, *bodies: tuple[str, object]) -> list[tuple[int, dict[str, object]]]:
        """The answers, in order, to requests that all come before the loop goes on: each a key and what it sends."""

        async def work() -> list[Reply]:
            loop = asyncio.get_running_loop()
            answers = []
            for key, body in bodies:
                lines = [(b"x-api-key", key.encode()), (b"user-agent", b"test")]
                answer: asyncio.Future[Reply] = loop.create_future()
                head = Head(isinstance(body, list), dict(lines), lines, b"", "127.0.0.1")
                self.ingest.take(head, msgspec.json.encode(body), answer.set_result)
                answers.append(answer)
            assert not any(answer.done() for answer in answers)
            return list(await asyncio.gather(*answers))

        return [(status, msgspec.json.decode(body)) for status, body, _ in asyncio.run(work())]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path)
    yield made
    made.spool.close()


def view(path: str, **fields: object) -> dict[str, object]:
    return {"event_type": "pageview", "page_url": f"https://a.test{path}", **fields}


def errors_in_memory() -> int:
    gc.collect()
    return sum(isinstance(each, MetroneError) for each in gc.get_objects())


def test_requests_together_get_an_answer_each(door: Door) -> None:
    a, b = door.keys
    answers = door.send(
        (a, view("/1")),
        (b, view("/2", session_id="own")),
        (a, [view("/3"), view("/4")]),
        (a, {"event_type": ""}),
        (a, view("/5", idempotency_key="k")),
        (a, view("/5", idempotency_key="k")),
    )
    assert [status for status, _ in answers] == [202, 202, 202, 400, 202, 202]
    ids = [answers[0][1]["event_id"], answers[1][1]["event_id"], *answers[2][1]["event_ids"], answers[4][1]["event_id"]]  # type: ignore[misc]
    assert ids == sorted(set(ids))
    assert answers[1][1]["session_id"] == "own"
    assert answers[0][1]["session_id"] == answers[2][1]["session_id"]  # one visitor of one project
    assert (answers[5][1]["duplicates"], answers[5][1]["event_id"]) == (1, answers[4][1]["event_id"])
    books = door.spool.books()
    assert {no: sum(n for key, n in books.items() if key[0] == no and key[2] == "accepted") for no in door.numbers} == {
        door.numbers[0]: 4,
        door.numbers[1]: 1,
    }


def test_a_refused_request_opens_no_session_and_leaves_the_others(door: Door) -> None:
    a, b = door.keys
    too_much = view("/bad", session_id="refused", properties={"a": "x" * 17_000})
    answers = door.send((a, view("/1")), (b, [view("/2", session_id="also"), too_much]), (b, view("/3")))
    assert [status for status, _ in answers] == [202, 400, 202]
    assert answers[1][1]["error"]["index"] == 1  # type: ignore[index]
    assert len(door.intake.sessions) == 2


def test_refused_requests_leave_nothing_in_memory(door: Door) -> None:
    """Drafts are none of the garbage collector's business, so a cycle with one in it would stay for ever."""
    too_much = view("/", properties={"a": "x" * 17_000})
    before = errors_in_memory()
    door.send(*[(door.keys[0], too_much)] * 20)
    assert errors_in_memory() == before


def test_a_fault_in_one_request_is_answered_and_leaves_the_others(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(draft: Draft) -> None:
        if draft.row.page_path == "/trap":
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr(pipeline, "STEPS", (*pipeline.STEPS, stumble))
    key = door.keys[0]
    answers = door.send((key, view("/1")), (key, view("/trap")), (key, view("/2")))
    assert [status for status, _ in answers] == [202, 500, 202]
    assert door.spool.depth().events == 2
    told = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert told == ["a fault of ours"] * 2  # of the group, and of the one request
