"""From validated events to a receipt: quota, the STEPS, the spool. Nothing is acknowledged before it is on disk."""

from binascii import b2a_base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec

from metrone.control.salts import Salts
from metrone.errors import MetroneError
from metrone.events.event import Event, encode_row, session_name
from metrone.events.incoming import IncomingEvent
from metrone.intake.draft import Desk, Draft, Drop, Sender, begin
from metrone.intake.geo import Atlas
from metrone.intake.ids import EventIds
from metrone.intake.pipeline import run_steps
from metrone.intake.sessions import Sessions, scope_of
from metrone.spool.append import Spool
from metrone.spool.base import Beside, Entry, Receipt, Seen, SpoolFailed, Submission
from metrone.spool.outcome import outcome_of

RETRY_AFTER_SEC = 5.0  # the spool's troubles, a full disk or a store that is away, do not pass within a second
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


class Answer(msgspec.Struct, frozen=True):
    """What became of a request's events. `duplicates` are indexes; `changed` those whose key came with other content."""

    event_ids: list[int]
    session_id: str
    duplicates: list[int] = []
    changed: list[int] = []


class Request(msgspec.Struct, frozen=True):
    """What the request itself adds to its events; `beside` and `kept` are written with them (spool.base.Submission)."""

    request_id: str
    idempotency_key: str = ""
    body: bytes = b""
    beside: tuple[Beside, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


Tell = Callable[[Answer | MetroneError], None]


class Taking(msgspec.Struct):
    """A request on its way in. `quota` is events a month, 0 for no limit; `tell` hears what became of it: an answer once the
    events are on disk, or INVALID_PAYLOAD, QUOTA_EXCEEDED, DUPLICATE_EVENT or WRITE_FAILED, and then nothing was written.
    """

    events: list[IncomingEvent]
    sender: Sender
    request: Request
    quota: int
    tell: Tell
    drafts: list[Draft] = []
    refused: MetroneError | None = None


class Intake:
    """The one way in. `salts` is replaced by a background task when the day changes."""

    def __init__(self, spool: Spool, atlas: Atlas, salts: Salts, clock: Callable[[], float]) -> None:
        self.spool = spool
        self.sessions = Sessions()
        self._atlas = atlas
        self._ids = EventIds(clock)
        self.salts = salts
        self._publish: Callable[[list[Event]], None] = lambda events: None

    def on_accepted(self, publish: Callable[[list[Event]], None]) -> None:
        """Tell `publish` of events once they are on disk."""
        self._publish = publish

    async def accept(self, events: list[IncomingEvent], sender: Sender, request: Request, quota: int) -> Answer:
        """As `take`, for whoever waits: the answer, or the MetroneError raised."""
        return await outcome_of(lambda tell: self.take(Taking(events, sender, request, quota, tell)))

    def take(self, taking: Taking) -> None:
        """Take a request in, all of its events or none."""
        self.prepare([taking])
        self.hand_in(taking)

    def prepare(self, takings: Sequence[Taking]) -> None:
        """Take the events of some requests through the STEPS, together; see run_steps. Nothing is written or told yet."""
        desk = Desk(self._atlas, self.sessions, self.salts)
        for taking in takings:
            if taking.quota and (refused := self._check_quota(taking)):
                taking.refused = refused
                continue
            first_id = self._ids.take(len(taking.events))
            taking.drafts = [
                begin(incoming, taking.sender, desk, first_id + index) for index, incoming in enumerate(taking.events)
            ]
        drafts = [draft for taking in takings for draft in taking.drafts]
        for draft in drafts:  # before a step changes what came
            draft.key, draft.digest = _key_of(draft.incoming, draft.sender)
        run_steps(drafts)

    def hand_in(self, taking: Taking) -> None:
        """Write what was prepared; `tell` hears of it."""
        rows: list[Event] = []
        entries: list[Entry] = []
        dropped: dict[int, Drop] = {}
        for index, draft in enumerate(taking.drafts):
            if draft.end is None:
                rows.append(draft.row)
                entries.append(Entry(encode_row(draft.row), draft.row.event_id, draft.key, draft.digest))
            elif isinstance(draft.end, Drop):
                dropped[index] = draft.end
            elif taking.refused is None:
                draft.end.details.setdefault("index", index)
                taking.refused = draft.end
        taking.drafts = []
        if taking.refused is not None:
            taking.tell(taking.refused)
            return
        project, request, tell = taking.sender.project, taking.request, taking.tell
        key, digest = None, ""
        if request.idempotency_key:
            key = _hash(f"h{scope_of(project, False)}:{request.idempotency_key}")
            digest = _hash_bytes(request.body)

        def hear(outcome: Receipt | SpoolFailed) -> None:
            if isinstance(outcome, SpoolFailed):
                tell(_write_failed(outcome))
            elif outcome.repeated:
                tell(_repeated(outcome.repeated, digest))
            else:
                for drop in dropped.values():
                    self.spool.reject(project.project_no, drop.reason, 1)
                skipped = outcome.duplicates
                self._publish([row for i, row in enumerate(rows) if i not in skipped] if skipped else rows)
                answer = _answer(rows, entries, outcome)
                tell(_replaced(answer, len(rows) + len(dropped), dropped) if dropped else answer)

        submission = Submission(
            project.project_no, request.request_id, entries, key, digest, request.beside, request.kept
        )
        self.spool.hand_in(submission, hear)

    def next_id(self) -> int:
        """A number that no event has, and that rises."""
        return self._ids.take(1)

    def _check_quota(self, taking: Taking) -> MetroneError | None:
        accepted = self.spool.accepted(taking.sender.project.project_no, self.spool.month())
        if accepted + len(taking.events) <= taking.quota:
            return None
        return MetroneError("QUOTA_EXCEEDED", retry_after=_until_next_month(taking.sender.at))


def _key_of(incoming: IncomingEvent, sender: Sender) -> tuple[str | None, str]:
    if not incoming.idempotency_key:
        return None, ""
    key = _hash(f"e{scope_of(sender.project, False)}:{incoming.idempotency_key}")
    api_key, incoming.api_key = incoming.api_key, None
    digest = _hash_bytes(_ENCODE(incoming))
    incoming.api_key = api_key
    return key, digest


def _hash(text: str) -> str:
    return _hash_bytes(text.encode("utf-8", "surrogatepass"))


def _hash_bytes(data: bytes) -> str:
    return b2a_base64(blake2b(data, digest_size=15).digest(), newline=False).decode()


def _write_failed(failure: SpoolFailed) -> MetroneError:
    message = f"Nothing was written: {failure}. Send the events again."
    return MetroneError("WRITE_FAILED", message, retry_after=RETRY_AFTER_SEC)


def _repeated(first: Seen, digest: str) -> MetroneError:
    changed = (
        "" if first.digest == digest else " This body differs from the first one's: use a new key for new content."
    )
    return MetroneError(
        "DUPLICATE_EVENT",
        f"This Idempotency-Key was used within 24 hours by request {first.request_id}; nothing was written.{changed}",
        details={"first_request_id": first.request_id, "is_same_body": not changed},
    )


def _answer(rows: list[Event], entries: list[Entry], receipt: Receipt) -> Answer:
    duplicates = receipt.duplicates
    ids = [duplicates[i].event_id if i in duplicates else row.event_id for i, row in enumerate(rows)]
    changed = [i for i, seen in duplicates.items() if seen.digest != entries[i].digest]
    session = session_name(rows[0].session_id, rows[0].session_key) if rows else ""
    return Answer(ids, session, list(duplicates), changed)


def _replaced(answer: Answer, count: int, dropped: dict[int, Drop]) -> Answer:
    """The answer with its indexes as the client counts: those of the request, which held events that were dropped."""
    places = [index for index in range(count) if index not in dropped]
    duplicates, changed = ([places[i] for i in found] for found in (answer.duplicates, answer.changed))
    return Answer(answer.event_ids, answer.session_id, duplicates, changed)


def _until_next_month(now: float) -> float:
    today = datetime.fromtimestamp(now, UTC)
    year, month = divmod(today.year * 12 + today.month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC).timestamp() - now
