"""Each fixture comes to what lies beside it; every handled type has a fixture; units and end reasons are read right."""

import msgspec
import pytest

from metrone.events.incoming import IncomingEvent
from metrone.events.vocabulary import EVENT_TYPES
from metrone.webhooks import bland, intercom, phonecall, retell, telnyx, vapi
from metrone.webhooks.adapter import Adapter, Translation
from metrone.webhooks.delivery import Delivery
from metrone.webhooks.endings import ending, ending_by_pattern
from metrone.webhooks.registry import ADAPTERS, PLATFORMS
from metrone.webhooks.translation import is_probe, translate
from metrone.webhooks.twilio import STREAMED
from tests.webhooks.samples import ARRIVAL, Sample, hashed, one, samples, send, shown, told

SAMPLES = samples()


@pytest.mark.parametrize("found", SAMPLES, ids=lambda found: found.name)
def test_fixture_comes_to_its_expectation(found: Sample) -> None:
    assert shown(send(found)) == msgspec.json.decode(found.golden.read_bytes())


@pytest.mark.parametrize("found", SAMPLES, ids=lambda found: found.name)
def test_fixture_is_named_after_its_event(found: Sample) -> None:
    made = send(found)
    assert isinstance(made, Translation)
    assert made.event.replace(":", "_") == found.event
    assert made.event in found.adapter.handlers or made.event in found.adapter.ignored


@pytest.mark.parametrize("adapter", PLATFORMS, ids=lambda adapter: adapter.name)
def test_every_handled_type_has_a_fixture(adapter: Adapter) -> None:
    have = {found.event for found in SAMPLES if found.adapter is adapter}
    assert {event.replace(":", "_") for event in adapter.handlers} <= have
    assert not set(adapter.handlers) & set(adapter.ignored)


def test_every_kind_of_streamed_event_has_a_fixture_or_is_the_same_function() -> None:
    assert len({id(build) for build in STREAMED.values()}) == 1
    assert len(told("twilio/event-streams").reports) == 2


@pytest.mark.parametrize("found", SAMPLES, ids=lambda found: found.name)
def test_what_intake_gets_is_a_valid_event(found: Sample) -> None:
    made = send(found)
    assert isinstance(made, Translation)
    for report in made.reports:
        if report.event is not None:
            msgspec.convert(msgspec.to_builtins(report.event), IncomingEvent)
            assert report.event.event_type in EVENT_TYPES
            assert report.event.ai_provider == report.update.provider


def test_the_same_delivery_again_makes_the_same_event_and_id() -> None:
    for found in SAMPLES:
        first, again = send(found), send(found, received_at=ARRIVAL + 3600)
        assert isinstance(first, Translation)
        assert isinstance(again, Translation)
        assert first.delivery_id == again.delivery_id
        keys = [[report.event and report.event.idempotency_key for report in made.reports] for made in (first, again)]
        assert keys[0] == keys[1], found.name


UNITS = [
    ("twilio/voice.completed", "duration_sec", 71.0),  # CallDuration, not the 2 minutes of Duration
    ("telnyx/call.conversation.ended", "duration_sec", 39.0),
    ("vapi/end-of-call-report", "duration_sec", 67.245),
    ("vapi/end-of-call-report@voicemail-2024", "duration_sec", 18.0),  # end minus start
    ("retell/call_ended", "duration_sec", 31.0),  # milliseconds
    ("bland/call", "duration_sec", 58.0),  # text in seconds, not call_length
    ("bland/call@transfer-failed", "duration_sec", 196.0),  # minutes, where that is all
    ("intercom/call.ended", "duration_sec", 100.0),  # talk, without the twelve seconds of queue
    ("retell/call_ended", "cost_usd", 0.052183),  # 5.2183323 cents
    ("retell/chat_ended", "cost_usd", 0.0125),
    ("vapi/end-of-call-report", "cost_usd", 0.0948),
    ("bland/call@transfer-merged", "cost_usd", 0.148),
    ("telnyx/message.received", "cost_usd", 0.0051),
    ("vapi/end-of-call-report", "messages", 4),
    ("retell/chat_ended", "messages", 3),  # without the tool call
    ("bland/call", "messages", 2),  # without the agent-action
    ("vapi/end-of-call-report", "latency_ms", 1184.5),
    ("retell/call_ended", "latency_ms", 861.5),
    ("zendesk/trigger", "csat", 5.0),
    ("intercom/conversation.rating.added", "csat", 5.0),
    ("zendesk/ticket.status_changed", "sequence", 7),
]


@pytest.mark.parametrize(("name", "field", "value"), UNITS)
def test_units_are_converted(name: str, field: str, value: float) -> None:
    assert getattr(one(name).update, field) == value


def test_money_of_another_currency_is_not_dollars() -> None:
    assert one("telnyx/call.cost").update.leg_costs == {"7c1f0e2a-5b3d-11f1-9a44-02420aef51b7": 0.0123}
    assert one("telnyx/call.cost@euro").update.leg_costs == {}


