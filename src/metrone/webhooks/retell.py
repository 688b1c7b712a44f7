"""Retell: `{"event": …, "call": {…}}` or `{"event": …, "chat": {…}}`. https://docs.retellai.com/features/webhook-overview

Costs are US cents; times are epoch milliseconds. Transcripts, recording links and tokens of a call stand in these bodies.
"""

from typing import Any

from metrone.webhooks.adapter import Adapter, Inbound, Told, Translation, need, tell
from metrone.webhooks.bodies import Content
from metrone.webhooks.endings import COMPLETED, FAILED, HANDED_OVER, NOT_ANSWERED, VOICEMAIL, Ending, ending
from metrone.webhooks.fields import first, flag, ident, items, mapping, moment, number, text, word
from metrone.webhooks.interaction import Direction, Resolution, Talk, Update
from metrone.webhooks.persons import person
from metrone.webhooks.signatures import check_retell

# disconnection_reason: https://docs.retellai.com/reliability/debug-call-disconnect
ENDINGS: dict[str, Ending] = {
    "user_hangup": COMPLETED,
    "agent_hangup": COMPLETED,
    "inactivity": COMPLETED,
    "max_duration_reached": COMPLETED,
    "manual_stopped": COMPLETED,
    "ivr_reached": COMPLETED,
    "transfer_cancelled": Ending("completed", handoff=False),
    "call_transfer": HANDED_OVER,
    "transfer_bridged": HANDED_OVER,
    "call_take_over": HANDED_OVER,
    "voicemail_reached": VOICEMAIL,
    "dial_busy": NOT_ANSWERED,
    "dial_failed": NOT_ANSWERED,
    "dial_no_answer": NOT_ANSWERED,
    "user_declined": NOT_ANSWERED,
    "marked_as_spam": NOT_ANSWERED,
    "invalid_destination": NOT_ANSWERED,
    "error_user_not_joined": FAILED,
    "error_llm_websocket_open": FAILED,
    "error_llm_websocket_lost_connection": FAILED,
    "error_llm_websocket_runtime": FAILED,
    "error_llm_websocket_corrupt_payload": FAILED,
    "error_no_audio_received": FAILED,
    "error_asr": FAILED,
    "error_retell": FAILED,
    "error_unknown": FAILED,
    "registered_call_timeout": FAILED,
    "sip_routing_error": FAILED,
    "telephony_provider_permission_denied": FAILED,
    "telephony_provider_unavailable": FAILED,
    "no_valid_payment": FAILED,
    "scam_detected": FAILED,
    "concurrency_limit_reached": FAILED,
    "no_concurrency_fallback": FAILED,
}
# Where no reason is given. A sample of call_ended in Retell's documentation says "registered", so that decides nothing.
STATUSES: dict[str, Ending] = {"ended": COMPLETED, "not_connected": NOT_ANSWERED, "error": FAILED}
_DIRECTIONS: dict[str, Direction] = {"inbound": "inbound", "outbound": "outbound"}
_CHANNELS = {"phone_call": "phone", "web_call": "web", "api_chat": "web", "sms_chat": "sms"}
_SENTIMENTS = frozenset({"positive", "neutral", "negative"})
_RESOLVED: dict[bool | None, Resolution] = {True: "resolved", False: "unresolved"}


def recognise(content: Content) -> str | None:
    """The event, where a call or a chat comes with it."""
    kind = text(content.value, "event", limit=80)
    is_ours = bool(mapping(content.value, "call") or mapping(content.value, "chat"))
    return kind if is_ours else None


def _call(inbound: Inbound, facts: dict[str, Any], talk: Talk | None = None) -> Translation:
    call = mapping(inbound.data, "call")
    direction = _DIRECTIONS.get(text(call, "direction") or "")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(call, "call_id"), "call_id"),
        kind="call",
        event_at=facts.pop("said_at", None) or 0.0,
        direction=direction,
        channel=_CHANNELS.get(text(call, "call_type") or ""),
        agent_id=ident(call, "agent_id"),
        foreign_id=_carried(call),
        **facts,
    )
    phone = text(call, "to_number" if direction == "outbound" else "from_number")
    return tell(inbound, update, Told(who=person(phone=phone), links=_links(call), talk=talk or Talk()))


def _carried(call: dict[str, object]) -> str | None:
    carriers = mapping(call, "telephony_identifier")
    return first(
        *(ident(carriers, name) for name in ("twilio_call_sid", "telnyx_call_control_id", "telnyx_call_session_id"))
    )


def _links(told: dict[str, object]) -> tuple[object, ...]:
    return tuple(told.get(name) for name in ("metadata", "retell_llm_dynamic_variables", "custom_sip_headers"))


def _started(inbound: Inbound) -> Translation:
    began = moment(inbound.data, "call", "start_timestamp")
    return _call(inbound, {"said_at": began, "started_at": began, "answered_at": began, "is_answered": True})


