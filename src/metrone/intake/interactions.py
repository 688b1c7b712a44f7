"""One call, one row: takes in what deliveries say of interactions, in whatever order, and hands events and rows to the spool.

What is known of an interaction is kept under its name in the spool, written with the rows that follow from it. Belongs to
the event loop, so that two deliveries of one call see each other.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from metrone.errors import MetroneError
from metrone.events.beside import BesideRow, DeliveryRow, InteractionRow, TalkRow, encode_beside
from metrone.events.incoming import IncomingEvent
from metrone.intake import identity
from metrone.intake.accept import RETRY_AFTER_SEC, Answer, Intake, Request, Taking, Tell
from metrone.intake.draft import Sender
from metrone.intake.pipeline import PAST_SEC
from metrone.intake.sessions import scope_of
from metrone.spool.base import Beside, SpoolFailed
from metrone.spool.outcome import outcome_of
from metrone.webhooks.adapter import Report
from metrone.webhooks.counting import EVENT_TYPES, fill
from metrone.webhooks.interaction import Interaction, Talk, Update
from metrone.webhooks.merge import Facts, absorb, derive, forget_person
from metrone.webhooks.redaction import redact

DAY_SEC = 86_400


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of an interaction from one delivery to the next."""

    key: int
    facts: Facts
    seen_at: float  # when the first delivery of it came
    endpoint: str
    is_verified: bool = True
    is_listed: bool = False
    linked_to: int = 0


