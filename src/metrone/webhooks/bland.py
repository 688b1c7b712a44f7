"""Bland: six shapes on one URL, told apart by their fields. https://docs.bland.ai/tutorials/webhooks

`call_length` is in minutes, `corrected_duration` in seconds as text; a call is handed over when it was transferred, whatever
the disposition tag says.
"""

import re
from typing import Any

from metrone.webhooks.adapter import Adapter, Inbound, Told, Translation, drop, need, tell
from metrone.webhooks.bodies import Content
from metrone.webhooks.endings import COMPLETED, FAILED, NOT_ANSWERED, UNKNOWN, Ending, ending
from metrone.webhooks.fields import count, first, flag, ident, items, mapping, moment, number, text, word
from metrone.webhooks.interaction import Talk, Update
from metrone.webhooks.persons import person
from metrone.webhooks.signatures import check_bland

STATUSES: dict[str, Ending] = {
    "completed": COMPLETED,
    "complete": COMPLETED,
    "busy": NOT_ANSWERED,
    "no-answer": NOT_ANSWERED,
    "canceled": NOT_ANSWERED,
    "failed": FAILED,
    "unknown": UNKNOWN,
}
# A message thread by SMS: over when either side says so, or after silence.
THREADS: dict[str, Ending] = {
    "ended": COMPLETED,
    "timeout": COMPLETED,
    "inactive": COMPLETED,
    "blacklisted": NOT_ANSWERED,
}
_CARRIERS_RECORDING = re.compile(r"https://api\.twilio\.com/.*/Recordings/(RE[0-9A-Za-z]{4,64})")


def recognise(content: Content) -> str | None:
    """The shape: only some carry a type of their own."""
    body = mapping(content.value)
    if kind := text(body, "event_type", limit=80):
        return kind if ident(body, "call_id") else None
    if any(name in body for name in ("call_length", "corrected_duration", "completed")) and _is_call(body):
        return "call"
    if text(body, "category") and ident(body, "call_id"):
        return "stream"
    if ident(body, "widget_id") and ident(body, "thread_id"):
        return "widget"
    if text(body, "type") in ("INITIAL_CONVERSATION", "MESSAGE") and ident(body, "thread_id"):
        return "handoff" if text(body, "type") == "INITIAL_CONVERSATION" else "handoff.message"
    if ident(body, "conversation_id") and (text(body, "channel") or text(body, "sender")):
        return "thread.status" if text(body, "status") else "thread.message"
    return None


def _is_call(body: dict[str, object]) -> bool:
    return any(name in body for name in ("call_id", "c_id", "answered_by", "queue_status"))


def _ended(inbound: Inbound) -> Translation:
    """The one report that a call has, some seconds (with citations a minute) after its end."""
    body = mapping(inbound.data)
    if flag(body, "is_proxy_agent_call"):
        return drop(inbound, "a proxy call inside a warm transfer")
    ended, is_inbound = moment(body, "end_at"), flag(body, "inbound")
    facts = _outcome(body)
    is_connected = facts["outcome"] != "not_answered"
    seconds = _duration(body) if is_connected else None
    update = Update(
        provider=inbound.provider,
        external_id=need(first(ident(body, "call_id"), ident(body, "c_id")), "call_id"),
        kind="call",
        event_at=ended or 0.0,
        is_terminal=True,
        direction=None if is_inbound is None else "inbound" if is_inbound else "outbound",
        channel="phone",
        agent_id=first(ident(body, "pathway_id"), ident(body, "persona_id")),
        started_at=moment(body, "started_at") or moment(body, "created_at"),
        answered_at=round(ended - seconds, 3) if ended and seconds else None,
        ended_at=ended,
        duration_sec=seconds,
        cost_usd=number(body, "price"),
        messages=_messages(body),
        intent_raw=word(body, "analysis", "intent"),
        foreign_id=_carried(body),
        **facts,
    )
    who = person(phone=text(body, "from" if is_inbound else "to"))
    links = (body.get("metadata"), body.get("variables"), body.get("request_data"))
    return tell(inbound, update, Told(who=who, links=links, talk=_talk(body)))


def _outcome(body: dict[str, object]) -> dict[str, Any]:
    status = word(body, "status")
    if status is None and flag(body, "completed") is not None:
        status = "completed" if flag(body, "completed") else None
    facts = ending(STATUSES, status)
    answered_by = text(body, "answered_by")
    if answered_by == "no-answer":
        facts["outcome"] = "not_answered"
    if answered_by == "voicemail":
        facts["voicemail"] = True
    # Two recorded calls are both tagged TRANSFERRED; of one the transfer failed, and transferred_at is null.
    if moment(body, "transferred_at") or text(body, "warm_transfer_call", "state") == "MERGED":
        facts["handoff"] = True
    return facts


def _duration(body: dict[str, object]) -> float | None:
    seconds, minutes = number(body, "corrected_duration"), number(body, "call_length")
    if seconds is not None:
        return seconds
    return None if minutes is None else round(minutes * 60, 3)


