"""Vapi: every message is `{"message": {"type": …}}`. https://docs.vapi.ai/server-url/events

The embedded call is the snapshot of its creation, so times, cost and reason are read from the message itself. Secrets, prompts,
listen and recording links stand in these bodies; none of them is read.
"""

from collections.abc import Iterable
from typing import Any

from metrone.webhooks.adapter import Adapter, Inbound, Told, Translation, answered, drop, need, tell
from metrone.webhooks.bodies import Content
from metrone.webhooks.delivery import EMPTY_JSON
from metrone.webhooks.endings import (
    COMPLETED,
    FAILED,
    HANDED_OVER,
    HANDOFF_FAILED,
    NOT_ANSWERED,
    VOICEMAIL,
    Ending,
    ending_by_pattern,
)
from metrone.webhooks.fields import at, count, first, ident, items, mapping, model, moment, number, text, word
from metrone.webhooks.interaction import Direction, Resolution, Talk, Update
from metrone.webhooks.persons import person
from metrone.webhooks.signatures import check_standard, check_token, check_vapi

WRONG_FIELD = (
    "Vapi asks this URL a question that your own server must answer, so calls will break. Set Metrone's URL only where it gets "
    "end-of-call-report and status-update: see the page on Vapi."
)

# endedReason has 627 values, most of them faults that name a vendor; the first pattern that fits decides.
# https://docs.vapi.ai/calls/call-ended-reason
ENDED_REASONS: dict[str, Ending] = {
    "customer-ended-call*": COMPLETED,
    "assistant-ended-call*": COMPLETED,
    "assistant-said-end-call-phrase": COMPLETED,
    "*-completed-call": COMPLETED,
    "silence-timed-out": COMPLETED,
    "exceeded-max-duration": COMPLETED,
    "voicemail": VOICEMAIL,
    "call.forwarding.operator-busy": HANDOFF_FAILED,
    "call.forwarding.operator-no-answer": HANDOFF_FAILED,
    "call.forwarding.*fail*": HANDOFF_FAILED,
    "assistant-request-returned-forwarding-phone-number": HANDED_OVER,
    "assistant-forwarded-call": HANDED_OVER,
    "call.forwarding.*": HANDED_OVER,
    "*-warm-transfer-cancelled": HANDOFF_FAILED,
    "*-transfer": HANDED_OVER,
    "customer-busy": NOT_ANSWERED,
    "customer-did-not-answer": NOT_ANSWERED,
    "twilio-reported-customer-misdialed": NOT_ANSWERED,
    "vonage-rejected": NOT_ANSWERED,
    "manually-canceled": NOT_ANSWERED,
    "call.ringing.*": NOT_ANSWERED,
    "pipeline-*": FAILED,
    "call.start.error*": FAILED,
    "call.in-progress.error*": FAILED,
    "worker-shutdown": FAILED,
    "assistant-not-*": FAILED,
    "assistant-request-*": FAILED,
    "*vapifault*": FAILED,
    "*providerfault*": FAILED,
    "*error*": FAILED,
    "*failed*": FAILED,
}
DIRECTIONS: dict[str, Direction] = {"inboundPhoneCall": "inbound", "outboundPhoneCall": "outbound"}
CHANNELS = {
    "inboundPhoneCall": "phone",
    "outboundPhoneCall": "phone",
    "webCall": "web",
    "vapi.websocketCall": "websocket",
}
# successEvaluation is text whose rubric the customer chose; numbers and free text are not guessed at.
SUCCESS: dict[str, Resolution] = {
    "true": "resolved",
    "false": "unresolved",
    "pass": "resolved",
    "fail": "unresolved",
    "excellent": "resolved",
    "good": "resolved",
    "poor": "unresolved",
}


def recognise(content: Content) -> str | None:
    """The type of the message."""
    return text(content.value, "message", "type", limit=80)


def _message(inbound: Inbound) -> dict[str, object]:
    return mapping(inbound.data, "message")


