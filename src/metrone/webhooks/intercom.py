"""Intercom: conversations, tickets and calls in one envelope, and the Fin Agent API without. https://developers.intercom.com/docs/webhooks

Times are epoch seconds at the item and ISO inside its statistics. An item holds only the parts that triggered the event.
"""

import re
from html import unescape
from typing import Any

from metrone.webhooks.adapter import Adapter, Inbound, Told, Translation, drop, need, tell
from metrone.webhooks.bodies import Content
from metrone.webhooks.endings import COMPLETED, FAILED, NOT_ANSWERED, VOICEMAIL, Ending, ending
from metrone.webhooks.fields import at, first, flag, ident, items, mapping, moment, number, text, word
from metrone.webhooks.interaction import Direction, Resolution, Talk, Update
from metrone.webhooks.persons import Person, person
from metrone.webhooks.signatures import check_intercom, check_intercom_fin

# ended_reason of a call.
CALL_ENDINGS: dict[str, Ending] = {
    "completed": COMPLETED,
    "ended": COMPLETED,
    "hangup": COMPLETED,
    "no-answer": NOT_ANSWERED,
    "no_answer": NOT_ANSWERED,
    "missed": NOT_ANSWERED,
    "busy": NOT_ANSWERED,
    "canceled": NOT_ANSWERED,
    "cancelled": NOT_ANSWERED,
    "rejected": NOT_ANSWERED,
    "abandoned": NOT_ANSWERED,
    "voicemail": VOICEMAIL,
    "failed": FAILED,
    "error": FAILED,
}
# ai_agent.resolution_state: Fin's own word for how it went.
RESOLUTIONS: dict[str, Resolution] = {
    "assumed_resolution": "resolved",
    "confirmed_resolution": "resolved",
    "resolved": "resolved",
    "escalated": "escalated",
    "procedure_handoff": "escalated",
    "negative_feedback": "unresolved",
}
_DELIVERED: dict[str, Direction] = {
    "customer_initiated": "inbound",
    "admin_initiated": "outbound",
    "operator_initiated": "outbound",
    "automated": "outbound",
    "campaigns_initiated": "outbound",
}
_DIRECTIONS: dict[str, Direction] = {"inbound": "inbound", "outbound": "outbound"}
_TAG = re.compile(r"<[^<>]{0,500}>")
_WRITTEN = ("comment", "assignment", "close", "open", "quick_reply")  # with a body these are messages; notes never


def recognise(content: Content) -> str | None:
    """The topic; `fin.` and the event's name for the Fin Agent API, which has no envelope."""
    body = content.value
    if text(body, "type") == "notification_event":
        return text(body, "topic", limit=80)
    kind = text(body, "event_name", limit=80)
    return f"fin.{kind}" if kind and ident(body, "conversation_id") else None


def _item(inbound: Inbound) -> dict[str, object]:
    return mapping(inbound.data, "data", "item")


def _conversation(inbound: Inbound, facts: dict[str, Any]) -> Translation:
    item = _item(inbound)
    agent = mapping(item, "ai_agent")
    parts = _parts(item)
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(item, "id"), "id of the conversation"),
        kind="chat",
        event_at=moment(inbound.data, "created_at") or moment(item, "updated_at") or 0.0,
        direction=_DELIVERED.get(text(item, "source", "delivered_as") or ""),
        channel=_channel(item),
        started_at=moment(item, "created_at"),
        handoff=True if text(agent, "resolution_state") in ("escalated", "procedure_handoff") else None,
        had_bot=True if agent or flag(item, "ai_agent_participated") else None,
        had_human=True if _has_human(item, parts) else None,
        message_ids=facts.pop("message_ids", ()),
        **facts,
    )
    links = (item.get("custom_attributes"), at(item, "contacts", "contacts", 0, "custom_attributes"))
    return tell(inbound, update, Told(who=_person(item), links=links, talk=_talk(item, parts)))


def _channel(item: dict[str, object]) -> str | None:
    kind = (word(item, "source", "type") or "").lower()
    return "web" if kind == "conversation" else kind or None


def _parts(item: dict[str, object]) -> list[object]:
    """The parts that people or bots wrote: part_type and a body decide."""
    rows = items(item, "conversation_parts", "conversation_parts") or items(item, "ticket_parts", "ticket_parts")
    return [row for row in rows if text(row, "part_type") in _WRITTEN and text(row, "body")]