ENDINGS = [
    (phonecall.ENDINGS, "busy", "not_answered", None, None),
    (telnyx.HANGUPS, "normal_clearing", "completed", None, None),
    (telnyx.HANGUPS, "originator_cancel", "not_answered", None, None),
    (telnyx.HANGUPS, "not_found", "failed", None, None),
    (retell.ENDINGS, "agent_hangup", "completed", None, None),
    (retell.ENDINGS, "call_take_over", "completed", None, True),
    (retell.ENDINGS, "voicemail_reached", "completed", True, None),
    (retell.ENDINGS, "user_declined", "not_answered", None, None),
    (retell.ENDINGS, "no_valid_payment", "failed", None, None),
    (bland.STATUSES, "no-answer", "not_answered", None, None),
    (bland.THREADS, "timeout", "completed", None, None),
    (intercom.CALL_ENDINGS, "missed", "not_answered", None, None),
]


@pytest.mark.parametrize(("table", "reason", "outcome", "voicemail", "handoff"), ENDINGS)
def test_end_reasons(table: dict[str, object], reason: str, outcome: str, voicemail: bool, handoff: bool) -> None:
    expected = {"outcome": outcome, "voicemail": voicemail, "handoff": handoff, "end_reason": reason}
    assert ending(table, reason) == expected  # type: ignore[arg-type]
    raw = {"outcome": "unknown", "voicemail": None, "handoff": None, "end_reason": "new-in-2027"}
    assert ending(table, "new-in-2027") == raw  # type: ignore[arg-type]


VAPI = [
    ("customer-ended-call", "completed", None, None),
    ("assistant-ended-call-after-message-spoken", "completed", None, None),
    ("assistant-said-end-call-phrase", "completed", None, None),
    ("silence-timed-out", "completed", None, None),
    ("exceeded-max-duration", "completed", None, None),
    ("call.in-progress.twilio-completed-call", "completed", None, None),
    ("voicemail", "completed", True, None),
    ("assistant-forwarded-call", "completed", None, True),
    ("call.forwarding.operator-busy", "completed", None, False),
    ("customer-busy", "not_answered", None, None),
    ("customer-did-not-answer", "not_answered", None, None),
    ("twilio-reported-customer-misdialed", "not_answered", None, None),
    ("vonage-rejected", "not_answered", None, None),
    ("call.ringing.hook-executed-say", "not_answered", None, None),
    ("pipeline-no-available-llm-model", "failed", None, None),
    ("call.start.error-get-assistant", "failed", None, None),
    ("call.in-progress.error-sip-telephony-provider-failed-to-connect-call", "failed", None, None),
    ("assistant-request-returned-error", "failed", None, None),
    ("twilio-failed-to-connect-call", "failed", None, None),
    ("worker-shutdown", "failed", None, None),
    ("something-of-next-year", "unknown", None, None),
]


@pytest.mark.parametrize(("reason", "outcome", "voicemail", "handoff"), VAPI)
def test_ended_reasons_of_vapi(reason: str, outcome: str, voicemail: bool | None, handoff: bool | None) -> None:
    expected = {"outcome": outcome, "voicemail": voicemail, "handoff": handoff, "end_reason": reason}
    assert ending_by_pattern(vapi.ENDED_REASONS, reason) == expected


@pytest.mark.parametrize(
    ("said", "resolution"),
    [
        ("true", "resolved"),
        ("false", "unresolved"),
        ("Excellent", "resolved"),
        ("Poor", "unresolved"),
        ("7", None),
        ("x", None),
    ],
)
def test_only_known_rubrics_are_an_evaluation(said: str, resolution: str | None) -> None:
    assert vapi.SUCCESS.get(said.lower()) == resolution


def test_child_legs_proxies_and_twins_give_no_second_interaction() -> None:
    names = ("twilio/voice.completed@child-leg", "telnyx/texml.completed@child-leg", "bland/call@proxy")
    for name in (*names, "openai/live.transport.connected@sip-twin"):
        assert told(name).reports == ()
        assert told(name).dropped
    twins = ("openai/realtime.call.incoming", "openai/live.call.incoming", "openai/live.transport.incoming")
    assert len({one(name).update.external_id for name in twins}) == 1


def test_a_call_names_the_carrier_that_brings_it() -> None:
    twilio = one("twilio/voice.completed").update
    assert one("vapi/end-of-call-report").update.foreign_id == twilio.external_id
    assert one("openai/realtime.call.incoming").update.foreign_id == twilio.external_id
    assert one("bland/call").update.foreign_id in one("twilio/recording").update.aliases
    assert one("retell/call_ended").update.foreign_id == "CAaa41c2f09a7e4b13b0c6d8e2f7a91b99"
    assert [adapter.name for adapter in PLATFORMS if adapter.is_carrier] == ["twilio", "telnyx"]


