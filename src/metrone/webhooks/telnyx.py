"""Telnyx: call control (API 2, and 1's flat form), AI assistants, messages, TeXML callbacks. https://developers.telnyx.com/docs/voice

A call is a session (`call_session_id`) of one or more legs; all legs make one interaction.
"""

import json
from typing import Any

from metrone.webhooks.adapter import Adapter, Inbound, Told, Translation, drop, need, tell
from metrone.webhooks.bodies import Content
from metrone.webhooks.delivery import EMPTY, EMPTY_XML, Answer
from metrone.webhooks.endings import COMPLETED, FAILED, NOT_ANSWERED, Ending, ending
from metrone.webhooks.fields import at, first, flag, ident, items, mapping, model, moment, number, text, word
from metrone.webhooks.interaction import Direction, Resolution, Talk, Update
from metrone.webhooks.persons import Person, person
from metrone.webhooks.phonecall import ENDINGS, caller, direction_of, end_facts, live_facts, said_at
from metrone.webhooks.signatures import check_telnyx

# Telnyx hangup_cause; "completed" holds only for a call that was answered (call.answered, or an assistant's end).
HANGUPS: dict[str, Ending] = {
    "normal_clearing": COMPLETED,
    "time_limit": COMPLETED,
    "user_busy": NOT_ANSWERED,
    "no_answer": NOT_ANSWERED,
    "timeout": NOT_ANSWERED,
    "originator_cancel": NOT_ANSWERED,
    "call_rejected": NOT_ANSWERED,
    "not_found": FAILED,
}
DIRECTIONS: dict[str, Direction] = {
    "incoming": "inbound",
    "inbound": "inbound",
    "outgoing": "outbound",
    "outbound": "outbound",
}
CHANNELS = {"pstn": "phone", "sip": "sip"}
_RESOLVED: dict[bool, Resolution] = {True: "resolved", False: "unresolved"}


def recognise(content: Content) -> str | None:
    """`event_type` of the envelope, wherever it stands; of a TeXML form its status."""
    form = content.form or content.query
    if content.value is None:
        return f"texml.{form['CallStatus']}" if ident(form, "CallSid") and text(form, "CallStatus") else None
    envelope = mapping(content.value, "data") or mapping(content.value)
    kind = text(envelope, "event_type")
    if kind is None or not isinstance(envelope.get("payload"), dict):
        return None
    return kind.replace("call_", "call.", 1) if kind.startswith("call_") else kind


def _envelope(inbound: Inbound) -> dict[str, object]:
    return mapping(inbound.data, "data") or mapping(inbound.data)


def _payload(inbound: Inbound) -> dict[str, object]:
    return mapping(_envelope(inbound), "payload")


def _call(inbound: Inbound, facts: dict[str, Any], talk: Talk | None = None) -> Translation:
    payload = _payload(inbound)
    named = [ident(payload, name) for name in ("call_session_id", "call_leg_id", "call_control_id", "conversation_id")]
    external_id = need(first(*named), "call_session_id")
    update = Update(
        provider=inbound.provider,
        external_id=external_id,
        kind="call",
        event_at=moment(_envelope(inbound), "occurred_at") or 0.0,
        direction=_direction(payload),
        channel=CHANNELS.get(text(payload, "calling_party_type") or ""),
        aliases=tuple(name for name in named if name and name != external_id),
        **facts,
    )
    links = (payload.get("client_state"), payload.get("custom_headers"), payload.get("metadata"))
    return tell(inbound, update, Told(who=_person(payload), links=links, talk=talk or Talk()))


def _direction(payload: dict[str, object]) -> Direction | None:
    return DIRECTIONS.get(text(payload, "direction") or "")


def _person(payload: dict[str, object]) -> Person:
    """The other end, where the direction is known: only call.initiated says it."""
    direction = _direction(payload)
    return person(phone=payload.get("to" if direction == "outbound" else "from")) if direction else Person()


def _initiated(inbound: Inbound) -> Translation:
    return _call(inbound, {"started_at": moment(_payload(inbound), "start_time") or _occurred(inbound)})


def _answered(inbound: Inbound) -> Translation:
    return _call(inbound, {"answered_at": _occurred(inbound), "is_answered": True})


