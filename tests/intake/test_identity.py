"""Who is the same visitor and which session is whose, as hashes that tell nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrone.events.event import session_name
from metrone.intake import identity
from tests.intake.senders import CHROME, NOON, Way, make_project

HOUR = 3600.0
MIDNIGHT = datetime(2026, 9, 22, tzinfo=UTC).timestamp()


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_hash_text_tells_parts_apart(one: list[str], other: list[str]) -> None:
    hashed = identity.hash_text(b"key", *one)
    assert 0 <= hashed < 2**63
    assert hashed == identity.hash_text(b"key", *one) != identity.hash_text(b"another", *one)
    cleaned = [[part.replace("\0", " ") for part in parts] for parts in (one, other)]
    assert (hashed == identity.hash_text(b"key", *other)) == (cleaned[0] == cleaned[1])


@given(st.integers(0, 2**63 - 1))
def test_session_of_client_finds_the_session_that_was_handed_out(key: int) -> None:
    assert identity.session_of_client(b"any", "1", session_name("", key)) == key


@given(st.text(max_size=130))
def test_session_of_client_takes_any_text(text: str) -> None:
    assert 0 <= identity.session_of_client(b"s", "1", text) < 2**63


VISITORS = [
    ("the same browser", {}, True),
    ("another address", {"address": "8.8.4.4"}, False),
    ("another browser", {"agent": CHROME + " Edg/140"}, False),
    ("with a test key", {"is_test": True}, False),
    ("a day later", {"at": NOON + 24 * HOUR}, False),
    ("in the evening", {"at": NOON + 10 * HOUR}, True),
]


@pytest.mark.parametrize(("what", "changed", "is_same"), VISITORS, ids=[case[0] for case in VISITORS])
def test_visitor_is_the_same_for_a_browser_and_a_day(what: str, changed: dict[str, object], is_same: bool) -> None:
    way = Way()
    first = way.send()
    second = way.send(sender=way.sender(**changed))  # type: ignore[arg-type]
    assert (second.visitor_key == first.visitor_key) is is_same


def test_visitor_differs_between_projects_though_everything_else_is_the_same() -> None:
    one, other = Way(make_project(1)), Way(make_project(2))
    for fields in ({}, {"user_id": "u"}, {"session_id": "s"}, {"event_type": "ai_call", "ai_call_id": "c"}):
        first, second = one.send(fields), other.send(fields)
        assert first.visitor_key != second.visitor_key
        assert first.session_key != second.session_key


def test_visitor_with_a_user_id_is_the_same_everywhere_and_always() -> None:
    way = Way()
    rows = [
        way.send(user_id="anna"),
        way.send(user_id="anna", sender=way.sender(at=NOON + 90 * 24 * HOUR, address="9.9.9.9", agent="curl/8")),
    ]
    assert rows[0].visitor_key == rows[1].visitor_key
    assert way.send(user_id="Anna").visitor_key != rows[0].visitor_key
    assert way.send(user_id="anna", sender=way.sender(is_test=True)).visitor_key != rows[0].visitor_key


GAPS = [(0.0, True), (30 * 60, True), (30 * 60 + 1, False), (-30 * 60, True), (-30 * 60 - 1, False)]


@pytest.mark.parametrize(("gap", "is_same"), GAPS)
def test_session_goes_on_when_no_gap_is_over_thirty_minutes(gap: float, is_same: bool) -> None:
    way = Way()
    first = way.send()
    second = way.send(timestamp=(NOON + gap) * 1000, sender=way.sender(at=NOON + max(gap, 0)))
    assert (second.session_key == first.session_key) is is_same


def test_session_joins_a_late_event_to_the_earlier_of_two_visits() -> None:
    way = Way()
    first = way.send()
    later = way.send(sender=way.sender(at=NOON + 3 * HOUR))
    late = way.send(timestamp=(NOON + 600) * 1000, sender=way.sender(at=NOON + 3 * HOUR))
    assert first.session_key == late.session_key != later.session_key


def test_session_crosses_midnight_under_the_salt_of_its_first_day() -> None:
    way = Way()
    before = way.send(sender=way.sender(at=MIDNIGHT - 60))
    after = way.send(sender=way.sender(at=MIDNIGHT + 60))
    late = way.send(timestamp=(MIDNIGHT - 30) * 1000, sender=way.sender(at=MIDNIGHT + 90))
    assert before.session_key == after.session_key == late.session_key
    assert before.visitor_key == after.visitor_key == late.visitor_key
    fresh = way.send(sender=way.sender(at=MIDNIGHT + 2 * HOUR))
    assert fresh.visitor_key != before.visitor_key


def test_visitor_of_days_whose_salt_is_gone_differs_each_day() -> None:
    way = Way()
    keys = {way.send(timestamp=(NOON - days * 24 * HOUR) * 1000).visitor_key for days in (0, 1, 2, 3)}
    assert len(keys) == 4


def test_session_of_the_client_wins_over_gap_and_browser() -> None:
    way = Way()
    first = way.send(session_id="mine")
    second = way.send(session_id="mine", sender=way.sender(at=NOON + 5 * HOUR, address="9.9.9.9"))
    assert first.session_key == second.session_key
    assert first.visitor_key == second.visitor_key
    assert second.session_id == "mine"


def test_session_handed_out_is_joined_when_the_client_sends_it_back() -> None:
    way = Way()
    first = way.send()
    back = way.send(session_id=session_name(first.session_id, first.session_key), sender=way.sender(address="9.9.9.9"))
    assert (back.session_key, back.visitor_key) == (first.session_key, first.visitor_key)


@pytest.mark.parametrize("is_other_project", [True, False], ids=["another project", "the same project's test key"])
def test_session_handed_out_opens_nothing_to_another(is_other_project: bool) -> None:
    """The id names a session by number; whoever learned it must learn nothing more, and change nothing there."""
    way = Way()
    first = way.send(page_url="https://a.test/page?utm_source=secret", sender=way.sender(address="8.8.8.8"))
    other = Way(make_project(2), way.sessions) if is_other_project else way
    stranger = other.sender(at=NOON + 60, address="9.9.9.9", is_test=not is_other_project)
    row = other.send(
        session_id=session_name(first.session_id, first.session_key), page_url="https://b.test/", sender=stranger
    )
    assert row.visitor_key != first.visitor_key
    assert (row.utm_source, row.country_code) == ("", other.send(sender=stranger).country_code)
    again = way.send(sender=way.sender(at=NOON + 120))
    assert (again.session_key, again.utm_source) == (first.session_key, "secret")


def test_call_has_a_session_of_its_own_unless_it_names_one() -> None:
    way = Way()
    page = way.send()
    call = way.send(event_type="ai_call", ai_call_id="c1", sender=way.sender(address="3.3.3.3", agent="platform"))
    more = way.send(event_type="ai_call", ai_call_id="c1", sender=way.sender(at=NOON + HOUR, agent="other"))
    other = way.send(event_type="ai_call", ai_call_id="c2")
    assert (call.session_key, call.visitor_key) == (more.session_key, more.visitor_key)
    assert len({page.session_key, call.session_key, other.session_key}) == 3
    assert len({page.visitor_key, call.visitor_key, other.visitor_key}) == 3
    linked = way.send(
        event_type="ai_call", ai_call_id="c3", sender=way.sender(address="3.3.3.3", agent="platform"),
        properties={"metrone_session": session_name(page.session_id, page.session_key)},
    )  # fmt: skip
    assert (linked.session_key, linked.visitor_key) == (page.session_key, page.visitor_key)


def test_session_carries_what_its_first_event_said() -> None:
    way = Way()
    way.send(page_url="https://a.test/start?utm_source=news", referrer="https://www.google.com/")
    second = way.send(page_url="https://a.test/next", referrer="https://a.test/start", sender=way.sender(at=NOON + 60))
    assert (second.utm_source, second.session_started_at) == ("news", int(NOON))


def test_refused_event_opens_no_session() -> None:
    way = Way()
    with pytest.raises(Exception, match="16384"):
        way.send(page_url="https://a.test/bad?utm_source=bad", properties={"a": "x" * 17_000})
    assert len(way.sessions) == 0
    assert way.send(page_url="https://a.test/").utm_source == ""


def test_salts_at_a_clock_behind_midnight_keep_the_visitor() -> None:
    """For some seconds after midnight the salts are still yesterday's: the visit goes on when they change."""
    way = Way()
    late_salts = way.sender(at=MIDNIGHT + 5)
    first = way.send(sender=way.sender(at=MIDNIGHT - 5))
    assert (
        way.send(timestamp=(MIDNIGHT + 5) * 1000, sender=way.sender(at=MIDNIGHT - 1)).session_key == first.session_key
    )
    assert way.send(sender=late_salts).session_key == first.session_key
    assert timedelta(seconds=late_salts.at - MIDNIGHT) == timedelta(seconds=5)


CHATS = [
    ("from the page", {"page_url": "https://a.test/"}, {}, True),
    ("of a server", {}, {}, False),
    ("of a server that names the page", {"page_url": "https://a.test/"}, {"agent": "python-requests/2.32"}, False),
    ("forwarded by a server", {"page_url": "https://a.test/", "user_agent": CHROME}, {}, False),
]


@pytest.mark.parametrize(("what", "fields", "changed", "is_same"), CHATS, ids=[case[0] for case in CHATS])
def test_chat_joins_the_visit_when_the_visitors_browser_sends_it(
    what: str, fields: dict[str, str], changed: dict[str, Any], is_same: bool
) -> None:
    way = Way()
    visit = way.send(page_url="https://a.test/")
    chat = way.send({"event_type": "ai_chat", "ai_session_id": "c1", **fields}, way.sender(**changed))
    assert (chat.session_key == visit.session_key) is is_same
    assert (chat.visitor_key == visit.visitor_key) is is_same