def _has_human(item: dict[str, object], parts: list[object]) -> bool:
    """Whether a teammate wrote; Fin's answers carry an admin's name but say that they are an AI's."""
    if moment(item, "statistics", "first_admin_reply_at"):
        return True
    return any(text(row, "author", "type") == "admin" and not flag(row, "author", "from_ai_agent") for row in parts)


def _person(item: dict[str, object]) -> Person:
    contact = mapping(item, "contacts", "contacts", 0) or mapping(item, "contacts", 0) or mapping(item, "user")
    author = mapping(item, "source", "author")
    is_theirs = text(author, "type") in ("user", "lead", "contact")
    email = first(text(contact, "email"), text(author, "email") if is_theirs else None)
    own_id = first(ident(contact, "external_id"), ident(contact, "user_id"))
    return person(email=email, own_id=own_id, local=("intercom", ident(contact, "id")))


def _talk(item: dict[str, object], parts: list[object]) -> Talk:
    opening = mapping(item, "source") or mapping(item, "conversation_message")
    said: list[object] = [opening] if text(opening, "author", "type") in ("user", "lead", "contact") else []
    said += [row for row in parts if text(row, "author", "type") in ("user", "lead", "contact")]
    topics = [word(row, "name") for row in items(item, "topics", "topics") + items(item, "tags", "tags")]
    return Talk(
        turns=tuple(line for row in said if (line := text(_plain(text(row, "body") or "")))),
        subject=first(text(item, "title"), text(opening, "subject")),
        tags=tuple(topic for topic in topics if topic),
    )


def _plain(body: str) -> str:
    """The words of a body, which comes as HTML."""
    return " ".join(unescape(_TAG.sub(" ", body)).split())


def _opened(inbound: Inbound) -> Translation:
    item = _item(inbound)
    opening = first(ident(item, "source", "id"), ident(item, "conversation_message", "id"))
    return _conversation(inbound, {"opens": True, "message_ids": (opening,) if opening else ()})


def _written(inbound: Inbound) -> Translation:
    named = [ident(row, "id") for row in _parts(_item(inbound))]
    return _conversation(inbound, {"message_ids": tuple(name for name in named if name)})


def _touched(inbound: Inbound) -> Translation:
    return _conversation(inbound, {})


def _closed(inbound: Inbound) -> Translation:
    """Closed, which may be undone. Whether it was resolved is Fin's word; a teammate's closing says nothing of that."""
    item = _item(inbound)
    ended = moment(item, "statistics", "last_close_at") or moment(item, "updated_at")
    return _conversation(
        inbound,
        {
            "is_terminal": True,
            "ended_at": ended or moment(inbound.data, "created_at") or inbound.received_at,
            "outcome": "completed",
            "resolution": RESOLUTIONS.get(text(item, "ai_agent", "resolution_state") or ""),
            "csat": _rating(item),
        },
    )


def _reopened(inbound: Inbound) -> Translation:
    # A revision of how it ended, so it weighs as much as the end itself.
    return _conversation(inbound, {"is_terminal": True, "resolution": "unresolved"})


def _rated(inbound: Inbound) -> Translation:
    return _conversation(inbound, {"csat": _rating(_item(inbound))})


def _rating(item: dict[str, object]) -> float | None:
    given = number(item, "conversation_rating", "rating")
    found = number(item, "ai_agent", "rating") if given is None else given
    return found if found is not None and 1 <= found <= 5 else None


def _deleted(inbound: Inbound) -> Translation:
    item = _item(inbound)
    found = need(first(ident(item, "conversation_id"), ident(item, "id")), "conversation_id")
    return Translation(event=inbound.event, erase=(found,))


def _ticket(inbound: Inbound) -> Translation:
    item = _item(inbound)
    state = first(text(item, "ticket_state", "category"), text(item, "ticket_state"))
    is_over = state == "resolved" or inbound.event == "ticket.closed"
    when = moment(item, "updated_at") or moment(inbound.data, "created_at")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(item, "id"), "id of the ticket"),
        kind="chat",
        event_at=moment(inbound.data, "created_at") or when or 0.0,
        is_terminal=is_over,
        opens=inbound.event == "ticket.created",
        channel="ticket",
        started_at=moment(item, "created_at"),
        ended_at=(when or inbound.received_at) if is_over else None,
        outcome="completed" if is_over else None,
        resolution="resolved" if state == "resolved" else None,
    )
    links = (item.get("ticket_attributes"), item.get("custom_attributes"))
    return tell(inbound, update, Told(who=_person(item), links=links))