def _occurred(inbound: Inbound) -> float:
    return moment(_envelope(inbound), "occurred_at") or inbound.received_at


def _hung_up(inbound: Inbound) -> Translation:
    """The end of a leg. Its length is not sent: it is end minus answer, once both are known."""
    payload = _payload(inbound)
    facts: dict[str, Any] = ending(HANGUPS, word(payload, "hangup_cause"))
    facts |= {
        "is_terminal": True,
        "started_at": moment(payload, "start_time"),
        "ended_at": moment(payload, "end_time") or _occurred(inbound),
        "needs_answer": True,
    }
    return _call(inbound, facts)


def _machine(inbound: Inbound) -> Translation:
    result = text(_payload(inbound), "result")
    return _call(inbound, {"voicemail": True if result == "machine" else None})


def _assisted(inbound: Inbound) -> Translation:
    """An AI assistant's conversation ended: an answered call, with its length and model."""
    payload = _payload(inbound)
    facts: dict[str, Any] = {
        "is_terminal": True,
        "is_answered": True,
        "had_bot": True,
        "outcome": "completed",
        "agent_id": ident(payload, "assistant_id"),
        "model": model(payload, "llm_model"),
        "duration_sec": number(payload, "duration_sec"),
        "ended_at": _occurred(inbound),
        "end_reason": word(payload, "reason"),
    }
    return _call(inbound, facts)


def _not_started(inbound: Inbound) -> Translation:
    reason = word(_payload(inbound), "reason")
    return _call(
        inbound, {"is_terminal": True, "outcome": "failed", "end_reason": reason, "ended_at": _occurred(inbound)}
    )


def _begun(inbound: Inbound) -> Translation:
    payload = _payload(inbound)
    return _call(inbound, {"agent_id": ident(payload, "assistant_id"), "is_answered": True, "had_bot": True})


def _bridged(inbound: Inbound) -> Translation:
    """Connected with another leg: after an assistant, that is the hand-over to a person."""
    return _call(inbound, {"had_human": True})


def _cost(inbound: Inbound) -> Translation:
    """The price of a leg, as text; only dollars are dollars."""
    payload = _payload(inbound)
    currencies = {text(part, "currency") for part in items(payload, "cost_parts")}
    cost = number(payload, "total_cost") if currencies <= {"USD", None} else None
    leg = first(ident(payload, "call_leg_id"), ident(payload, "call_control_id")) or "call"
    return _call(inbound, {"leg_costs": {} if cost is None else {leg: cost}})


def _insights(inbound: Inbound) -> Translation:
    """What the customer's insight group found: words to classify, and the few names that are facts."""
    found = [_unpacked(at(row, "result")) for row in items(_payload(inbound), "results")]
    facts = {key: value for row in found if isinstance(row, dict) for key, value in row.items()}
    summary = first(text(facts, "summary"), *(text(row) for row in found if isinstance(row, str)))
    resolved = flag(facts, "resolved")
    sentiment = word(facts, "sentiment")
    told = {
        "is_terminal": True,
        "sentiment": sentiment.lower() if sentiment else None,
        "intent_raw": word(facts, "intent"),
        "resolution": None if resolved is None else _RESOLVED[resolved],
    }
    return _call(inbound, told, Talk(summary=summary))


def _unpacked(result: object) -> object:
    """A result is text, an object, or an object written as text."""
    if isinstance(result, str) and result.lstrip().startswith("{"):
        try:
            return json.loads(result)
        except (ValueError, RecursionError):
            return result
    return result


def _message(inbound: Inbound) -> Translation:
    payload = _payload(inbound)
    is_inbound = inbound.event == "message.received"
    recipient = at(payload, "to", 0, "phone_number") or payload.get("to")
    sender = at(payload, "from", "phone_number") or payload.get("from")
    status = text(payload, "to", 0, "status")
    is_lost = bool(items(payload, "errors")) or (status or "").endswith("failed")
    body = text(payload, "text") if is_inbound else None
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(payload, "id"), "id of the message"),
        kind="message",
        event_at=moment(_envelope(inbound), "occurred_at") or 0.0,
        is_terminal=is_inbound or inbound.event == "message.finalized",
        opens=True,
        direction="inbound" if is_inbound else "outbound",
        channel=(word(payload, "type") or "sms").lower(),
        started_at=_occurred(inbound),
        outcome="completed" if is_inbound else _delivery_outcome(inbound.event, is_lost),
        cost_usd=number(payload, "cost", "amount") if text(payload, "cost", "currency") == "USD" else None,
        messages=1,
    )
    who = person(phone=sender if is_inbound else recipient)
    return tell(inbound, update, Told(who=who, talk=Talk(turns=(body,) if body else ())))