def _call(inbound: Inbound, facts: dict[str, Any], talk: Talk | None = None) -> Translation:
    message = _message(inbound)
    call = mapping(message, "call")
    kind = text(call, "type") or ""
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(call, "id"), "call.id"),
        kind="call",
        event_at=moment(message, "timestamp") or 0.0,
        direction=DIRECTIONS.get(kind),
        channel=CHANNELS.get(kind),
        agent_id=first(*(ident(call, name) for name in ("assistantId", "squadId", "workflowId"))),
        foreign_id=ident(call, "phoneCallProviderId"),
        **facts,
    )
    number_at = first(text(call, "customer", "number"), text(message, "customer", "number"))
    overrides = mapping(call, "assistantOverrides")
    links = (
        call.get("metadata"),
        overrides.get("metadata"),
        overrides.get("variableValues"),
        at(message, "assistant", "metadata"),
        at(message, "artifact", "variableValues"),
    )
    return tell(inbound, update, Told(who=person(phone=number_at), links=links, talk=talk or Talk()))


def _status(inbound: Inbound) -> Translation:
    """A call on its way; "ended" is the end too, in case the report of it never comes."""
    message = _message(inbound)
    status, when = text(message, "status"), moment(message, "timestamp") or inbound.received_at
    if status == "ended":
        facts = ending_by_pattern(ENDED_REASONS, word(message, "endedReason"))
        return _call(inbound, facts | {"is_terminal": True, "ended_at": moment(message, "endedAt") or when})
    if status == "in-progress":
        return _call(inbound, {"answered_at": when, "is_answered": True})
    if status in ("queued", "scheduled", "ringing", "forwarding"):
        return _call(inbound, {})
    return drop(inbound, "an event that is not counted")


def _report(inbound: Inbound) -> Translation:
    """The end of a call with all that Vapi measured."""
    message = _message(inbound)
    started, ended = moment(message, "startedAt"), moment(message, "endedAt")
    facts: dict[str, Any] = ending_by_pattern(ENDED_REASONS, word(message, "endedReason"))
    facts |= {
        "is_terminal": True,
        "started_at": started or moment(message, "call", "createdAt"),
        "answered_at": started,
        "ended_at": ended,
        "duration_sec": _duration(message, started, ended),
        "cost_usd": number(message, "cost"),
        "latency_ms": number(message, "artifact", "performanceMetrics", "turnLatencyAverage"),
        "resolution": SUCCESS.get((text(message, "analysis", "successEvaluation") or "").lower()),
        "messages": _messages(message),
    }
    if _reached_human(message):
        facts["handoff"] = True
    return _call(inbound, facts | _model(message) | _judgement(message), _talk(message))


def _duration(message: dict[str, object], started: float | None, ended: float | None) -> float | None:
    seconds, milliseconds = number(message, "durationSeconds"), number(message, "durationMs")
    minutes = number(message, "durationMinutes")
    if seconds is not None:
        return seconds
    if milliseconds is not None:
        return milliseconds / 1000
    if started is not None and ended is not None:
        return round(max(0.0, ended - started), 3)
    return None if minutes is None else round(minutes * 60, 3)


def _model(message: dict[str, object]) -> dict[str, Any]:
    """The language model and its tokens: each model of a squad has its own part of the costs."""
    parts = [part for part in items(message, "costs") if text(part, "type") == "model"]
    sums = {
        "tokens_in": _sum(count(part, "promptTokens") for part in parts),
        "tokens_out": _sum(count(part, "completionTokens") for part in parts),
    }
    if not parts:
        breakdown = mapping(message, "costBreakdown")
        sums = {
            "tokens_in": count(breakdown, "llmPromptTokens"),
            "tokens_out": count(breakdown, "llmCompletionTokens"),
        }
    named = [model(part, "model", "model") for part in parts]
    return sums | {"model": first(*named, model(message, "assistant", "model", "model"))}


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _judgement(message: dict[str, object]) -> dict[str, Any]:
    data = mapping(message, "analysis", "structuredData")
    sentiment = first(word(data, "sentiment"), word(data, "userSentiment"))
    return {
        "sentiment": sentiment.lower() if sentiment else None,
        "intent_raw": first(word(data, "intent"), word(data, "callIntent"), word(data, "call_intent")),
        "csat": score if (score := number(data, "csat")) is not None and 1 <= score <= 5 else None,
    }