def _ended(inbound: Inbound) -> Translation:
    """The end of a call, or its analysis later: the whole call each time, so each may come first, or alone."""
    call = mapping(inbound.data, "call")
    reason = word(call, "disconnection_reason")
    facts = ending(ENDINGS, reason) if reason else ending(STATUSES, text(call, "call_status")) | {"end_reason": None}
    milliseconds = number(call, "duration_ms")
    latency, cents = number(call, "latency", "e2e", "p50"), number(call, "call_cost", "combined_cost")
    began, is_connected = moment(call, "start_timestamp"), facts["outcome"] != "not_answered"
    facts |= {
        "said_at": moment(call, "end_timestamp"),
        "sequence": int(inbound.event == "call_analyzed"),
        "is_terminal": True,
        "started_at": began,
        "answered_at": began if is_connected else None,
        "ended_at": moment(call, "end_timestamp"),
        "duration_sec": None if milliseconds is None else milliseconds / 1000,
        "cost_usd": _dollars(cents),
        "latency_ms": latency,
        "messages": _messages(items(call, "transcript_object")),
    }
    analysis = mapping(call, "call_analysis")
    if flag(analysis, "in_voicemail"):
        facts["voicemail"] = True
    talk = _talk(analysis, "call_summary", items(call, "transcript_object"), text(call, "transcript"))
    return _call(inbound, facts | _judgement(analysis, "call_successful"), talk)


def _dollars(cents: float | None) -> float | None:
    return None if cents is None else round(cents / 100, 6)


def _messages(rows: list[object]) -> int | None:
    return sum(text(row, "role") in ("agent", "user") for row in rows) if rows else None


def _judgement(analysis: dict[str, object], success: str) -> dict[str, Any]:
    custom = mapping(analysis, "custom_analysis_data")
    sentiment = (text(analysis, "user_sentiment") or "").lower()
    return {
        "resolution": _RESOLVED.get(flag(analysis, success)),
        "sentiment": sentiment if sentiment in _SENTIMENTS else None,
        "intent_raw": first(word(custom, "intent"), word(custom, "call_intent"), word(custom, "caller_intent")),
    }


def _talk(analysis: dict[str, object], summary: str, rows: list[object], transcript: str | None) -> Talk:
    said = (text(row, "content") for row in rows if text(row, "role") == "user")
    return Talk(summary=text(analysis, summary), turns=tuple(line for line in said if line), transcript=transcript)


def _transferred(inbound: Inbound) -> Translation:
    """A transfer on its way: only a bridged one reached somebody."""
    return _call(inbound, {"handoff": True if inbound.event == "transfer_bridged" else None})


def _chat(inbound: Inbound, facts: dict[str, Any], talk: Talk | None = None) -> Translation:
    chat = mapping(inbound.data, "chat")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(chat, "chat_id"), "chat_id"),
        kind="chat",
        event_at=facts.pop("said_at", None) or 0.0,
        channel=_CHANNELS.get(text(chat, "chat_type") or ""),
        agent_id=ident(chat, "agent_id"),
        started_at=moment(chat, "start_timestamp"),
        **facts,
    )
    links = (*_links(chat), chat.get("custom_attributes"))
    return tell(inbound, update, Told(links=links, talk=talk or Talk()))


def _chat_started(inbound: Inbound) -> Translation:
    return _chat(inbound, {"said_at": moment(inbound.data, "chat", "start_timestamp"), "opens": True})


def _chat_ended(inbound: Inbound) -> Translation:
    chat = mapping(inbound.data, "chat")
    rows, analysis = items(chat, "message_with_tool_calls"), mapping(chat, "chat_analysis")
    facts = {
        "said_at": moment(chat, "end_timestamp"),
        "sequence": int(inbound.event == "chat_analyzed"),
        "is_terminal": True,
        "ended_at": moment(chat, "end_timestamp"),
        "outcome": "failed" if text(chat, "chat_status") == "error" else "completed",
        "cost_usd": _dollars(number(chat, "chat_cost", "combined_cost")),
        "messages": sum(text(row, "role") in ("agent", "user", "sms") for row in rows) if rows else None,
    }
    talk = _talk(analysis, "chat_summary", rows, text(chat, "transcript"))
    return _chat(inbound, facts | _judgement(analysis, "chat_successful"), talk)


def _delivery_id(inbound: Inbound) -> str:
    named = first(ident(inbound.data, "call", "call_id"), ident(inbound.data, "chat", "chat_id")) or ""
    began = number(inbound.data, "call", "start_timestamp") if inbound.event.startswith("transfer_") else None
    return f"{inbound.event}:{named}:{began or ''}"


HANDLERS = {
    "call_started": _started,
    "call_ended": _ended,
    "call_analyzed": _ended,
    "transfer_started": _transferred,
    "transfer_bridged": _transferred,
    "transfer_cancelled": _transferred,
    "transfer_ended": _transferred,
    "chat_started": _chat_started,
    "chat_ended": _chat_ended,
    "chat_analyzed": _chat_ended,
}

ADAPTER = Adapter(
    name="retell",
    title="Retell",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=("transcript_updated",),
    endings=ENDINGS,
    checks=(check_retell,),
    signed_with="the API key with the webhook badge",
    pasted_into="Settings, Webhooks, for the whole account; or Webhook URL of one agent.",
    delivery_id=_delivery_id,
)
