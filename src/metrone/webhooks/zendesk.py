"""Zendesk: ticket and messaging events, our own template for triggers, and Sunshine Conversations. https://developer.zendesk.com

Ids are text, times have nanoseconds, statuses are in upper case; `event.meta.sequence.id` has 26 digits and is not read.
"""

from typing import Any

from metrone.webhooks.adapter import (
    Adapter,
    Inbound,
    Report,
    Told,
    Translation,
    drop,
    need,
    report,
    tell,
)
from metrone.webhooks.bodies import Content
from metrone.webhooks.fields import at, count, first, flag, ident, items, mapping, moment, number, text, word
from metrone.webhooks.interaction import Talk, Update
from metrone.webhooks.persons import Person, person
from metrone.webhooks.signatures import check_basic, check_token, check_zendesk

TEMPLATE_TYPE = "metrone.ticket"  # `type` of the body that docs/webhooks/zendesk.md gives for triggers
OVER = ("SOLVED", "CLOSED")
_SATISFIED = {"good": 5.0, "bad": 1.0}  # Zendesk's two-point rating at the ends of our five
_PREFIX = "zen:event-type:"


def recognise(content: Content) -> str | None:
    """The event type without Zendesk's prefix; `sunshine.` and the type; the template of triggers."""
    body = content.value
    kind = text(body, "type", limit=120)
    if kind and kind.startswith(_PREFIX):
        return kind.removeprefix(_PREFIX)
    if kind == TEMPLATE_TYPE:
        return "trigger"
    inner = text(body, "events", 0, "type", limit=80)
    return f"sunshine.{inner}" if inner and mapping(body, "app") else None


def _ticket(inbound: Inbound, facts: dict[str, Any], who: Person | None = None) -> Translation:
    body, detail = mapping(inbound.data), mapping(inbound.data, "detail")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(detail, "id"), "detail.id"),
        kind="chat",
        event_at=moment(body, "time") or 0.0,
        sequence=count(body, "event", "meta", "sequence", "position") or 0,
        channel=facts.pop("channel", None) or word(detail, "via", "channel"),
        started_at=moment(detail, "created_at"),
        **facts,
    )
    who = who or person(local=("zendesk", ident(detail, "requester_id")))
    tags = [tag for row in items(detail, "tags") if (tag := text(row))]
    links = (detail.get("custom_fields"), {"metrone_session": _tagged(tags)})
    return tell(inbound, update, Told(who=who, links=links, talk=_talk(detail)))


def _tagged(tags: list[str]) -> str | None:
    """A ticket event carries no custom fields, so the session may travel as the tag `metrone_session:…`."""
    return next((tag.partition(":")[2] for tag in tags if tag.startswith("metrone_session:")), None)


def _talk(detail: dict[str, object]) -> Talk:
    tags = (word(tag) for tag in items(detail, "tags"))
    description = text(detail, "description")
    return Talk(
        turns=(description,) if description else (),
        subject=text(detail, "subject"),
        tags=tuple(tag for tag in tags if tag and not tag.startswith("metrone_")),
    )


def _created(inbound: Inbound) -> Translation:
    return _ticket(inbound, {"opens": True})


def _status(inbound: Inbound) -> Translation:
    """Solved may be reopened; closed is final. Reopening revises the end, so it weighs as much."""
    detail, event = mapping(inbound.data, "detail"), mapping(inbound.data, "event")
    now, before = _upper(first(text(event, "current"), text(detail, "status"))), _upper(text(event, "previous"))
    if now in OVER:
        when = moment(inbound.data, "time") or moment(detail, "updated_at") or inbound.received_at
        facts: dict[str, Any] = {"is_terminal": True, "outcome": "completed", "resolution": "resolved"}
        # Closing follows solving by days, all by itself; the talk was over when it was solved.
        return _ticket(inbound, facts | {"ended_at": when if before not in OVER else None})
    if before in OVER:
        return _ticket(inbound, {"is_terminal": True, "resolution": "unresolved"})
    return _ticket(inbound, {})


def _upper(value: str | None) -> str:
    return (value or "").upper()


def _commented(inbound: Inbound) -> Translation:
    """A public comment is a message; one by staff is a person's."""
    comment = mapping(inbound.data, "event", "comment")
    message = ident(comment, "id")
    is_public, is_staff = flag(comment, "is_public") is not False, flag(comment, "author", "is_staff")
    facts = {
        "message_ids": (message,) if message and is_public else (),
        "had_human": True if is_staff and is_public else None,
    }
    return _ticket(inbound, facts)


def _messaged(inbound: Inbound) -> Translation:
    """A message of a chat: `detail` has the ticket's id and nothing else. Bots come as actors of type system."""
    event = mapping(inbound.data, "event")
    message, actor = ident(event, "message", "id"), text(event, "actor", "type")
    facts = {
        "channel": "native_messaging",
        "message_ids": (message,) if message else (),
        "had_bot": True if actor in ("system", "trigger") else None,
        "had_human": True if actor == "agent" else None,
    }
    visitor = ident(event, "actor", "id") if actor == "end_user" else None
    return _ticket(inbound, facts, person(local=("zendesk", visitor)))


