"""The way in: quota, idempotency, one answer for each request, and nothing acknowledged that is not on disk."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from metrone.errors import MetroneError
from metrone.events.event import Event
from metrone.events.incoming import IncomingEvent
from metrone.intake.accept import RETRY_AFTER_SEC, Answer, Intake, Request
from metrone.spool.append import Spool
from tests.intake.senders import ATLAS, NOON, Way, make_project, salts_at

DAY = 86_400


@dataclass
class Desk:
    """An intake over a real spool, with a clock to turn. `shown` is what readers heard of."""

    spool: Spool
    intake: Intake
    shown: list[Event]
    now: float = NOON

    def accept(self, *events: IncomingEvent, key: str = "", body: bytes = b"body", request: str = "req_1", project: int = 1,
               quota: int = 0) -> Answer:  # fmt: skip
        return asyncio.run(self.work(*events, key=key, body=body, request=request, project=project, quota=quota))

    async def work(self, *events: IncomingEvent, key: str = "", body: bytes = b"body", request: str = "req_1",
                   project: int = 1, quota: int = 0) -> Answer:  # fmt: skip
        sender = Way(make_project(project)).sender(at=self.now)
        return await self.intake.accept(list(events), sender, Request(request, key, body), quota)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made: Desk

    def clock() -> float:
        return made.now

    made = Desk.__new__(Desk)
    made.now = NOON
    spool = Spool(tmp_path / "spool.sqlite", 1_000_000, clock)
    made.spool, made.shown = spool, []
    made.intake = Intake(spool, ATLAS, salts_at(NOON), clock)
    made.intake.on_accepted(made.shown.extend)
    yield made
    spool.close()


def event(key: str | None = None, **fields: Any) -> IncomingEvent:
    return IncomingEvent(event_type="pageview", idempotency_key=key, **fields)


def failing(desk: Desk, *events: IncomingEvent, **more: Any) -> MetroneError:
    with pytest.raises(MetroneError) as caught:
        desk.accept(*events, **more)
    return caught.value


def test_accept_shows_events_to_readers_only_once_they_are_on_disk(desk: Desk) -> None:
    waited: list[int] = []
    desk.intake.on_accepted(lambda events: waited.append(desk.spool.depth().events))
    desk.accept(event(), event())
    assert waited == [2]


@pytest.mark.parametrize(("body", "is_same"), [(b"one", True), (b"two", False)])
def test_accept_refuses_a_header_key_and_names_the_first_request(desk: Desk, body: bytes, is_same: bool) -> None:
    desk.accept(event(), key="k", body=b"one", request="req_first")
    error = failing(desk, event(), event(), key="k", body=body, request="req_second")
    assert (error.code, error.status) == ("DUPLICATE_EVENT", 409)
    assert error.details == {"first_request_id": "req_first", "is_same_body": is_same}
    assert ("differs" in error.message) is not is_same
    assert desk.spool.depth().events == 1
    assert len(desk.shown) == 1


def test_accept_keeps_keys_of_projects_and_of_header_and_event_apart(desk: Desk) -> None:
    desk.accept(event(), key="k")
    desk.accept(event(), key="k", project=2)
    assert desk.accept(event("k")).duplicates == []
    assert desk.accept(event("k"), project=2).duplicates == []
    assert desk.spool.depth().events == 4


def test_accept_takes_the_fresh_events_of_a_mixed_batch(desk: Desk) -> None:
    (first,) = desk.accept(event("a", page_title="t")).event_ids
    answer = desk.accept(event("b"), event("a", page_title="t"), event(), event("a", page_title="other"), event("b"))
    assert answer.duplicates == [1, 3, 4]
    assert answer.changed == [3]
    assert answer.event_ids[1] == answer.event_ids[3] == first
    assert answer.event_ids[4] == answer.event_ids[0]
    assert len(desk.shown) == 3


def test_accept_gives_one_of_two_requests_at_once_the_key(desk: Desk) -> None:
    async def both() -> list[Answer | BaseException]:
        requests = [desk.work(event(), key="k", request=f"req_{number}") for number in range(2)]
        return list(await asyncio.gather(*requests, return_exceptions=True))

    outcomes = asyncio.run(both())
    refused = [one for one in outcomes if isinstance(one, MetroneError)]
    assert [one.code for one in refused] == ["DUPLICATE_EVENT"]
    assert desk.spool.depth().events == 1


@pytest.mark.parametrize(("later", "is_seen"), [(DAY, True), (DAY + 1, False)])
def test_accept_remembers_keys_for_a_day(desk: Desk, later: int, is_seen: bool) -> None:
    desk.accept(event("e"), key="h")
    desk.now += later
    assert bool(desk.accept(event("e")).duplicates) is is_seen
    if is_seen:
        assert failing(desk, event(), key="h").code == "DUPLICATE_EVENT"
    else:
        assert desk.accept(event(), key="h").duplicates == []


def test_accept_burns_no_key_when_the_request_is_refused(desk: Desk) -> None:
    bad = event("e", properties={"a": "x" * 20_000})
    assert failing(desk, event("f"), bad, key="h").details["index"] == 1
    assert desk.accept(event("e"), event("f"), key="h").duplicates == []
    assert desk.spool.depth().events >= 2


def test_accept_holds_the_quota_of_a_project_and_month(desk: Desk) -> None:
    desk.accept(event(), event(), quota=3)
    error = failing(desk, event(), event(), quota=3)
    assert (error.code, error.status) == ("QUOTA_EXCEEDED", 429)
    assert error.retry_after == 9.5 * DAY  # from the 21st at noon to the first of the next month
    desk.accept(event(), quota=3)
    desk.accept(event(), event(), event(), quota=3, project=2)
    desk.now += 10 * DAY
    desk.accept(event(), event(), event(), quota=3)


def test_accept_says_when_to_come_back_when_nothing_can_be_written(desk: Desk) -> None:
    desk.spool.close()
    error = failing(desk, event())
    assert (error.code, error.status, error.retry_after) == ("WRITE_FAILED", 503, RETRY_AFTER_SEC)
    assert desk.shown == []