def _reached_human(message: dict[str, object]) -> bool:
    """A transfer to a number that was taken; one to another assistant is no human."""
    return any(
        text(row, "status") in ("connected", "completed") and text(row, "destination", "type") != "assistant"
        for row in items(message, "artifact", "transfers")
    )


def _turns(message: dict[str, object]) -> list[object]:
    return items(message, "artifact", "messages") or items(message, "messages")


def _messages(message: dict[str, object]) -> int | None:
    rows = _turns(message)
    return sum(text(row, "role") in ("user", "bot", "assistant") for row in rows) if rows else None


def _talk(message: dict[str, object]) -> Talk:
    said = (text(row, "message") for row in _turns(message) if text(row, "role") == "user")
    return Talk(
        summary=first(text(message, "analysis", "summary"), text(message, "summary")),
        turns=tuple(line for line in said if line),
        transcript=first(text(message, "artifact", "transcript"), text(message, "transcript")),
    )


def _chat(inbound: Inbound) -> Translation:
    chat = mapping(_message(inbound), "chat")
    update = Update(
        provider=inbound.provider,
        external_id=need(first(ident(chat, "sessionId"), ident(chat, "id")), "chat.id"),
        kind="chat",
        event_at=moment(_message(inbound), "timestamp") or moment(chat, "createdAt") or 0.0,
        opens=True,
        agent_id=ident(chat, "assistantId"),
        started_at=moment(chat, "createdAt"),
        leg_costs={ident(chat, "id") or "chat": cost} if (cost := number(chat, "cost")) is not None else {},
    )
    return tell(inbound, update, Told(links=(chat.get("metadata"),)))


def _erased(inbound: Inbound) -> Translation:
    """Deleted at Vapi, or meant to be: to be deleted here."""
    message = _message(inbound)
    found = first(ident(message, "call", "id"), ident(message, "chat", "sessionId"), ident(message, "chat", "id"))
    return Translation(event=inbound.event, erase=(need(found, "id"),))


def _asked(inbound: Inbound) -> Translation:
    return answered(drop(inbound, "a question, not a report", WRONG_FIELD), EMPTY_JSON)


def _delivery_id(inbound: Inbound) -> str:
    message = _message(inbound)
    found = first(ident(message, "call", "id"), ident(message, "chat", "id")) or ""
    return ":".join((inbound.event, found, text(message, "status") or ""))


HANDLERS = {
    "end-of-call-report": _report,
    "status-update": _status,
    "chat.created": _chat,
    "chat.deleted": _erased,
    "call.deleted": _erased,
    "call.delete.failed": _erased,
    "assistant-request": _asked,
    "tool-calls": _asked,
    "function-call": _asked,
    "transfer-destination-request": _asked,
    "handoff-destination-request": _asked,
    "knowledge-base-request": _asked,
    "voice-request": _asked,
    "call.endpointing.request": _asked,
}
IGNORED = (
    "conversation-update", "speech-update", "transcript", "model-output", "voice-input", "user-interrupted", "hang",
    "transfer-update", "phone-call-control", "language-change-detected", "assistant.started",
    "assistant.speechStarted", "call.artifact.upload", "campaign.predial", "session.created",
    "session.updated", "session.deleted",
)  # fmt: skip

ADAPTER = Adapter(
    name="vapi",
    title="Vapi",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=IGNORED,
    endings=ENDED_REASONS,
    checks=(check_vapi, check_standard, check_token("x-vapi-secret", "authorization")),
    signed_with="the credential's token or secret key",
    pasted_into="Organization settings, Server URL; tick end-of-call-report and status-update and nothing else.",
    delivery_id=_delivery_id,
)
