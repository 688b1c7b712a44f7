"""All deliveries of a call make one row: the same in every order, however often each one comes."""

from itertools import permutations
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.webhooks.counting import fill
from metrone.webhooks.interaction import Interaction, Role, Step, Update
from metrone.webhooks.merge import Facts, absorb, derive, merge
from tests.webhooks.samples import one, samples, send, told

STORIES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "a call at Twilio": (
        ["voice.initiated", "voice.ringing", "voice.in-progress", "voice.completed", "recording", "voice.dial"],
        {
            "outcome": "completed",
            "duration_sec": 71.0,
            "direction": "inbound",
            "handoff": True,
            "resolution": "escalated",
        },
    ),
    "a call at Telnyx, without its length, with two legs and its price": (
        ["call.initiated", "call.initiated@outgoing-leg", "call.answered", "call.hangup", "call.cost"],
        {
            "outcome": "completed",
            "duration_sec": 39.82,
            "direction": "inbound",
            "cost_usd": 0.0123,
            "started_at": 1772530200.076,
        },
    ),
    "a call at Telnyx that nobody took": (
        ["call.initiated", "call.hangup"],
        {"outcome": "not_answered", "duration_sec": None, "end_reason": "normal_clearing"},
    ),
    "an assistant's call at Telnyx": (
        [
            "call.initiated",
            "call.conversation.created",
            "call.conversation.ended",
            "call.hangup",
            "call.conversation_insights.generated",
        ],
        {
            "duration_sec": 39.0,
            "model": "openai/gpt-4o",
            "resolution": "resolved",
            "outcome": "completed",
            "sentiment": "positive",
        },
    ),
    "an assistant's call at Telnyx that went to a person": (
        ["call.initiated", "call.conversation.created", "call.bridged", "call.conversation.ended", "call.hangup"],
        {"duration_sec": 39.0, "handoff": True, "resolution": "escalated", "outcome": "completed"},
    ),
    "a call at Vapi": (
        ["status-update", "status-update@ended", "end-of-call-report"],
        {
            "duration_sec": 67.245,
            "cost_usd": 0.0948,
            "resolution": "resolved",
            "csat": 5.0,
            "tokens_in": 2140,
            "tokens_out": 96,
        },
    ),
    "a call at Retell, handed over and analysed": (
        ["call_started", "transfer_started", "transfer_bridged", "call_ended", "call_analyzed"],
        {
            "outcome": "completed",
            "handoff": True,
            "resolution": "escalated",
            "cost_usd": 0.052183,
            "sentiment": "neutral",
        },
    ),
    "a chat at Retell": (
        ["chat_started", "chat_ended", "chat_analyzed"],
        {"kind": "chat", "duration_sec": 95.5, "messages": 3, "resolution": "resolved"},
    ),
    "a chat at Bland that went to a person": (
        ["widget", "handoff"],
        {"handoff": True, "resolution": "escalated", "outcome": "completed", "duration_sec": 182.244},
    ),
    "a session at Anthropic that broke, filed away later": (
        ["session.created", "session.status_idled", "session.idled", "session.status_terminated", "session.archived"],
        {"outcome": "failed", "end_reason": "status_terminated", "started_at": 1772553600.0},
    ),
    "a conversation at Intercom, closed by Fin, rated": (
        [
            "conversation.user.created",
            "conversation.user.replied",
            "conversation.operator.replied",
            "conversation.admin.closed",
            "conversation.rating.added",
        ],
        {"messages": 3, "resolution": "resolved", "outcome": "completed", "duration_sec": 360.0, "handoff": None},
    ),
    "the same with a teammate, reopened a day later": (
        [
            "conversation.user.created",
            "conversation.operator.replied",
            "conversation.admin.replied",
            "conversation.admin.closed",
            "conversation.admin.opened",
        ],
        {"messages": 3, "handoff": True, "resolution": "escalated"},
    ),
    "a ticket at Zendesk, solved, then closed": (
        ["ticket.created", "ticket.comment_added", "ticket.status_changed", "ticket.status_changed@closed"],
        {"resolution": "resolved", "outcome": "completed", "messages": 1, "duration_sec": 2400.673},
    ),
    "a ticket at Zendesk, solved, then reopened": (
        ["ticket.created", "ticket.status_changed", "ticket.status_changed@reopened"],
        {"resolution": "unresolved", "outcome": "completed"},
    ),
    "a chat at Zendesk between visitor, bot and agent": (
        [
            "messaging_ticket.message_added",
            "messaging_ticket.message_added@bot",
            "messaging_ticket.message_added@agent",
        ],
        {"messages": 3, "handoff": True, "resolution": "escalated", "outcome": None, "is_terminal": False},
    ),
}
PLATFORM_OF = {
    "Twilio": "twilio", "Telnyx": "telnyx", "Vapi": "vapi", "Retell": "retell", "Bland": "bland", "Anthropic": "anthropic",
    "Intercom": "intercom", "teammate": "intercom", "Zendesk": "zendesk",
}  # fmt: skip


