"""One call, one row: deliveries that come at once see each other, what was not written is not known, erasing keeps the count."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from metrone.errors import MetroneError
from metrone.events.beside import InteractionRow, TalkRow
from metrone.events.event import COLUMNS
from metrone.intake.accept import Intake
from metrone.intake.deliveries import SOURCES, Parcel, judge, tell
from metrone.intake.interactions import Interactions, Told
from metrone.spool import ledger
from metrone.spool.append import Spool
from metrone.webhooks.adapter import Translation
from metrone.webhooks.delivery import Delivery
from tests.intake.senders import ATLAS, NOON, Way, make_project, salts_at


class Desk:
    """Interactions over a real spool."""

    def __init__(self, path: Path, max_bytes: int = 1_000_000) -> None:
        self.spool = Spool(path, max_bytes, lambda: NOON)
        self.interactions = Interactions(Intake(self.spool, ATLAS, salts_at(NOON), lambda: NOON))

    def told(self, body: dict[str, Any], platform: str = "generic", talk_days: int = 0, project: int = 1) -> Told:
        """What a delivery tells."""
        sender = Way(make_project(project)).sender(at=NOON)
        delivery = Delivery(json.dumps(body).encode(), {"content-type": "application/json"})
        parcel = Parcel(source=SOURCES[platform], endpoint="main", sender=sender, delivery=delivery)
        judged = judge(parcel, (), ())
        assert isinstance(judged.made, Translation), judged
        return msgspec.structs.replace(tell(parcel, judged.verdict, judged.made), talk_days=talk_days)

    def take(self, *told: Told) -> list[BaseException | None]:
        """Hand them in at once and wait for all."""

        async def work() -> list[BaseException | None]:
            return await asyncio.gather(*[self.interactions.accept(one, 0) for one in told], return_exceptions=True)

        return asyncio.run(work())

    def rows(self, kind: Any) -> list[Any]:
        """The rows of a table that wait in the spool."""
        notes = [ledger.decode_note(self.spool.log.note(head)) for head in self.spool.log.heads(0)]
        rows = [item.row for note in notes for item in note.beside if item.table == kind.TABLE]
        return [msgspec.json.decode(row, type=kind) for row in rows]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "spool.sqlite")
    yield made
    made.spool.close()


CALL: dict[str, Any] = {"id": "c1", "kind": "call", "provider": "acme"}


def test_deliveries_that_come_at_once_see_each_other(desk: Desk) -> None:
    parts: list[dict[str, Any]] = [
        {"cost_usd": 0.5},
        {"messages": 7},
        {"outcome": "completed", "ended_at": "2026-03-03T17:02:04Z"},
    ]
    assert desk.take(*[desk.told({**CALL, **part}) for part in parts]) == [None] * 3
    last: InteractionRow = desk.rows(InteractionRow)[-1]
    assert (last.cost_usd, last.messages, last.ai_outcome, last.is_listed) == (0.5, 7, "completed", 1)
    assert len({row.interaction_key for row in desk.rows(InteractionRow)}) == 1


def test_what_could_not_be_written_is_not_known(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "spool.sqlite", max_bytes=1)
    assert desk.take(desk.told({**CALL, "cost_usd": 0.5})) == [None]
    (error,) = desk.take(desk.told({**CALL, "messages": 7}))
    assert isinstance(error, MetroneError)
    assert error.code == "WRITE_FAILED"
    assert desk.interactions._under_way == {}
    (row,) = desk.rows(InteractionRow)
    assert row.messages is None
    desk.spool.close()


def test_projects_have_calls_of_their_own(desk: Desk) -> None:
    desk.take(desk.told({**CALL, "cost_usd": 0.5}), desk.told({**CALL, "messages": 7}, project=2))
    first, second = desk.rows(InteractionRow)
    assert first.interaction_key != second.interaction_key
    assert (first.project_no, second.project_no, second.cost_usd) == (1, 2, None)


def test_words_are_redacted_before_they_are_kept(desk: Desk) -> None:
    words = {
        "summary": "Ann (ann@example.com) wants a call at +44 7700 900123.",
        "transcript": "card 4111 1111 1111 1111",
    }
    desk.take(desk.told({**CALL, **words}, talk_days=7), desk.told({**CALL, "id": "c2", **words}))
    (talk,) = desk.rows(TalkRow)
    assert talk.summary == "Ann ([e-mail]) wants a call at [number]."
    assert talk.transcript == "card [number]"
    assert talk.kept_until == int(NOON) + 7 * 86_400


def test_what_a_platform_erases_stays_counted_and_leads_to_nobody(desk: Desk) -> None:
    opened = {
        "type": "notification_event", "topic": "conversation.user.created", "created_at": int(NOON) - 60, "id": "n1",
        "data": {"type": "notification_event_data", "item": {
            "type": "conversation", "id": "77", "created_at": int(NOON) - 60, "state": "open",
            "source": {"type": "conversation", "delivered_as": "customer_initiated", "body": "hello",
                       "author": {"type": "user", "id": "u1", "email": "ann@example.com"}},
            "contacts": {"contacts": [{"id": "u1", "external_id": "own-1"}]},
        }},
    }  # fmt: skip
    erased = {**opened, "topic": "conversation.deleted", "id": "n2",
              "data": {"type": "notification_event_data", "item": {"type": "conversation", "conversation_id": "77"}}}  # fmt: skip
    desk.take(desk.told(opened, "intercom", talk_days=3))
    assert desk.rows(InteractionRow)[-1].person_ids
    desk.take(desk.told(erased, "intercom"))
    last = desk.rows(InteractionRow)[-1]
    assert (last.person_ids, last.is_listed, last.external_id) == ("", 1, "77")
    assert desk.rows(TalkRow)[-1].transcript == ""


@pytest.mark.parametrize(("days", "counted_days"), [(29, 29), (31, 0), (1000, 0)])
def test_a_call_that_began_long_ago_counts_when_it_is_first_heard_of(desk: Desk, days: int, counted_days: int) -> None:
    began = NOON - days * 86_400
    desk.take(desk.told({**CALL, "started_at": began, "ended_at": began + 60, "outcome": "completed"}))
    desk.take(desk.told({**CALL, "cost_usd": 1}))
    for row in desk.rows(InteractionRow):
        assert (row.began_at, row.started_at) == (NOON - counted_days * 86_400, began)


@pytest.mark.parametrize(
    ("provider", "call_id"),
    [("acme", "c1"), ("Acme Voice", "c1"), ("ÄRGER", "c1"), ("a" * 300, "c1"), ("acme", "x" * 200)],
)
def test_the_event_and_the_row_of_a_call_are_of_one_interaction(desk: Desk, provider: str, call_id: str) -> None:
    desk.take(desk.told({**CALL, "provider": provider, "id": call_id, "outcome": "completed"}))
    (row,) = desk.rows(InteractionRow)
    (head,) = desk.spool.log.heads(0)
    event = dict(zip(COLUMNS, json.loads(desk.spool.log.rows(head)), strict=False))
    assert event["interaction_key"] == row.interaction_key