class Told(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one request says: the reports of a platform, and which of its interactions it has deleted for good (`erase`).

    `talk_days`: for how long the project keeps words, 0 for not at all. `delivery` is the log's row, without interaction.
    """

    sender: Sender
    delivery: DeliveryRow
    is_verified: bool = False
    is_carrier: bool = False
    reports: tuple[Report, ...] = ()
    erase: tuple[str, ...] = ()
    talk_days: int = 0
    request_id: str = ""


@dataclass(slots=True)
class _Sheet:
    """What one request adds, as it is put together."""

    told: Told
    events: list[IncomingEvent] = field(default_factory=list)
    rows: list[BesideRow] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> str:
        return scope_of(self.told.sender.project, self.told.sender.is_test)


_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Known).decode


class Interactions:
    """Every interaction that platforms tell of."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._under_way: dict[str, str] = {}  # kept texts that are not on disk yet

    async def accept(self, told: Told, quota: int) -> None:
        """Take the request in, all or nothing, and come back once it is on disk. `quota` is events a month, 0 for no limit.

        Raises MetroneError WRITE_FAILED, QUOTA_EXCEEDED or INVALID_PAYLOAD; then nothing was written.
        """
        accepted: asyncio.Future[Answer] = outcome_of(lambda tell: self._take(told, quota, tell))
        await accepted

    def _take(self, told: Told, quota: int, tell: Tell) -> None:
        sheet = _Sheet(told)
        try:
            keys = [self._add(sheet, report) for report in told.reports]
            for external_id in told.erase:
                self._erase(sheet, external_id)
        except SpoolFailed as failure:
            raise MetroneError(
                "WRITE_FAILED", f"Nothing was written: {failure}.", retry_after=RETRY_AFTER_SEC
            ) from failure
        delivery = msgspec.structs.replace(
            told.delivery, delivery_no=self._intake.next_id(), interaction_key=keys[0] if keys else 0
        )
        rows = tuple(Beside(row.TABLE, encode_beside(row)) for row in (delivery, *sheet.rows))
        request = Request(told.request_id, beside=rows, kept=tuple(sheet.kept.items()))

        def hear(outcome: Answer | MetroneError) -> None:
            self._settle(sheet.kept)
            tell(outcome)

        self._under_way |= sheet.kept
        self._intake.take(Taking(sheet.events, told.sender, request, quota, hear))

    def _settle(self, kept: dict[str, str]) -> None:
        """The commit is done, or will not be: from here on what is on disk tells."""
        for name, text in kept.items():
            if self._under_way.get(name) is text:  # else a later request has taken it up
                del self._under_way[name]

    def _add(self, sheet: _Sheet, report: Report) -> int:
        """One report; the key of its interaction."""
        told, update = sheet.told, report.update
        name = self._name(sheet, update.provider, update.external_id)
        before = self._find(sheet, name)
        known = Known(
            key=before.key if before else _key(told, update),
            facts=absorb(before.facts if before else None, update),
            seen_at=before.seen_at if before else told.sender.at,
            endpoint=before.endpoint if before else told.delivery.endpoint,
            is_verified=told.is_verified and (before is None or before.is_verified),
            is_listed=report.event is not None or (before is not None and before.is_listed),
            linked_to=before.linked_to if before else 0,
        )
        interaction = derive(known.facts)
        known = self._link(sheet, name, known, interaction)
        self._put(sheet, name, known, interaction)
        if report.event is not None:
            sheet.events.append(fill(report.event, interaction))
        if told.talk_days and not report.talk.is_empty:
            sheet.rows.append(_talk_row(told, known.key, report.talk))
        return known.key

    def _put(self, sheet: _Sheet, name: str, known: Known, interaction: Interaction) -> None:
        sheet.kept[name] = _ENCODE(known).decode()
        sheet.rows.append(_row(sheet.told.sender, known, interaction))

    def _link(self, sheet: _Sheet, name: str, known: Known, interaction: Interaction) -> Known:
        """Ties a carrier's call to the same call of the AI platform that it carried, whichever comes first."""
        if interaction.foreign_id:
            sheet.kept[self._alias(sheet, "foreign", interaction.foreign_id)] = str(known.key)
            carried = self._text(sheet, self._alias(sheet, "own", interaction.foreign_id))
            other = self._find(sheet, carried) if carried and carried != name else None
            if carried and other is not None and other.linked_to != known.key:
                linked = msgspec.structs.replace(other, linked_to=known.key)
                self._put(sheet, carried, linked, derive(linked.facts))
        if sheet.told.is_carrier:
            for own_id in (interaction.external_id, *interaction.aliases):
                sheet.kept[self._alias(sheet, "own", own_id)] = name
                key = self._text(sheet, self._alias(sheet, "foreign", own_id))
                if key and int(key) != known.key:
                    known = msgspec.structs.replace(known, linked_to=int(key))
        return known

    def _erase(self, sheet: _Sheet, external_id: str) -> None:
        """The platform has deleted it for good: it stays counted, and nothing that leads to a person stays."""
        name = self._name(sheet, sheet.told.delivery.platform, external_id)
        known = self._find(sheet, name)
        if known is None:
            return
        known = msgspec.structs.replace(known, facts=forget_person(known.facts))
        self._put(sheet, name, known, derive(known.facts))
        sheet.rows.append(_talk_row(sheet.told, known.key, Talk()))

    def _find(self, sheet: _Sheet, name: str) -> Known | None:
        text = self._text(sheet, name)
        return _DECODE(text) if text else None

    def _text(self, sheet: _Sheet, name: str) -> str | None:
        """What is known under a name: of this request, of one whose commit is under way, or of one that is on disk."""
        for known in (sheet.kept, self._under_way):
            if name in known:
                return known[name]
        return self._intake.spool.kept(name)

    def _name(self, sheet: _Sheet, provider: str, external_id: str) -> str:
        return self._hashed(sheet, "kept", provider, external_id)

    def _alias(self, sheet: _Sheet, kind: str, call_id: str) -> str:
        return self._hashed(sheet, kind, call_id)

    def _hashed(self, sheet: _Sheet, *parts: str) -> str:
        secret = sheet.told.sender.project.secret
        return f"{sheet.scope}:{identity.hash_text(secret, *parts):016x}"


def _key(told: Told, update: Update) -> int:
    # As intake/pipeline has it of what clients send: the same call, however it comes in, is one.
    event_type = EVENT_TYPES[update.kind]
    return identity.interaction_of(told.sender.project.secret, event_type, update.provider, update.external_id)


def person_hasher(sender: Sender) -> Callable[[str], str]:
    """A keyed hash of a number, e-mail or id: that of a visitor whom the customer's page knows by it."""
    scope = scope_of(sender.project, sender.is_test)
    return lambda value: f"{identity.visitor_of_user(sender.project.secret, scope, value):016x}"


def _row(sender: Sender, known: Known, interaction: Interaction) -> InteractionRow:
    flag = {None: None, True: 1, False: 0}
    started_at = interaction.started_at if interaction.started_at is not None else interaction.first_event_at
    is_believed = started_at >= known.seen_at - PAST_SEC  # as of events: what is older counts when it comes
    return InteractionRow(
        project_no=sender.project.project_no,
        is_test=int(sender.is_test),
        interaction_key=known.key,
        began_at=started_at if is_believed else known.seen_at,
        started_at=started_at,
        ended_at=interaction.ended_at,
        is_listed=int(known.is_listed),
        kind=interaction.kind,
        ai_provider=interaction.provider,
        external_id=interaction.external_id,
        endpoint=known.endpoint,
        direction=interaction.direction,
        medium=interaction.channel,
        assistant=interaction.agent_id,
        ai_model=interaction.model,
        duration_sec=interaction.duration_sec,
        ai_outcome=interaction.outcome,
        end_reason=interaction.end_reason,
        voicemail=flag[interaction.voicemail],
        handoff=flag[interaction.handoff],
        resolution=interaction.resolution,
        cost_usd=interaction.cost_usd,
        latency_ms=interaction.latency_ms,
        messages=interaction.messages,
        tokens_in=interaction.tokens_in,
        tokens_out=interaction.tokens_out,
        tool_calls=interaction.tool_calls,
        ai_sentiment=interaction.sentiment,
        csat=interaction.csat,
        ai_intent=interaction.intent,
        intent_second=interaction.intent_second,
        intent_confidence=interaction.intent_confidence,
        intent_origin=interaction.intent_origin,
        intent_raw=interaction.intent_raw,
        caller_country=interaction.country,
        is_verified=int(known.is_verified),
        linked_to=known.linked_to,
        person_ids=" ".join(interaction.person_ids),
    )


def _talk_row(told: Told, key: int, talk: Talk) -> TalkRow:
    return TalkRow(
        project_no=told.sender.project.project_no,
        is_test=int(told.sender.is_test),
        interaction_key=key,
        kept_until=int(told.sender.at) + max(1, told.talk_days) * DAY_SEC,
        summary=redact(talk.summary or ""),
        transcript=redact(talk.transcript or "\n".join(talk.turns)),
    )
