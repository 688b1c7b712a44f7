"""The write endpoints, as a plain ASGI callable in front of the framework: every microsecond here is paid per event.

The path of a request: address, rate limit, key, body, decode (which validates), intake, and 202 once it is on disk.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from metrone.control.keys import KeyRecord
from metrone.errors import MetroneError
from metrone.events.incoming import IncomingEvent, count_events, decode_batch, decode_event, is_batch
from metrone.intake.accept import Answer, Intake, Request
from metrone.intake.draft import Sender
from metrone.intake.geo import place_from_edge
from metrone.web.address import TrustedProxies, client_address
from metrone.web.auth import Gate, key_in_request
from metrone.web.cors import cors_headers, preflight
from metrone.web.exchange import Receive, Scope, Send, read_body, request_id_of, respond, respond_problem
from metrone.web.limits import Limiter, allowance_headers, network_of
from metrone.web.problems import Headers

SINGLE, BATCH = "/v1/events", "/v1/events/batch"
PATHS = {SINGLE: False, BATCH: True, "/v1/api/events": False, "/v1/events/": False, "/v1/events/batch/": True}
UNKNOWN_PROJECT = 0  # the books' place for what no project's key came with

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


class _Call(msgspec.Struct):
    """One request as far as it is known."""

    headers: dict[bytes, bytes]
    query: bytes
    is_batch: bool
    request_id: str
    at: float
    address: str
    is_through_edge: bool = False  # a trusted proxy sent it, and its word on the visitor's place counts
    key: KeyRecord | None = None
    body: bytes = b""
    limits: Headers | None = None


class Ingest:
    """POST /v1/events, /v1/events/batch and /v1/api/events."""

    def __init__(self, gate: Gate, intake: Intake, rules: IngestRules, clock: Callable[[], float]) -> None:
        self._gate = gate
        self._intake = intake
        self._rules = rules
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if scope["method"] == "OPTIONS":
            await preflight(headers, send)
            return
        call = self._begin(scope, headers)
        try:
            answer = await self._take(call, receive)
        except MetroneError as error:
            self._count_rejected(call, error)
            await respond_problem(send, error, call.request_id, self._headers(call))
            return
        except Exception:
            # The last handler of this path: nothing of the cause reaches the client, the log has no personal data.
            log.exception("unexpected error request_id=%s", call.request_id)
            unexpected = MetroneError("INTERNAL_ERROR")
            self._count_rejected(call, unexpected)
            await respond_problem(send, unexpected, call.request_id, self._headers(call))
            return
        await respond(send, 202, _answer_body(answer, call.is_batch), self._headers(call))

    def _begin(self, scope: Scope, headers: dict[bytes, bytes]) -> _Call:
        peer = scope.get("client") or ("", 0)
        trusted = self._rules.trusted
        if trusted:
            forwarded_for = b", ".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
            address = client_address(peer[0], forwarded_for or None, headers.get(b"forwarded"), trusted)
        else:
            address = client_address(peer[0], None, None, trusted)
        call = _Call(
            headers, scope["query_string"], PATHS[scope["path"]], request_id_of(headers), self._clock(), address
        )
        call.is_through_edge = self._rules.use_edge_headers and trusted.covers(peer[0])
        return call

    async def _take(self, call: _Call, receive: Receive) -> Answer:
        rules = self._rules
        try:
            if rules.by_address is not None:
                rules.by_address.take(network_of(call.address))
            text = key_in_request(call.headers, call.query)
            if text:
                self._admit(call, text)
        except MetroneError:
            await _swallow(call.headers, receive)
            raise
        call.body = await read_body(call.headers, receive)
        events = self._decode(call)
        named = {event.api_key for event in events if event.api_key}
        if len(named) > 1:
            raise MetroneError("BATCH_MIXED_KEYS")
        key = call.key or self._admit(call, next(iter(named), ""))
        sender = self._sender(call, key)
        idempotency_key = call.headers.get(b"idempotency-key", b"").decode("latin-1").strip()
        if len(idempotency_key) > 255:
            raise MetroneError("INVALID_PAYLOAD", "The Idempotency-Key is longer than 255 characters.")
        quota = key.project.plan_quota if key.project.plan_quota is not None else rules.monthly_quota
        return await self._intake.accept(events, sender, Request(call.request_id, idempotency_key, call.body), quota)

    def _decode(self, call: _Call) -> list[IncomingEvent]:
        call.is_batch = call.is_batch or is_batch(call.body)
        return decode_batch(call.body) if call.is_batch else [decode_event(call.body)]

    def _admit(self, call: _Call, text: str) -> KeyRecord:
        origin = call.headers.get(b"origin", b"").decode("latin-1")
        call.key = self._gate.admit(text, "write", origin, call.at)
        if self._rules.by_key is not None:
            allowance = allowance_headers(self._rules.by_key.take(call.key.id))
            call.limits = [(name.lower().encode(), value.encode()) for name, value in allowance.items()]
        return call.key

    def _sender(self, call: _Call, key: KeyRecord) -> Sender:
        place = None
        if call.is_through_edge:
            place = place_from_edge(call.headers)
        user_agent = call.headers.get(b"user-agent", b"").decode("latin-1")
        return Sender(key.project, key.is_test, call.address, user_agent, place, call.at)

    def _headers(self, call: _Call) -> Headers:
        return [(b"x-request-id", call.request_id.encode()), *cors_headers(call.headers), *(call.limits or ())]

    def _count_rejected(self, call: _Call, error: MetroneError) -> None:
        events = count_events(call.body) if call.is_batch and call.body else 1
        project_no = call.key.project.project_no if call.key else UNKNOWN_PROJECT
        if error.code != "DUPLICATE_EVENT":  # the spool has counted those as duplicates
            self._intake.spool.reject(project_no, error.code, events)
        if error.status >= 500:
            log.error("write failed: %s request_id=%s", error.message, call.request_id)


async def _swallow(headers: dict[bytes, bytes], receive: Receive) -> None:
    """Read a refused request's body to its end, so that the client hears the answer instead of a broken pipe."""
    try:
        await read_body({}, receive)
    except MetroneError:
        return


def _answer_body(answer: Answer, is_batch: bool) -> bytes:
    """The 202 of wire.md; `changed_duplicates` are indexes of events whose idempotency key came with other content."""
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
