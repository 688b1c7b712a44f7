"""The write endpoints, as a plain ASGI callable in front of the framework: every microsecond here is paid per event.

The path of a request: address, rate limit, key, body, decode (which validates), intake, and 202 once it is on disk. From
the body on, requests that the loop hears of in one go take it together (decision 5).
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from metrone.control.keys import KeyRecord
from metrone.control.projects import Project
from metrone.errors import MetroneError
from metrone.events.incoming import IncomingEvent, count_events, decode_batch, decode_event, is_batch
from metrone.intake.accept import Answer, Intake, Request, Taking
from metrone.intake.draft import Sender
from metrone.intake.geo import place_from_edge
from metrone.web.address import TrustedProxies, sender_address
from metrone.web.auth import Gate, key_in_request
from metrone.web.cors import cors_headers, preflight
from metrone.web.exchange import Receive, Scope, Send, read_body, request_id_of, respond, swallow_body
from metrone.web.hosts import name_of
from metrone.web.limits import Limiter, allowance_headers, network_of
from metrone.web.problems import Headers, problem_body, problem_headers
from metrone.web.refusals import Refusals

SINGLE, BATCH = "/v1/events", "/v1/events/batch"
PATHS = {SINGLE: False, BATCH: True, "/v1/api/events": False, "/v1/events/": False, "/v1/events/batch/": True}
UNKNOWN_PROJECT = 0  # the books' place for what no project's key came with

Reply = tuple[int, bytes, Headers]  # status, JSON, headers beside its type and length
A = TypeVar("A")
T = TypeVar("T")
_ENCODE = msgspec.json.Encoder().encode
log = logging.getLogger("metrone.ingest")


@dataclass(frozen=True, slots=True)
class IngestRules:
    """What the write endpoints are told: who is believed, how much is allowed."""

    trusted: TrustedProxies
    use_edge_headers: bool
    monthly_quota: int
    by_key: Limiter | None
    by_address: Limiter | None

    def quota_of(self, project: Project) -> int:
        """Events a month: the project's plan, else the installation's default; 0 is no limit."""
        return project.quota(self.monthly_quota)


class Head(msgspec.Struct, frozen=True, gc=False):
    """A request without its body. `lines` are the headers as they came: a name may come again; `peer` is an address."""

    is_batch: bool
    headers: dict[bytes, bytes]
    lines: list[tuple[bytes, bytes]]
    query: bytes
    peer: str


def head_of(scope: Scope) -> Head:
    """The head of a request that comes by ASGI."""
    lines, (peer, _) = scope["headers"], scope.get("client") or ("", 0)
    return Head(PATHS[scope["path"]], dict(lines), lines, scope["query_string"], peer)


class _Call(msgspec.Struct):
    """One request as far as it is known."""

    headers: dict[bytes, bytes]
    query: bytes
    is_batch: bool
    request_id: str
    at: float
    address: str
    reply: "Callable[[Reply], None]"
    is_through_edge: bool = False  # a trusted proxy sent it, and its word on the visitor's place counts
    key: KeyRecord | None = None
    claimed: str = ""  # the text of a key that was not admitted
    body: bytes = b""
    limits: Headers | None = None


class Ingest:
    """POST /v1/events, /v1/events/batch and /v1/api/events."""

    def __init__(self, gate: Gate, intake: Intake, rules: IngestRules, clock: Callable[[], float]) -> None:
        self._gate = gate
        self._intake = intake
        self._rules = rules
        self._clock = clock
        self._gathered: list[_Call] = []
        self.refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The way through ASGI, for whatever the short way does not take."""
        if scope["method"] == "OPTIONS":
            await preflight(dict(scope["headers"]), send)
            return
        done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        call = self._begin(head_of(scope), lambda reply: None if done.done() else done.set_result(reply))
        try:
            self._identify(call)
        except MetroneError as error:
            await swallow_body(receive)
            self._fail(call, error)
        else:
            try:
                call.body = await read_body(call.headers, receive)
            except MetroneError as error:
                self._fail(call, error)
            else:
                self._gather(call)
        await respond(send, *await done)

    def take(self, head: Head, body: bytes, reply: Callable[["Reply"], None]) -> None:
        """The short way: a whole request that is in hand. `reply` hears the answer, now or once the events are on disk."""
        call = self._begin(head, reply)
        call.body = body
        try:
            self._identify(call)
        except MetroneError as error:
            self._fail(call, error)
        else:
            self._gather(call)

    def _begin(self, head: Head, reply: Callable[["Reply"], None]) -> _Call:
        headers, trusted = head.headers, self._rules.trusted
        address = sender_address(head.peer, head.lines, trusted)
        call = _Call(headers, head.query, head.is_batch, request_id_of(headers), self._clock(), address, reply)
        call.is_through_edge = self._rules.use_edge_headers and trusted.covers(head.peer)
        return call

    def _identify(self, call: _Call) -> None:
        """Who sends it, as far as the request says without its body. Raises MetroneError."""
        if self._rules.by_address is not None:
            self._rules.by_address.take(network_of(call.address))
        text = key_in_request(call.headers, call.query)
        if text:
            self._admit(call, text)

    def _gather(self, call: _Call) -> None:
        """Let it wait for the others that the loop hears of in this go."""
        self._gathered.append(call)
        if len(self._gathered) == 1:
            asyncio.get_running_loop().call_soon(self._enter)

    def _enter(self) -> None:
        """From the bodies to the intake; every way out of here answers."""
        calls, self._gathered = self._gathered, []
        read = [(call, self._guard(call, self._read, call)) for call in calls]
        takings = [(call, taking) for call, taking in read if taking is not None]
        finish = self._intake.hand_in
        try:
            self._intake.prepare([taking for _, taking in takings])
        except Exception:
            log.exception("unexpected error in one of %d requests; each is taken in by itself", len(takings))
            finish = self._intake.take
        for call, taking in takings:
            self._guard(call, finish, taking)

    def _guard(self, call: _Call, work: Callable[[A], T], given: A) -> T | None:
        """What the work gives; None when it failed, which is answered then."""
        try:
            return work(given)
        except MetroneError as error:
            self._fail(call, error)
        except Exception:
            # The last handler of this path: nothing of the cause reaches the client, the log has no personal data.
            log.exception("unexpected error request_id=%s", call.request_id)
            self._fail(call, MetroneError("INTERNAL_ERROR"))
        return None

    def _read(self, call: _Call) -> Taking:
        events = self._decode(call)
        named = {event.api_key for event in events if event.api_key}
        if len(named) > 1:
            raise MetroneError("BATCH_MIXED_KEYS")
        key = call.key or self._admit(call, next(iter(named), ""))
        idempotency_key = call.headers.get(b"idempotency-key", b"").decode("latin-1").strip()
        if len(idempotency_key) > 255:
            raise MetroneError("INVALID_PAYLOAD", "The Idempotency-Key is longer than 255 characters.")

        def tell(outcome: Answer | MetroneError) -> None:
            if isinstance(outcome, MetroneError):
                self._fail(call, outcome)
            else:
                call.reply((202, _answer_body(outcome, call.is_batch), self._headers(call)))

        request = Request(call.request_id, idempotency_key, call.body)
        return Taking(events, self._sender(call, key), request, self._rules.quota_of(key.project), tell)

    def _fail(self, call: _Call, error: MetroneError) -> None:
        self._count_rejected(call, error)
        self._remember(call, error)
        body = problem_body(error, call.request_id)
        call.reply((error.status, body, [*self._headers(call), *problem_headers(error)]))

    def _decode(self, call: _Call) -> list[IncomingEvent]:
        call.is_batch = call.is_batch or is_batch(call.body)
        return decode_batch(call.body) if call.is_batch else [decode_event(call.body)]

    def _admit(self, call: _Call, text: str) -> KeyRecord:
        origin = call.headers.get(b"origin", b"").decode("latin-1")
        try:
            call.key = self._gate.admit(text, "write", origin, call.at)
        except MetroneError:
            call.claimed = text
            raise
        if self._rules.by_key is not None:
            allowance = allowance_headers(self._rules.by_key.take(call.key.id))
            call.limits = [(name.lower().encode(), value.encode()) for name, value in allowance.items()]
        return call.key

    def _sender(self, call: _Call, key: KeyRecord) -> Sender:
        place = None
        if call.is_through_edge:
            place = place_from_edge(call.headers)
        user_agent = call.headers.get(b"user-agent", b"").decode("latin-1")
        exclusions = self._gate.directory.excluded.get(key.project.project_no)
        return Sender(key.project, key.is_test, call.address, user_agent, place, call.at, exclusions)

    def _headers(self, call: _Call) -> Headers:
        return [(b"x-request-id", call.request_id.encode()), *cors_headers(call.headers), *(call.limits or ())]

    def _remember(self, call: _Call, error: MetroneError) -> None:
        """For the page where somebody waits for the first event: why this one was refused."""
        key = call.key or self._gate.directory.find_key(call.claimed)
        page = call.headers.get(b"origin") or call.headers.get(b"referer") or b""
        host = name_of(page.decode("latin-1"))
        whose = (key.project.project_no,) if key else self._gate.directory.projects_at(host)
        self.refusals.note(whose, error, host, call.at)

    def _count_rejected(self, call: _Call, error: MetroneError) -> None:
        events = count_events(call.body) if call.is_batch and call.body else 1
        project_no = call.key.project.project_no if call.key else UNKNOWN_PROJECT
        if error.code != "DUPLICATE_EVENT":  # the spool has counted those as duplicates
            self._intake.spool.reject(project_no, error.code, events)
        if error.status >= 500:
            log.error("write failed: %s request_id=%s", error.message, call.request_id)


def _answer_body(answer: Answer, is_batch: bool) -> bytes:
    """The 202 of wire.md; `changed_duplicates` are indexes of events whose idempotency key came with other content."""
    if not is_batch and answer.event_ids and not answer.duplicates:
        # What nearly every answer is, written down: our ids need no escaping, a client's session id does.
        return b'{"ok":true,"accepted":1,"duplicates":0,"event_id":"%d","session_id":%s}' % (
            answer.event_ids[0],
            _ENCODE(answer.session_id),
        )
    accepted = len(answer.event_ids) - len(answer.duplicates)
    shown: dict[str, object] = {"ok": True, "accepted": accepted, "duplicates": len(answer.duplicates)}
    ids = [str(number) for number in answer.event_ids]
    if is_batch:
        shown["event_ids"] = ids
    else:
        shown["event_id"] = ids[0] if ids else None
    shown["session_id"] = answer.session_id or None
    if answer.changed:
        shown["changed_duplicates"] = answer.changed
    return _ENCODE(shown)
