"""Twilio: voice status callbacks, recordings, SMS, Conversations (forms and Event Streams). https://www.twilio.com/docs/usage/webhooks

One URL gets them all, so the type is read from the fields. Child legs of <Dial> are no calls of their own.
"""

from collections.abc import Callable
from typing import Any

from metrone.webhooks.adapter import (
    Adapter,
    Inbound,
    Report,
    Told,
    Translation,
    answered,
    drop,
    need,
    report,
    tell,
)
from metrone.webhooks.bodies import Content
from metrone.webhooks.delivery import EMPTY, EMPTY_XML, Answer
from metrone.webhooks.fields import count, first, ident, items, mapping, moment, text, word
from metrone.webhooks.interaction import Direction, Talk, Update
from metrone.webhooks.persons import NOBODY, person
from metrone.webhooks.phonecall import ENDINGS, LIVE, caller, direction_of, end_facts, live_facts, said_at
from metrone.webhooks.signatures import check_twilio

WRONG_FIELD = (
    "This URL stands where Twilio asks what to do with a call ('A call comes in'). We answer with nothing, so the call ends. "
    "Put it into 'Call status changes' (Status Callback) instead."
)


def recognise(content: Content) -> str | None:
    """The type of a form by its fields, of JSON by its envelope."""
    if content.value is not None:
        return _recognise_json(content.value)
    form = content.form or content.query
    if kind := text(form, "EventType"):
        return f"conversations.{kind}" if ident(form, "ConversationSid") else None
    if text(form, "RecordingStatus") and ident(form, "RecordingSid"):
        return "recording"
    if ident(form, "SessionId") and text(form, "SessionStatus"):
        return "voice.relay"
    if ident(form, "MessageSid") or ident(form, "SmsSid"):
        return f"message.{first(text(form, 'MessageStatus'), text(form, 'SmsStatus')) or 'received'}"
    if not ident(form, "CallSid") and "CallStatus" not in form:
        return None
    return _recognise_voice(form)


def _recognise_json(value: object) -> str | None:
    if isinstance(value, list):
        return "event-streams" if value and ident(value, 0, "specversion") else None
    if text(value, "specversion") and text(value, "type"):
        return "event-streams"
    return "intelligence" if ident(value, "transcript_sid") else None


def _recognise_voice(form: dict[str, str]) -> str:
    status = text(form, "CallStatus") or ""
    if text(form, "DialCallStatus"):
        return "voice.dial"
    # Twilio asks for TwiML with a live status and none of the fields of a callback.
    is_callback = any(name in form for name in ("CallbackSource", "Timestamp", "SequenceNumber"))
    return "voice.request" if status in LIVE and not is_callback else f"voice.{status}"


def _live(inbound: Inbound) -> Translation:
    return _voice(inbound, live_facts(inbound, inbound.event.partition(".")[2]), is_terminal=False)


def _ended(inbound: Inbound) -> Translation:
    return _voice(inbound, end_facts(inbound, inbound.event.partition(".")[2]), is_terminal=True)


def _voice(inbound: Inbound, facts: dict[str, Any], is_terminal: bool) -> Translation:
    form = inbound.data
    if ident(form, "ParentCallSid"):
        return drop(inbound, "a child leg of a call that counts itself")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(form, "CallSid"), "CallSid"),
        kind="call",
        event_at=said_at(inbound),
        sequence=count(form, "SequenceNumber") or 0,
        is_terminal=is_terminal,
        direction=direction_of(inbound),
        channel="phone",
        aliases=_recordings(inbound),
        **facts,
    )
    return tell(inbound, update, Told(who=caller(inbound), links=(form,)))


def _recordings(inbound: Inbound) -> tuple[str, ...]:
    # A voice platform that runs on Twilio may know a call by its recording only (Bland's recording_url).
    recording = ident(inbound.data, "RecordingSid")
    return (recording,) if recording else ()


def _recorded(inbound: Inbound) -> Translation:
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(inbound.data, "CallSid"), "CallSid"),
        kind="call",
        event_at=said_at(inbound),
        channel="phone",
        aliases=_recordings(inbound),
    )
    return tell(inbound, update)


def _dialled(inbound: Inbound) -> Translation:
    """The action of <Dial>: whether the transfer reached somebody. Twilio waits for TwiML here and hangs up on ours."""
    facts = end_facts(inbound, "completed") if text(inbound.data, "DialCallStatus") == "completed" else {}
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(inbound.data, "CallSid"), "CallSid"),
        kind="call",
        event_at=said_at(inbound),
        channel="phone",
        direction=direction_of(inbound),
        is_answered=True,
        handoff=facts.get("handoff"),
    )
    return tell(inbound, update, Told(who=caller(inbound), links=(inbound.data,)), WRONG_FIELD)


def _asked(inbound: Inbound) -> Translation:
    return drop(inbound, "a question, not a report", WRONG_FIELD)


