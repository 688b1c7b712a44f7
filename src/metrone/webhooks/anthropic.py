"""Anthropic: the sessions of Managed Agents, which alone send webhooks. Thin events: https://docs.claude.com/en/docs/agents

A session idles after every turn; it is over only when it is terminated (an error), archived or deleted.
"""

from metrone.webhooks.adapter import Adapter, Inbound, Told, Translation, need, tell
from metrone.webhooks.bodies import Content
from metrone.webhooks.endings import COMPLETED, FAILED, Ending, ending
from metrone.webhooks.fields import at, first, ident, moment, text
from metrone.webhooks.interaction import Update
from metrone.webhooks.signatures import check_standard, whsec_problem

ENDINGS: dict[str, Ending] = {"status_terminated": FAILED, "archived": COMPLETED, "deleted": COMPLETED}


def recognise(content: Content) -> str | None:
    """The type inside the envelope."""
    return text(content.value, "data", "type", limit=80) if text(content.value, "type") == "event" else None


def _session(inbound: Inbound) -> Translation:
    when, state = moment(inbound.data, "created_at"), inbound.event.partition(".")[2]
    is_over = state in ENDINGS
    is_new = inbound.event in ("session.created", "session.pending")
    update = Update(
        provider=inbound.provider,
        external_id=need(ident(inbound.data, "data", "id"), "data.id"),
        kind="assistant",
        event_at=when or 0.0,
        # Filing a session away says less of how it ended than its own end did: it must not overwrite "failed".
        is_terminal=inbound.event == "session.status_terminated",
        opens=is_new or is_over,
        started_at=(when or inbound.received_at) if is_new else None,
        ended_at=(when or inbound.received_at) if is_over else None,
        **(ending(ENDINGS, state) if is_over else {}),
    )
    return tell(inbound, update, Told(links=(at(inbound.data, "data", "metadata"),)))


def _delivery_id(inbound: Inbound) -> str:
    return first(ident(inbound.data, "id"), ident(inbound.headers, "webhook-id")) or ""


HANDLERS = {
    "session.created": _session,
    "session.pending": _session,
    "session.running": _session,
    "session.idled": _session,
    "session.requires_action": _session,
    "session.status_run_started": _session,
    "session.status_idled": _session,
    "session.status_rescheduled": _session,
    "session.status_terminated": _session,
    "session.archived": _session,
    "session.deleted": _session,
}
IGNORED = (
    "session.updated", "session.budget_reached", "session.outcome_evaluation_ended", "session.status_scheduled",
    "session.thread_created", "session.thread_idled", "session.thread_terminated", "deployment_run.started",
    "deployment_run.succeeded", "deployment_run.failed",
)  # fmt: skip

ADAPTER = Adapter(
    name="anthropic",
    title="Anthropic",
    recognise=recognise,
    handlers=HANDLERS,
    ignored=IGNORED,
    endings=ENDINGS,
    checks=(check_standard,),
    signed_with="the endpoint's signing key (whsec_…)",
    pasted_into="Console, Webhooks, Add endpoint; the address must be public and https.",
    check_secret=whsec_problem,
    delivery_id=_delivery_id,
)