LINKED = {
    "twilio/voice.completed": "ses_00c4fe1208ab9d31",  # a parameter
    "telnyx/call.hangup": "ses_00c4fe1208ab9d32",  # client state
    "vapi/end-of-call-report": "ses_00c4fe1208ab9d33",  # metadata
    "retell/call_ended": "ses_00c4fe1208ab9d34",
    "retell/chat_ended": "web-session-41",  # session_id
    "bland/call": "ses_00c4fe1208ab9d35",  # variables
    "openai/realtime.call.incoming": "ses_00c4fe1208ab9d37",  # SIP header
    "intercom/conversation.user.created": "ses_00c4fe1208ab9d38",  # custom attribute
    "zendesk/ticket.created": "ses_00c4fe1208ab9d3a",  # tag
    "generic/ended": "ses_00c4fe1208ab9d3d",
}


@pytest.mark.parametrize(("name", "session"), LINKED.items())
def test_calls_are_tied_to_the_web_session(name: str, session: str) -> None:
    report = one(name)
    assert report.update.session_id == session
    if report.event is not None:
        assert report.event.session_id == session


def test_the_same_number_is_the_same_person_at_every_platform() -> None:
    people = [one(name).update.person_ids for name in ("twilio/voice.completed", "vapi/end-of-call-report")]
    assert people == [(hashed("+447700900142"),)] * 2
    assert hashed("customer-8812") in one("retell/call_ended").update.person_ids
    event = one("retell/call_ended").event
    assert event is not None
    assert event.user_id == "customer-8812"


def test_answers_keep_calls_alive() -> None:
    assert told("twilio/voice.completed").answer.content_type.startswith("text/xml")
    assert told("telnyx/texml.ringing").answer.body.endswith(b"<Response/>")
    assert told("twilio/event-streams").answer.body == b""
    assert told("vapi/assistant-request").answer.body == b"{}"
    assert told("vapi/assistant-request").warning == vapi.WRONG_FIELD
    assert told("twilio/voice.request").warning != ""
    assert all(made.answer.status == 200 for found in SAMPLES if isinstance(made := send(found), Translation))


def test_probes_and_unknown_events_are_answered_like_any_other() -> None:
    for adapter in PLATFORMS:
        made = translate(adapter, Delivery(query="key=metrone_live_0", method="GET"), ARRIVAL, hashed)
        assert isinstance(made, Translation)
        assert (made.event, made.reports, made.answer.status) == ("probe", (), 200)
    strange = {
        "vapi": b'{"message": {"type": "new-in-2027", "call": {"id": "x"}}}',
        "retell": b'{"event": "call_dreamt", "call": {"call_id": "x"}}',
        "openai": b'{"id": "evt_1", "type": "dream.started", "data": {"id": "d"}}',
        "anthropic": b'{"type": "event", "id": "whe_1", "data": {"type": "dream.started", "id": "d"}}',
        "intercom": b'{"type": "notification_event", "topic": "dream.started", "data": {"item": {}}}',
        "zendesk": b'{"type": "zen:event-type:dream.started", "detail": {"id": "1"}}',
        "telnyx": b'{"data": {"event_type": "dream.started", "payload": {}}}',
        "bland": b'{"event_type": "dream", "call_id": "1"}',
    }
    for name, body in strange.items():
        made = translate(ADAPTERS[name], Delivery(body), ARRIVAL, hashed)
        assert isinstance(made, Translation), name
        assert made.dropped == "an unknown event"


def test_a_probe_is_known_before_it_is_verified() -> None:
    twilio, vapi = ADAPTERS["twilio"], ADAPTERS["vapi"]
    assert is_probe(vapi, Delivery(method="HEAD", query="key=x"))
    assert is_probe(vapi, Delivery(method="GET", query="key=x"))
    assert is_probe(twilio, Delivery(method="GET", query="key=x"))
    assert not is_probe(twilio, Delivery(method="GET", query="key=x&CallSid=CA1&CallStatus=completed"))
    assert not is_probe(vapi, Delivery(b"{}", method="GET"))


def test_a_chat_opens_once_however_many_messages_tell_of_it() -> None:
    opened = [one(f"twilio/conversations.{name}").event for name in ("onConversationAdded", "onMessageAdded")]
    assert len({event and event.idempotency_key for event in opened}) == 1


def test_a_callback_by_get_has_its_values_in_the_query() -> None:
    query = "key=metrone_live_0&CallSid=CA1&CallStatus=completed&CallDuration=12&SequenceNumber=0&Digits=&Digits=1"
    made = translate(ADAPTERS["twilio"], Delivery(query=query, method="GET"), ARRIVAL, hashed)
    assert isinstance(made, Translation)
    (report,) = made.reports
    assert (report.update.external_id, report.update.duration_sec) == ("CA1", 12.0)


def test_deletions_are_passed_on() -> None:
    assert told("vapi/call.deleted").erase == (one("vapi/end-of-call-report").update.external_id,)
    assert told("intercom/conversation.deleted").erase == ("318822140055",)
    assert told("zendesk/ticket.permanently_deleted").erase == ("60417",)