def _messages(body: dict[str, object]) -> int | None:
    rows = items(body, "transcripts")
    return sum(text(row, "user") in ("user", "assistant") for row in rows) if rows else None


def _talk(body: dict[str, object]) -> Talk:
    said = (text(row, "text") for row in items(body, "transcripts") if text(row, "user") == "user")
    tags = (word(tag) for tag in items(body, "pathway_tags"))
    return Talk(
        summary=text(body, "summary"),
        turns=tuple(line for line in said if line),
        tags=tuple(tag for tag in tags if tag),
        transcript=text(body, "concatenated_transcript"),
    )


def _carried(body: dict[str, object]) -> str | None:
    found = _CARRIERS_RECORDING.match(text(body, "recording_url") or "")
    return found[1] if found else None


def _widget(inbound: Inbound) -> Translation:
    """A chat on a page, told of when it is over."""
    body = mapping(inbound.data)
    rows, ended = items(body, "conversation_history"), moment(body, "thread_ended_at")
    said = (first(text(row, "original_content"), text(row, "content")) for row in rows if _is_visitor(row))
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(body, "thread_id"), "thread_id"),
        kind="chat",
        event_at=ended or 0.0,
        is_terminal=ended is not None,
        opens=True,
        channel="web",
        agent_id=first(ident(body, "pathway_id"), ident(body, "widget_id")),
        started_at=moment(body, "thread_created_at"),
        ended_at=ended,
        outcome="completed" if ended else None,
        handoff=True if moment(body, "live_agent_handoff_at") else None,
        messages=sum(text(row, "sender_type") in ("USER", "ASSISTANT") for row in rows) if rows else None,
    )
    who = person(local=("bland", ident(body, "visitor_id")))
    talk = Talk(turns=tuple(line for line in said if line))
    return tell(inbound, update, Told(who=who, links=(body.get("variables"), body.get("metadata")), talk=talk))


def _is_visitor(row: object) -> bool:
    return (text(row, "sender_type") or text(row, "role") or "").upper() == "USER"


def _handed_over(inbound: Inbound) -> Translation:
    """A chat goes to a person of the customer's."""
    body = mapping(inbound.data)
    said = (text(row, "content") for row in items(body, "conversation_history") if _is_visitor(row))
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(body, "thread_id"), "thread_id"),
        kind="chat",
        event_at=moment(body, "created_at") or 0.0,
        opens=True,
        handoff=True,
    )
    talk = Talk(turns=tuple(line for line in said if line))
    return tell(inbound, update, Told(links=(body.get("variables"),), talk=talk))


def _thread(inbound: Inbound) -> Translation:
    """A message thread (SMS, RCS, WhatsApp): its state."""
    body = mapping(inbound.data)
    status = word(body, "status") or ""
    if status not in THREADS:
        return drop(inbound, "an event that is not counted")
    when = moment(body, "timestamp") or moment(body, "created_at")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(body, "conversation_id"), "conversation_id"),
        kind="chat",
        event_at=when or 0.0,
        is_terminal=True,
        channel=_channel(body),
        ended_at=when or inbound.received_at,
        messages=count(body, "message_count"),
        **ending(THREADS, status),
    )
    return tell(inbound, update)


def _thread_message(inbound: Inbound) -> Translation:
    body = mapping(inbound.data)
    is_visitor = (text(body, "sender") or "").upper() == "USER"
    said = first(text(body, "message"), text(body, "content")) if is_visitor else None
    message = first(ident(body, "message_id"), ident(body, "id"))
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(body, "conversation_id"), "conversation_id"),
        kind="chat",
        event_at=moment(body, "created_at") or moment(body, "timestamp") or 0.0,
        opens=True,
        channel=_channel(body),
        message_ids=(message,) if message else (),
    )
    who = person(phone=text(body, "from" if is_visitor else "to"))
    return tell(inbound, update, Told(who=who, talk=Talk(turns=(said,) if said else ())))


def _channel(body: dict[str, object]) -> str | None:
    return (word(body, "channel") or "").lower() or None


def _delivery_id(inbound: Inbound) -> str:
    names = ("call_id", "c_id", "thread_id", "conversation_id", "message_id", "id", "status")
    return ":".join((inbound.event, *(ident(inbound.data, name) or "" for name in names)))


HANDLERS = {
    "call": _ended,
    "widget": _widget,
    "handoff": _handed_over,
    "thread.status": _thread,
    "thread.message": _thread_message,
}

ADAPTER = Adapter(
    name="bland",
    title="Bland",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=("stream", "citations", "multiple", "post_transfer_transcript", "evals", "handoff.message"),
    endings=STATUSES | THREADS,
    checks=(check_bland,),
    signed_with="the webhook signing secret",
    pasted_into="The webhook of the calls that you send, or of the inbound number or persona.",
    delivery_id=_delivery_id,
)