def _delivery_outcome(event: str, is_lost: bool) -> Any:
    if event != "message.finalized":
        return None
    return "failed" if is_lost else "completed"


def _texml(inbound: Inbound) -> Translation:
    """A TeXML status callback: Twilio's form, with Telnyx's ids beside."""
    form, status = inbound.data, inbound.event.partition(".")[2]
    session = ident(form, "CallSessionId")
    if ident(form, "ParentCallSid") and not session:
        return drop(inbound, "a child leg of a call that counts itself")
    is_terminal = status in ENDINGS
    facts = end_facts(inbound, status) if is_terminal else live_facts(inbound, status)
    external_id = need(first(session, ident(form, "CallSid")), "CallSid")
    named = [ident(form, name) for name in ("CallSid", "CallLegId", "CallControlId")]
    update = Update(
        provider=inbound.provider,
        external_id=external_id,
        kind="call",
        event_at=said_at(inbound),
        is_terminal=is_terminal,
        direction=direction_of(inbound),
        channel="phone",
        aliases=tuple(dict.fromkeys(name for name in named if name and name != external_id)),
        **facts,
    )
    return tell(inbound, update, Told(who=caller(inbound), links=(form,)))


def _answer(content: Content) -> Answer:
    return EMPTY if content.value is not None else EMPTY_XML


def check_key(secret: str) -> str:
    """What is wrong with a public key, '' if nothing."""
    is_key = len(secret.strip()) == 44 and secret.strip().endswith("=")
    return "" if is_key else "This is not Telnyx's public key: it has 44 characters and ends in '='."


def _delivery_id(inbound: Inbound) -> str:
    if inbound.content.value is None:
        names = ("CallSid", "CallStatus", "SequenceNumber")
        return ":".join(text(inbound.data, name) or "" for name in names)
    named = first(ident(_payload(inbound), "conversation_id"), ident(_payload(inbound), "call_session_id")) or ""
    return ident(_envelope(inbound), "id") or f"{inbound.event}:{named}"


HANDLERS = {
    "call.initiated": _initiated,
    "call.answered": _answered,
    "call.hangup": _hung_up,
    "call.machine.detection.ended": _machine,
    "call.machine.premium.detection.ended": _machine,
    "call.bridged": _bridged,
    "call.refer.completed": _bridged,
    "call.cost": _cost,
    "call.conversation.created": _begun,
    "call.conversation.ended": _assisted,
    "call.conversation.start_failed": _not_started,
    "call.conversation_insights.generated": _insights,
    "conversation_insight_result": _insights,
    "message.received": _message,
    "message.sent": _message,
    "message.finalized": _message,
    "texml.initiated": _texml,
    "texml.ringing": _texml,
    "texml.in-progress": _texml,
    "texml.completed": _texml,
    "texml.busy": _texml,
    "texml.no-answer": _texml,
    "texml.canceled": _texml,
    "texml.failed": _texml,
}
IGNORED = (
    "call.speak.started", "call.speak.ended", "call.playback.started", "call.playback.ended",
    "call.gather.ended", "call.dtmf.received", "call.recording.saved", "call.transcription", "call.analyzed",
    "call.refer.started", "call.refer.failed",
)  # fmt: skip

ADAPTER = Adapter(
    name="telnyx",
    title="Telnyx",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=IGNORED,
    endings=HANGUPS | ENDINGS,
    checks=(check_telnyx,),
    signed_with="the account's public key",
    pasted_into="Voice, your Call Control or TeXML application, webhook URL; for messages the messaging profile.",
    check_secret=check_key,
    answer=_answer,
    delivery_id=_delivery_id,
    is_carrier=True,
)