def _call(inbound: Inbound) -> Translation:
    """A call by Intercom's phone. `duration` of an inbound call counts from the first ring, so talk time is preferred."""
    item = _item(inbound)
    ended = moment(item, "ended_at")
    is_over = inbound.event == "call.ended"
    reason, answered = word(item, "ended_reason"), moment(item, "answered_at")
    facts: dict[str, Any] = ending(CALL_ENDINGS, reason) if is_over else {}
    if is_over and answered is None and facts["outcome"] == "completed" and not number(item, "talk_time"):
        facts["outcome"] = "not_answered"
    seconds = number(item, "talk_time")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(item, "id"), "id of the call"),
        kind="call",
        event_at=ended if is_over and ended else moment(inbound.data, "created_at") or 0.0,
        is_terminal=is_over,
        direction=_DIRECTIONS.get(text(item, "direction") or ""),
        channel=(word(item, "call_type") or "phone").lower(),
        started_at=moment(item, "initiated_at"),
        answered_at=answered,
        ended_at=ended if is_over else None,
        duration_sec=seconds if is_over else None,
        **facts,
    )
    return tell(
        inbound, update, Told(who=person(phone=text(item, "phone"), local=("intercom", ident(item, "contact_id"))))
    )


def _fin(inbound: Inbound) -> Translation:
    """The Fin Agent API: a chat of the customer's own, answered by Fin. `created_at_ms` is ISO text despite its name."""
    body, status = mapping(inbound.data), text(inbound.data, "status") or ""
    when = moment(body, "created_at_ms") or moment(body, "created_at")
    is_over = status in ("resolved", "complete", "escalated")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(body, "conversation_id"), "conversation_id"),
        kind="chat",
        event_at=when or 0.0,
        is_terminal=is_over,
        opens=True,
        had_bot=True,
        ended_at=(when or inbound.received_at) if is_over else None,
        outcome="completed" if is_over else None,
        resolution=RESOLUTIONS.get(status),
        handoff=True if status == "escalated" else None,
    )
    return tell(inbound, update, Told(who=person(own_id=ident(body, "user_id"))))


def _ping(inbound: Inbound) -> Translation:
    return drop(inbound, "a ping: the connection works")


def _delivery_id(inbound: Inbound) -> str:
    if named := ident(inbound.data, "id"):
        return named
    item = _item(inbound)
    found = first(ident(item, "id"), ident(item, "conversation_id"), ident(inbound.data, "conversation_id")) or ""
    when = first(ident(inbound.data, "created_at"), ident(inbound.data, "created_at_ms")) or ""
    return f"{inbound.event}:{found}:{when}"


HANDLERS = {
    "ping": _ping,
    "conversation.user.created": _opened,
    "conversation.admin.single.created": _opened,
    "conversation.user.replied": _written,
    "conversation.admin.replied": _written,
    "conversation.operator.replied": _written,
    "conversation.admin.assigned": _touched,
    "conversation.admin.open.assigned": _written,
    "conversation.admin.closed": _closed,
    "conversation.admin.opened": _reopened,
    "conversation.rating.added": _rated,
    "conversation.deleted": _deleted,
    "ticket.created": _ticket,
    "ticket.state.updated": _ticket,
    "ticket.closed": _ticket,
    "call.started": _call,
    "call.ended": _call,
    "fin.fin_status_updated": _fin,
    "fin.fin_replied": _fin,
}
IGNORED = (
    "conversation.read", "conversation.admin.noted", "conversation.admin.snoozed", "conversation.admin.unsnoozed",
    "conversation.updated", "conversation_part.redacted", "conversation_part.tag.created", "call.recording_available",
    "call.transcription_available", "ticket.admin.assigned", "contact.user.updated", "fin.csat_requested",
)  # fmt: skip

ADAPTER = Adapter(
    name="intercom",
    title="Intercom",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=IGNORED,
    endings=CALL_ENDINGS,
    checks=(check_intercom, check_intercom_fin),
    signed_with="the app's client secret",
    pasted_into="Developer Hub, your app, Webhooks, Endpoint URL.",
    delivery_id=_delivery_id,
)