def _assigned(inbound: Inbound) -> Translation:
    """To nobody before, to a person now: where a bot had spoken, that is the hand-over."""
    event = mapping(inbound.data, "event")
    is_taken = not _known(ident(event, "previous")) and _known(ident(event, "current"))
    return _ticket(inbound, {"had_human": True if is_taken else None})


def _known(ident_: str | None) -> bool:
    return ident_ not in (None, "0")


def _touched(inbound: Inbound) -> Translation:
    return _ticket(inbound, {})


def _soft_deleted(inbound: Inbound) -> Translation:
    when = moment(inbound.data, "time") or inbound.received_at
    return _ticket(inbound, {"is_terminal": True, "ended_at": when, "end_reason": "soft_deleted"})


def _deleted(inbound: Inbound) -> Translation:
    return Translation(event=inbound.event, erase=(need(ident(inbound.data, "detail", "id"), "detail.id"),))


def _triggered(inbound: Inbound) -> Translation:
    """The published template: every value is text that Zendesk filled in."""
    body = mapping(inbound.data)
    status, rating = _upper(text(body, "status")), (text(body, "satisfaction") or "").lower()
    score, is_over = number(rating), status in OVER
    when = moment(body, "updated_at")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(body, "id"), "id of the ticket"),
        kind="chat",
        event_at=when or 0.0,
        is_terminal=is_over,
        opens=status == "NEW",
        channel=(word(body, "channel") or "").lower() or None,
        started_at=moment(body, "created_at"),
        ended_at=(when or inbound.received_at) if is_over else None,
        outcome="completed" if is_over else None,
        resolution="resolved" if is_over else None,
        csat=score if score is not None and 1 <= score <= 5 else _SATISFIED.get(rating.partition(" ")[0]),
    )
    who = person(email=text(body, "requester_email"), local=("zendesk", ident(body, "requester_id")))
    tags = (text(body, "tags") or "").split()
    talk = Talk(subject=text(body, "subject"), tags=tuple(tag for tag in tags if not tag.startswith("metrone_")))
    return tell(inbound, update, Told(who=who, links=(body, {"metrone_session": _tagged(tags)}), talk=talk))


def _sunshine(inbound: Inbound) -> Translation:
    """Sunshine Conversations: many events in one body."""
    reports = [made for row in items(inbound.data, "events") if (made := _spoken(inbound, mapping(row)))]
    return Translation(event=inbound.event, reports=tuple(reports)) if reports else drop(inbound, "no conversation")


def _spoken(inbound: Inbound, row: dict[str, object]) -> Report | None:
    payload = mapping(row, "payload")
    conversation = ident(payload, "conversation", "id")
    if conversation is None:
        return None
    message, author = ident(payload, "message", "id"), text(payload, "message", "author", "type")
    when = moment(row, "createdAt") or moment(payload, "message", "received") or 0.0
    update = Update(
        provider=inbound.provider,
        external_id=conversation,
        kind="chat",
        event_at=when,
        opens=text(row, "type") == "conversation:create",
        started_at=(when or inbound.received_at) if text(row, "type") == "conversation:create" else None,
        channel=word(payload, "message", "source", "type"),
        message_ids=(message,) if message else (),
    )
    said = text(payload, "message", "content", "text") if author == "user" else None
    who = person(own_id=ident(payload, "user", "externalId"), local=("sunshine", ident(payload, "user", "id")))
    links = (at(payload, "conversation", "metadata"), at(payload, "message", "metadata"))
    return report(inbound, update, Told(who=who, links=links, talk=Talk(turns=(said,) if said else ())))


def _delivery_id(inbound: Inbound) -> str:
    invocation = ident(inbound.headers, "x-zendesk-webhook-invocation-id")
    if inbound.event == "trigger":  # whose id is the ticket's
        named = [text(inbound.data, name) or "" for name in ("id", "status", "updated_at", "satisfaction")]
        return invocation or ":".join(named)
    return first(invocation, ident(inbound.data, "id"), ident(inbound.data, "events", 0, "id")) or ""


HANDLERS = {
    "ticket.created": _created,
    "ticket.status_changed": _status,
    "ticket.comment_added": _commented,
    "ticket.agent_assignment_changed": _assigned,
    "ticket.group_assignment_changed": _touched,
    "ticket.tags_changed": _touched,
    "ticket.soft_deleted": _soft_deleted,
    "ticket.permanently_deleted": _deleted,
    "messaging_ticket.message_added": _messaged,
    "trigger": _triggered,
    "sunshine.conversation:message": _sunshine,
    "sunshine.conversation:create": _sunshine,
}
IGNORED = (
    "ticket.custom_status_changed", "ticket.priority_changed", "ticket.subject_changed", "ticket.merged",
    "ticket.marked_as_spam", "ticket.undeleted", "user.active_changed", "user.group_membership_created",
)  # fmt: skip

ADAPTER = Adapter(
    name="zendesk",
    title="Zendesk",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=IGNORED,
    checks=(check_zendesk, check_token("authorization", "x-api-key"), check_basic),
    signed_with="the webhook's signing secret",
    pasted_into="Admin Center, Apps and integrations, Webhooks, Create, with POST and JSON.",
    delivery_id=_delivery_id,
)