def updates_of(title: str) -> list[Update]:
    """The updates of a story."""
    platform = next(name for word, name in PLATFORM_OF.items() if word in title)
    return [one(f"{platform}/{name}").update for name in STORIES[title][0]]


@pytest.mark.parametrize("title", STORIES)
def test_story_is_one_row_in_every_order(title: str) -> None:
    updates = updates_of(title)
    row = merge(updates)
    expected = STORIES[title][1]
    assert {name: getattr(row, name) for name in expected} == expected
    for order in permutations(updates):
        assert merge(order) == row
        assert merge([*order, *order[:2], order[0]]) == row


@settings(deadline=None)  # a busy machine is no error
@given(st.data())
def test_any_order_and_repetition_of_any_platform_gives_the_same_row(data: st.DataObject) -> None:
    updates = updates_of(data.draw(st.sampled_from(list(STORIES))))
    drawn = data.draw(st.lists(st.sampled_from(updates), max_size=12))
    assert merge([*drawn, *data.draw(st.permutations(updates))]) == merge(updates)


KEYS = [f"{trace * 8}{step * 16}" for trace in "tu" for step in "1234"]
STEPS = st.builds(
    Step,
    role=st.sampled_from(get_args(Role)),
    parent=st.sampled_from(["", *KEYS]),
    model=st.sampled_from([None, "m", "n"]),
    tokens_in=st.sampled_from([None, 0, 3, 50]),
    tokens_out=st.sampled_from([None, 7]),
    cost_usd=st.sampled_from([None, 0.1, 0.2, 0.3]),
    latency_ms=st.sampled_from([None, 10.1, 20.2]),
    tool_calls=st.sampled_from([None, 0, 2]),
    messages=st.sampled_from([None, 1, 9]),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "event_at": st.sampled_from([1.0, 2.0, 3.0]),
    "sequence": st.integers(0, 2),
    "is_terminal": st.booleans(),
    "outcome": st.sampled_from([None, "completed", "failed", "not_answered"]),
    "duration_sec": st.sampled_from([None, 0.0, 5.0, 60.0]),
    "answered_at": st.sampled_from([None, 10.0, 20.0]),
    "ended_at": st.sampled_from([None, 30.0, 5.0]),
    "started_at": st.sampled_from([None, 1.0, 9.0]),
    "direction": st.sampled_from([None, "inbound", "outbound"]),
    "handoff": st.sampled_from([None, True, False]),
    "needs_answer": st.sampled_from([None, True]),
    "is_answered": st.sampled_from([None, True]),
    "cost_usd": st.sampled_from([None, 0.0, 1.5]),
    "leg_costs": st.dictionaries(st.sampled_from("ab"), st.sampled_from([0.1, 0.2])),
    "steps": st.dictionaries(st.sampled_from(KEYS), STEPS, max_size=4),
    "person_ids": st.lists(st.sampled_from("xyz"), max_size=2).map(tuple),
    "message_ids": st.lists(st.sampled_from("123"), max_size=2).map(tuple),
}
UPDATES = st.builds(Update, provider=st.just("p"), external_id=st.just("1"), kind=st.sampled_from(["call"]), **VALUES)


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(UPDATES, min_size=1, max_size=6), st.data())
def test_merging_is_free_of_order_and_repetition(updates: list[Update], data: st.DataObject) -> None:
    row = merge(updates)
    extra = data.draw(st.lists(st.sampled_from(updates), max_size=4))
    assert merge(data.draw(st.permutations([*updates, *extra]))) == row


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(UPDATES, min_size=1, max_size=5))
def test_facts_may_be_stored_and_taken_up_again(updates: list[Update]) -> None:
    facts: Facts | None = None
    for update in updates:
        facts = msgspec.json.decode(msgspec.json.encode(absorb(facts, update)), type=Facts)
    assert facts is not None
    assert derive(facts) == merge(updates)


