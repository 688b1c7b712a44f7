"""OpenAI: thin events, an id and a type. https://platform.openai.com/docs/guides/webhooks

There is no event for the end of a call, no duration, model or cost: those come with the server SDK or OpenTelemetry.
"""

from metrone.webhooks.adapter import Adapter, Inbound, Told, Translation, drop, need, tell
from metrone.webhooks.bodies import Content
from metrone.webhooks.endings import COMPLETED, FAILED, NOT_ANSWERED, UNKNOWN, Ending, ending
from metrone.webhooks.fields import at, first, ident, items, mapping, moment, text
from metrone.webhooks.interaction import Update
from metrone.webhooks.persons import person
from metrone.webhooks.signatures import check_standard, whsec_problem

# A background response was asked for and cancelled; an incomplete one hit a limit or a filter: we are not told which.
RESPONSES: dict[str, Ending] = {
    "completed": COMPLETED,
    "failed": FAILED,
    "incomplete": UNKNOWN,
    "cancelled": NOT_ANSWERED,
}


def recognise(content: Content) -> str | None:
    """The type of an event that carries data."""
    kind = text(content.value, "type", limit=80)
    is_ours = isinstance(at(content.value, "data"), dict) and kind not in (None, "event", "notification_event")
    return kind if is_ours and "." in (kind or "") and ident(content.value, "id") else None


def _responded(inbound: Inbound) -> Translation:
    """One background response: not a conversation, and counted as one question."""
    when = moment(inbound.data, "created_at")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(inbound.data, "data", "id"), "data.id"),
        kind="assistant",
        event_at=when or 0.0,
        is_terminal=True,
        ended_at=when or inbound.received_at,
        **ending(RESPONSES, inbound.event.partition(".")[2]),
    )
    return tell(inbound, update, Told(links=(at(inbound.data, "data", "metadata"),)))


def _called(inbound: Inbound) -> Translation:
    """A call comes in. It may be told of twice, under two ids: the Call-ID of SIP is the same, so it names the call."""
    data = mapping(inbound.data, "data")
    headers = {(text(row, "name") or "").lower(): text(row, "value") or "" for row in items(data, "sip_headers")}
    own_id = first(ident(data, "call_id"), ident(data, "session_id"), ident(data, "id"))
    sip_id = ident(headers.get("call-id", "").partition("@")[0])
    when = moment(inbound.data, "created_at")
    update = Update(
        provider=inbound.provider,
        external_id=need(f"sip:{sip_id}" if sip_id else own_id, "data.call_id"),
        kind="call",
        event_at=when or 0.0,
        opens=True,
        direction="inbound",
        channel="web" if text(data, "type") == "webrtc" else "sip",
        started_at=when or inbound.received_at,
        foreign_id=ident(headers.get("x-twilio-callsid")),
        aliases=(own_id,) if own_id and sip_id else (),
    )
    number = headers.get("from", "").partition("<")[2].partition(">")[0] or headers.get("from", "")
    return tell(inbound, update, Told(who=person(phone=number), links=(items(data, "sip_headers"),)))


def _connected(inbound: Inbound) -> Translation:
    """Taken. Without SIP headers it cannot be told which announced call this is, except for WebRTC, which has no other."""
    data = mapping(inbound.data, "data")
    if text(data, "type") == "webrtc" or items(data, "sip_headers"):
        return _called(inbound)
    return drop(inbound, "the twin of a call that was announced under another id")


def _session(inbound: Inbound) -> Translation:
    when, state = moment(inbound.data, "created_at"), inbound.event.rpartition(".")[2]
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(inbound.data, "data", "id"), "data.id"),
        kind="assistant",
        event_at=when or 0.0,
        is_terminal=state == "failed",
        opens=state == "created",
        started_at=(when or inbound.received_at) if state == "created" else None,
        ended_at=(when or inbound.received_at) if state == "failed" else None,
        outcome="failed" if state == "failed" else None,
    )
    return tell(inbound, update, Told(links=(at(inbound.data, "data", "metadata"),)))


def _delivery_id(inbound: Inbound) -> str:
    return first(ident(inbound.headers, "webhook-id"), ident(inbound.data, "id")) or ""


HANDLERS = {
    "response.completed": _responded,
    "response.failed": _responded,
    "response.incomplete": _responded,
    "response.cancelled": _responded,
    "realtime.call.incoming": _called,
    "live.call.incoming": _called,
    "live.transport.incoming": _called,
    "live.transport.connected": _connected,
    "agent.session.created": _session,
    "agent.session.in_progress": _session,
    "agent.session.action_required": _session,
    "agent.session.idle": _session,
    "agent.session.failed": _session,
}
IGNORED = (
    "batch.completed", "batch.failed", "batch.expired", "batch.cancelled", "fine_tuning.job.succeeded",
    "fine_tuning.job.failed", "fine_tuning.job.cancelled", "eval.run.succeeded", "eval.run.failed",
    "eval.run.canceled", "agent.environment.ready", "agent.environment.suspended", "agent.environment.expired",
    "agent.environment.failed", "safety_identifier.blocked",
)  # fmt: skip

ADAPTER = Adapter(
    name="openai",
    title="OpenAI",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=IGNORED,
    endings=RESPONSES,
    checks=(check_standard,),
    signed_with="the endpoint's signing secret (whsec_…)",
    pasted_into="Project, Webhooks, Create.",
    check_secret=whsec_problem,
    delivery_id=_delivery_id,
)
