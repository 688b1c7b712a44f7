"""After a restart the open sessions are there again, whole, each for its own project."""

import msgspec
import pytest

from metrone.intake.recall import recall_sessions
from metrone.intake.sessions import Sessions
from tests.embedded import fresh_project, open_store
from tests.intake.senders import NOON, Way, make_project

HOUR = 3600.0


def restart(way: Way, *rows: object, now: float = NOON + 60) -> Way:
    """The rows in the store, and a server that has just started over it."""
    lines = b"\n".join(msgspec.json.encode(row) for row in rows)
    open_store().load(lines, f"recall-{way.project.project_no}-{now}")
    sessions = Sessions()
    projects = {way.project.project_no: way.project}
    assert recall_sessions(sessions, open_store(), projects, now) >= 1
    return Way(way.project, sessions)


@pytest.fixture
def way() -> Way:
    return Way(make_project(fresh_project()))


@pytest.mark.parametrize("is_test", [False, True], ids=["live", "test"])
def test_recall_goes_on_with_a_session_and_what_its_first_event_said(way: Way, is_test: bool) -> None:
    url = "https://a.test/?utm_source=news&utm_campaign=spring"
    first = way.send(page_url=url, properties={"screen": "390x844"}, sender=way.sender(is_test=is_test))
    again = restart(way, first)
    second = again.send(page_url="https://a.test/b", sender=again.sender(at=NOON + 600, is_test=is_test))
    own = (
        "session_key",
        "visitor_key",
        "session_started_at",
        "utm_source",
        "utm_campaign",
        "screen",
        "country_code",
        "os",
    )
    assert [getattr(second, name) for name in own] == [getattr(first, name) for name in own]


def test_recall_finds_a_clients_own_session(way: Way) -> None:
    first = way.send(session_id="mine", page_url="https://a.test/?utm_source=news")
    again = restart(way, first)
    second = again.send(session_id="mine", sender=again.sender(at=NOON + 3 * HOUR, address="9.9.9.9"))
    assert (second.session_key, second.visitor_key, second.utm_source) == (first.session_key, first.visitor_key, "news")


def test_recall_keeps_a_session_in_its_hour_when_a_late_event_lies_before(way: Way) -> None:
    first = way.send(session_id="mine")
    late = way.send(session_id="mine", timestamp=(NOON - 5 * 60) * 1000)
    assert late.session_started_at == first.session_started_at
    again = restart(way, first, late)
    third = again.send(session_id="mine", sender=again.sender(at=NOON + 60))
    assert third.session_started_at // HOUR == first.session_started_at // HOUR


def test_recall_opens_nothing_to_another_project(way: Way) -> None:
    first = way.send(session_id="mine", page_url="https://a.test/?utm_source=news")
    other = Way(make_project(fresh_project()), restart(way, first).sessions)
    assert other.send(session_id=f"ses_{first.session_key:016x}").utm_source == ""
    assert other.send(session_id="mine").visitor_key != first.visitor_key


def test_recall_leaves_what_ended_long_ago(way: Way) -> None:
    first = way.send(session_id="mine")
    way.send(session_id="other", sender=way.sender(at=NOON + 30 * HOUR))
    recent = Way(make_project(fresh_project())).send(sender=way.sender(at=NOON + 30 * HOUR))
    again = restart(way, first, recent, now=NOON + 30 * HOUR)
    assert again.sessions.find(str(way.project.project_no), first.session_key) is None