def _message(inbound: Inbound) -> Translation:
    form, status = inbound.data, inbound.event.partition(".")[2]
    is_inbound = status in ("received", "receiving")
    is_lost = status in ("failed", "undelivered")
    direction: Direction = "inbound" if is_inbound else "outbound"
    update = Update(
        provider=inbound.provider,
        external_id=need(first(ident(form, "MessageSid"), ident(form, "SmsSid")), "MessageSid"),
        kind="message",
        is_terminal=is_inbound or is_lost or status in ("delivered", "read"),
        opens=status in ("sent", "queued"),
        direction=direction,
        channel=_message_channel(text(form, "From")),
        started_at=inbound.received_at,
        outcome="failed" if is_lost else "completed" if is_inbound or status in ("delivered", "read") else None,
        end_reason=status if is_lost else None,
        messages=1,
    )
    body = text(form, "Body") if is_inbound else None
    who = person(phone=text(form, "From" if is_inbound else "To"))
    return tell(inbound, update, Told(who=who, links=(form,), talk=Talk(turns=(body,) if body else ())))


def _message_channel(sender: str | None) -> str:
    scheme, found, _ = (sender or "").partition(":")
    return scheme if found and scheme in ("whatsapp", "rcs", "messenger") else "sms"


def _conversation(inbound: Inbound) -> Translation:
    return tell(inbound, _chat(inbound, inbound.data, inbound.event.partition(".")[2]), Told(links=(inbound.data,)))


def _chat(inbound: Inbound, data: object, event: str) -> Update:
    """The update of a Conversation, from a form (onMessageAdded …) or the data of an Event Stream."""
    state = first(text(data, "StateTo"), text(data, "State"))
    is_closed = state == "closed" or event in ("onConversationRemoved", "conversation.removed", "conversation.deleted")
    when = (
        moment(data, "DateUpdated")
        or moment(data, "StateUpdated")
        or moment(data, "DateCreated")
        or moment(data, "Timestamp")
        or 0.0
    )
    message = first(ident(data, "MessageSid"), ident(data, "IMMessageSid")) if "essage" in event else None
    is_new = event in ("onConversationAdded", "conversation.added", "conversation.created")
    return Update(
        provider=inbound.provider,
        external_id=need(ident(data, "ConversationSid"), "ConversationSid"),
        kind="chat",
        event_at=when,
        is_terminal=is_closed,
        opens=is_new or message is not None,
        started_at=(moment(data, "DateCreated") or when or inbound.received_at) if is_new else None,
        ended_at=(when or inbound.received_at) if is_closed else None,
        outcome="completed" if is_closed else None,
        end_reason=word(data, "Reason") if is_closed else None,
        message_ids=(message,) if message else (),
    )


STREAMED: dict[str, Callable[[Inbound, object, str], Update]] = {
    "com.twilio.conversations.conversation.added": _chat,
    "com.twilio.conversations.conversation.removed": _chat,
    "com.twilio.conversations.conversation-state.updated": _chat,
    "com.twilio.conversations.message.added": _chat,
}


def _streamed(inbound: Inbound) -> Translation:
    """Event Streams: CloudEvents, one or many in a body. `datacontenttype` holds a date by mistake: not read."""
    rows = items(inbound.data) or [inbound.data]
    reports: list[Report] = []
    for row in rows:
        kind = text(row, "type") or ""
        build = STREAMED.get(kind)
        if build is not None and ident(row, "data", "ConversationSid"):
            update = build(inbound, mapping(row, "data"), kind.removeprefix("com.twilio.conversations."))
            reports.append(report(inbound, update, Told(who=NOBODY)))
    if not reports:
        return drop(inbound, "an event that is not counted")
    return Translation(event=inbound.event, reports=tuple(reports))


def _relay(inbound: Inbound) -> Translation:
    return answered(drop(inbound, "a question, not a report", WRONG_FIELD), EMPTY_XML)


def _answer(content: Content) -> Answer:
    # JSON in answer to a form is Twilio's error 12300.
    return EMPTY if content.value is not None else EMPTY_XML


def _delivery_id(inbound: Inbound) -> str:
    token = ident(inbound.headers, "i-twilio-idempotency-token")
    data = inbound.data
    if token:
        return token
    if isinstance(data, list) or ident(data, "specversion"):
        return first(ident(data, 0, "id"), ident(data, "id")) or ""
    named = [ident(data, name) or "" for name in ("CallSid", "MessageSid", "ConversationSid", "RecordingSid")]
    return ":".join([*named, inbound.event, text(data, "SequenceNumber") or ""])


HANDLERS = {
    "voice.queued": _live,
    "voice.initiated": _live,
    "voice.ringing": _live,
    "voice.in-progress": _live,
    "voice.completed": _ended,
    "voice.busy": _ended,
    "voice.no-answer": _ended,
    "voice.canceled": _ended,
    "voice.failed": _ended,
    "voice.dial": _dialled,
    "voice.request": _asked,
    "voice.relay": _relay,
    "recording": _recorded,
    "message.received": _message,
    "message.queued": _message,
    "message.sent": _message,
    "message.delivered": _message,
    "message.read": _message,
    "message.undelivered": _message,
    "message.failed": _message,
    "conversations.onConversationAdded": _conversation,
    "conversations.onConversationStateUpdated": _conversation,
    "conversations.onConversationRemoved": _conversation,
    "conversations.onMessageAdded": _conversation,
    "event-streams": _streamed,
}

ADAPTER = Adapter(
    name="twilio",
    title="Twilio",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=("message.sending", "message.receiving", "message.accepted", "message.scheduled", "intelligence"),
    endings=ENDINGS,
    checks=(check_twilio,),
    signed_with="the account's primary Auth Token",
    pasted_into="Phone Numbers, your number, Call status changes; for messages the status callback of the number or service.",
    answer=_answer,
    delivery_id=_delivery_id,
    is_carrier=True,
)
