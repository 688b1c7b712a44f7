"""Any other platform: a JSON shape of our own, documented in docs/webhooks/generic.md, under the names of the reads.

One object, or a list of at most 100. `type` is started, updated or ended; ended is assumed where `ended_at` or `outcome` is there.
"""

from typing import Any, get_args

from metrone.webhooks.adapter import Adapter, Inbound, Malformed, Report, Told, Translation, need, report
from metrone.webhooks.bodies import Content
from metrone.webhooks.fields import count, first, flag, ident, items, mapping, model, moment, number, text, word
from metrone.webhooks.interaction import Direction, Kind, Outcome, Resolution, Talk, Update
from metrone.webhooks.persons import person
from metrone.webhooks.signatures import check_standard, check_token

REPORTS_MAX = 100
TYPES = ("started", "updated", "ended")
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_DIRECTIONS: dict[str, Direction] = {word: word for word in get_args(Direction)}
_OUTCOMES: dict[str, Outcome] = {word: word for word in get_args(Outcome)}
_RESOLUTIONS: dict[str, Resolution] = {word: word for word in get_args(Resolution)}


def recognise(content: Content) -> str | None:
    """The type of the one object, or `list`."""
    if isinstance(content.value, list):
        return "list" if content.value and all(isinstance(row, dict) and "id" in row for row in content.value) else None
    body = mapping(content.value)
    if "id" not in body and "kind" not in body:
        return None
    return _type(body)


def _type(body: dict[str, object]) -> str:
    kind = text(body, "type", limit=40)
    if kind in TYPES:
        return str(kind)
    return "ended" if "ended_at" in body or "outcome" in body else "updated"


def _one(inbound: Inbound) -> Translation:
    return Translation(event=inbound.event, reports=(_report(inbound, mapping(inbound.data)),))


def _many(inbound: Inbound) -> Translation:
    rows = items(inbound.data)
    if len(rows) > REPORTS_MAX:
        raise Malformed(f"A list holds at most {REPORTS_MAX} interactions.")
    return Translation(event=inbound.event, reports=tuple(_report(inbound, mapping(row)) for row in rows))


def _report(inbound: Inbound, body: dict[str, object]) -> Report:
    kind, type_ = _KINDS.get(text(body, "kind") or "call"), _type(body)
    if kind is None:
        raise Malformed(f"`kind` is one of {', '.join(_KINDS)}.")
    ended, score = moment(body, "ended_at"), number(body, "csat")
    when = moment(body, "timestamp") or (ended if type_ == "ended" else None) or moment(body, "started_at")
    outcome = text(body, "outcome")
    update = Update(
        provider=_provider(inbound, body),
        external_id=need(ident(body, "id"), "`id`"),
        kind=kind,
        event_at=when or 0.0,
        sequence=count(body, "sequence") or 0,
        is_terminal=type_ == "ended",
        opens=kind != "call",
        direction=_DIRECTIONS.get(text(body, "direction") or ""),
        channel=word(body, "channel"),
        agent_id=ident(body, "agent_id"),
        model=model(body, "model"),
        started_at=moment(body, "started_at"),
        answered_at=moment(body, "answered_at"),
        ended_at=ended,
        duration_sec=number(body, "duration_sec"),
        outcome=_OUTCOMES.get(outcome or "", "unknown" if type_ == "ended" else None),
        end_reason=first(word(body, "end_reason"), None if outcome in _OUTCOMES else word(outcome)),
        voicemail=flag(body, "voicemail"),
        handoff=flag(body, "handoff"),
        resolution=_RESOLUTIONS.get(text(body, "resolution") or ""),
        csat=score if score is not None and 1 <= score <= 5 else None,
        sentiment=word(body, "sentiment"),
        intent_raw=word(body, "intent"),
        foreign_id=ident(body, "carrier_id"),
        **_measures(body),
    )
    who = person(phone=text(body, "phone"), email=text(body, "email"), own_id=ident(body, "user_id"))
    return report(inbound, update, Told(who=who, links=(body, body.get("metadata")), talk=_talk(body)))


def _measures(body: dict[str, object]) -> dict[str, Any]:
    return {
        "cost_usd": number(body, "cost_usd"),
        "latency_ms": number(body, "latency_ms"),
        "messages": count(body, "messages"),
        "tokens_in": count(body, "tokens_in"),
        "tokens_out": count(body, "tokens_out"),
    }


def _provider(inbound: Inbound, body: dict[str, object]) -> str:
    named = (word(body, "provider") or "").lower().replace(" ", "-")
    return named[:64] or inbound.provider


def _talk(body: dict[str, object]) -> Talk:
    return Talk(
        summary=text(body, "summary"),
        turns=tuple(line for row in items(body, "turns") if (line := text(row))),
        subject=text(body, "subject"),
        tags=tuple(tag for row in items(body, "tags") if (tag := word(row))),
        transcript=text(body, "transcript"),
    )


def _delivery_id(inbound: Inbound) -> str:
    return first(ident(inbound.headers, "webhook-id"), ident(inbound.headers, "idempotency-key")) or ""


HANDLERS = {"started": _one, "updated": _one, "ended": _one, "list": _many}

ADAPTER = Adapter(
    name="generic",
    title="Generic",
    recognise=recognise,
    handlers=HANDLERS,
    checks=(check_standard, check_token("authorization", "x-webhook-secret")),
    signed_with="a secret of your own (whsec_… to sign, anything to send as a header)",
    pasted_into="Wherever you can have JSON sent by POST; the page shows its shape.",
    delivery_id=_delivery_id,
)