def test_a_missing_value_never_overwrites_and_a_live_one_never_an_end() -> None:
    ended = Update(
        provider="p", external_id="1", kind="call", event_at=5.0, is_terminal=True, outcome="failed", cost_usd=0.0
    )
    late = Update(provider="p", external_id="1", kind="call", event_at=9.0, outcome="completed")
    analysed = Update(provider="p", external_id="1", kind="call", event_at=9.0, is_terminal=True, sentiment="positive")
    row = merge([ended, late, analysed])
    assert (row.outcome, row.cost_usd, row.sentiment) == ("failed", 0.0, "positive")


def test_an_unknown_reason_never_hides_a_known_one_nor_a_leg_the_call() -> None:
    def ended(at: float, **facts: Any) -> Update:
        return Update(provider="p", external_id="1", kind="call", event_at=at, is_terminal=True, **facts)

    known = ended(1.0, outcome="completed", end_reason="user_hangup")
    assert merge([known, ended(2.0, outcome="unknown", end_reason="new")]).end_reason == "user_hangup"
    parent = ended(1.0, outcome="completed", end_reason="normal_clearing", needs_answer=True, is_answered=True)
    leg = ended(2.0, outcome="not_answered", end_reason="originator_cancel", needs_answer=True)
    assert (merge([parent, leg]).outcome, merge([leg, parent]).end_reason) == ("completed", "normal_clearing")
    assert merge([known, ended(2.0, outcome="failed")]).outcome == "failed"


def test_unknown_is_said_only_of_what_has_ended() -> None:
    live = Update(provider="p", external_id="1", kind="call", event_at=1.0)
    assert (merge([live]).outcome, merge([live]).resolution) == (None, None)
    over = msgspec.structs.replace(live, is_terminal=True)
    assert (merge([over]).outcome, merge([over]).resolution) == ("unknown", "unknown")


def test_whom_a_transfer_rings_up_is_not_the_caller() -> None:
    updates = updates_of("a call at Telnyx, without its length, with two legs and its price")
    assert merge(updates).person_ids == updates[0].person_ids


def test_updates_of_two_calls_are_refused() -> None:
    with pytest.raises(ValueError, match="another interaction"):
        merge([one("vapi/status-update").update, one("retell/call_ended").update])
    with pytest.raises(ValueError, match="no update"):
        merge([])


def test_an_event_is_filled_with_what_is_known_by_then() -> None:
    updates = updates_of("a call at Telnyx, without its length, with two legs and its price")
    event = one("telnyx/call.hangup").event
    assert event is not None
    assert event.ai_outcome is None
    filled = fill(event, merge(updates))
    assert (filled.ai_outcome, filled.ai_duration_sec, filled.ai_cost_usd) == ("completed", 39.82, 0.0123)


def test_a_row_has_the_fields_of_the_reads() -> None:
    reads = {
        "kind", "provider", "external_id", "direction", "agent_id", "model", "started_at", "ended_at", "duration_sec", "outcome",
        "voicemail", "handoff", "resolution", "cost_usd", "latency_ms", "messages", "tokens_in", "tokens_out", "sentiment",
        "csat", "session_id",
    }  # fmt: skip
    assert reads <= set(Interaction.__struct_fields__)


def test_every_fixture_makes_a_row_of_its_own() -> None:
    count = 0
    for found in samples():
        made = send(found)
        for report in getattr(made, "reports", ()):
            assert merge([report.update]).external_id == report.update.external_id
            count += 1
    assert count > 100
    assert told("vapi/tool-calls").reports == ()
