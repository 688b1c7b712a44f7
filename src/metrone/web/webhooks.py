"""The addresses that platforms call, /v1/webhooks/{platform}[/{endpoint}], and that of OpenTelemetry, /v1/otlp/v1/traces. Plain
ASGI in front of the framework.

The path of a delivery: address, key, body as it came, signature, translation, intake, and 2xx once it is on disk. What a
platform would take for a failure of the customer's server is answered with 2xx and written into the log of deliveries.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec

from metrone.control.errors import Invalid
from metrone.control.labels import check_endpoint
from metrone.control.projects import Project
from metrone.errors import MetroneError
from metrone.events.beside import DeliveryRow
from metrone.intake.accept import Intake
from metrone.intake.deliveries import OTLP, SOURCES, Judged, Parcel, Source, judge, mark, tell
from metrone.intake.draft import Sender
from metrone.intake.interactions import Interactions, Told
from metrone.web.address import sender_address
from metrone.web.auth import Gate, key_in_request, query_value
from metrone.web.exchange import Receive, Scope, Send, read_body, request_id_of, respond_problem, swallow_body
from metrone.web.ingest import IngestRules
from metrone.web.limits import network_of
from metrone.webhooks.adapter import Refusal
from metrone.webhooks.delivery import Answer, Delivery
from metrone.webhooks.examples import make_example
from metrone.webhooks.proofs import prove
from metrone.webhooks.translation import is_probe

PREFIX = "/v1/webhooks/"
TRACES_PATHS = ("/v1/otlp/v1/traces", "/v1/otlp/v1/traces/")
MAIN = "main"  # the endpoint of an address that names none
METHODS = ("POST", "GET", "HEAD", "PUT", "PATCH", "DELETE")  # Zendesk lets its customers choose
BODY_MAX = 4 * 1024 * 1024  # an hour of a Retell call with every word twice is 1 MB (webhooks.md, receiver rule 14)
READERS = 2  # translating holds the interpreter; more of them would not be faster

log = logging.getLogger("metrone.webhooks")


class Entered(msgspec.Struct, frozen=True):
    """What became of a delivery: its line in the log, and what the platform hears: the answer, or the error."""

    row: DeliveryRow
    answer: Answer = Answer()
    error: MetroneError | None = None


class Webhooks:
    """Takes deliveries of every platform."""

    def __init__(self, gate: Gate, intake: Intake, rules: IngestRules, origin: str, clock: Callable[[], float]) -> None:
        self._gate = gate
        self._intake = intake
        self._interactions = Interactions(intake)
        self._rules = rules
        self._origin = origin  # the address under which the world knows us
        self._clock = clock
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="webhooks")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one delivery."""
        request_id = request_id_of(dict(scope["headers"]))
        try:
            answer = await self._answer(scope, receive, request_id)
        except MetroneError as error:
            if error.status >= 500:
                log.error("delivery failed: %s request_id=%s", error.message, request_id)
            await _refuse(send, error, request_id)
        except Exception:
            # The last handler of this path: nothing of the cause reaches the platform, the log has no personal data.
            log.exception("unexpected error request_id=%s", request_id)
            await _refuse(send, MetroneError("INTERNAL_ERROR"), request_id)
        else:
            await _respond(send, answer, request_id)

    async def try_out(self, project: Project, source: Source, endpoint: str) -> Entered:
        """Send an example of the platform the way of its deliveries, signed with the newest secret of the endpoint. It counts
        as sent with a test key. Raises MetroneError.
        """
        at = self._clock()
        if self._rules.by_key is not None:
            self._rules.by_key.take(project.id)
        example = make_example(source.name, secrets.token_hex(16), at)
        url = f"{self._origin}{PREFIX}{source.name}/{endpoint}"
        delivery = Delivery(body=example.body, headers={"content-type": example.content_type}, urls=(url,))
        known = self._gate.directory.secrets_of(project.project_no, source.name, endpoint)
        if isinstance(known, tuple) and known:
            proof = prove(source.name, delivery, known[-1], at)
            delivery = msgspec.structs.replace(delivery, headers={**delivery.headers, **proof})
        sender = Sender(project, True, "", "", None, at)
        return await self._enter(Parcel(source=source, endpoint=endpoint, sender=sender, delivery=delivery))

    def close(self) -> None:
        """Wait for what is being read."""
        self._pool.shutdown()

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> Answer:
        try:
            parcel = self._identify(scope, request_id)
        except MetroneError:
            await swallow_body(receive)
            raise
        headers = dict(scope["headers"])
        try:
            body = await read_body(headers, receive, BODY_MAX)
        except MetroneError as error:
            if error.code != "BODY_TOO_LARGE":
                raise
            reason = f"The body is larger than {BODY_MAX // 1024**2} MB: nothing of it was read."
            await self._write(mark(parcel, "too_large", reason))
            return parcel.source.empty_answer
        delivery = _delivery_of(scope, headers, body, self._urls(scope, headers, parcel.sender.project))
        if parcel.source.adapter is not None and is_probe(parcel.source.adapter, delivery):
            return parcel.source.empty_answer
        entered = await self._enter(msgspec.structs.replace(parcel, delivery=delivery))
        if entered.error is not None:
            raise entered.error
        return entered.answer

    def _identify(self, scope: Scope, request_id: str) -> Parcel:
        """Whose delivery from where it is. Raises MetroneError."""
        headers, at = dict(scope["headers"]), self._clock()
        if self._rules.by_address is not None:
            address = sender_address(_peer_of(scope), scope["headers"], self._rules.trusted)
            self._rules.by_address.take(network_of(address))
        source, endpoint = _route(scope)
        # In the address first: a Bearer token may be the platform's own secret.
        query: bytes = scope["query_string"]
        text = query_value(query, b"key") or query_value(query, b"api_key") or key_in_request(headers, b"")
        key = self._gate.admit(text.strip(), "write", "", at)
        if self._rules.by_key is not None:
            self._rules.by_key.take(key.id)
        sender = Sender(key.project, key.is_test, "", "", None, at)
        return Parcel(source=source, endpoint=endpoint, sender=sender, request_id=request_id)

    async def _enter(self, parcel: Parcel) -> Entered:
        """Judge the delivery and write down what it came to. Raises MetroneError where that cannot be written."""
        directory, project_no = self._gate.directory, parcel.sender.project.project_no
        known = directory.secrets_of(project_no, parcel.source.name, parcel.endpoint)
        loop = asyncio.get_running_loop()
        judged = await loop.run_in_executor(self._pool, judge, parcel, known, directory.examples_of(project_no))
        if judged.made is None or isinstance(judged.made, Refusal):
            error = _error_of(judged, judged.made)
            self._intake.spool.reject(project_no, error.code, 1)
            reason = judged.made.reason if judged.made else judged.verdict.reason
            told = mark(parcel, "refused", reason, judged.verdict)
            await self._write(told)
            return Entered(told.delivery, error=error)
        told = tell(parcel, judged.verdict, judged.made)
        await self._write(told)
        return Entered(told.delivery, judged.made.answer)

    async def _write(self, told: Told) -> None:
        """Hand over what the delivery says, and come back once it is on disk. Raises MetroneError."""
        await self._interactions.accept(told, self._rules.quota_of(told.sender.project))

    def _urls(self, scope: Scope, headers: dict[bytes, bytes], project: Project) -> tuple[str, ...]:
        """The addresses under which the platform may know us: the public one, the project's CNAME, the Host that it asked
        for, and what a trusted proxy says of both.
        """
        raw = scope.get("raw_path") or scope["path"].encode()
        tail = raw.decode("latin-1") + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        hosts = [headers.get(b"host", b"")]
        if self._rules.trusted.covers(_peer_of(scope)) and b"x-forwarded-host" in headers:
            hosts.append(headers[b"x-forwarded-host"].split(b",")[0].strip())
        origins = [self._origin, *([f"https://{project.cname}"] if project.cname else [])]
        origins += [f"{scheme}://{host.decode('latin-1')}" for host in hosts if host for scheme in ("https", "http")]
        return tuple(f"{origin}{tail}" for origin in dict.fromkeys(origins))


def _error_of(judged: Judged, refusal: Refusal | None) -> MetroneError:
    """What the platform hears of a delivery that is not genuine, or else cannot be read."""
    if refusal is None:
        return MetroneError("INVALID_API_KEY", f"INVALID_SIGNATURE: {judged.verdict.reason}")
    return MetroneError(refusal.code, refusal.reason)


def _peer_of(scope: Scope) -> str:
    return str((scope.get("client") or ("", 0))[0])


def _route(scope: Scope) -> tuple[Source, str]:
    """Where it comes from, and the endpoint's label. Raises MetroneError."""
    if scope["method"] not in METHODS:
        message = f"A webhook takes {', '.join(METHODS)}, not {scope['method'][:20]}."
        raise MetroneError("NOT_FOUND", message, status=405, headers={"Allow": ", ".join(METHODS)})
    if scope["path"] in TRACES_PATHS:
        return OTLP, MAIN
    name, _, endpoint = scope["path"].removeprefix(PREFIX).strip("/").partition("/")
    source = SOURCES.get(name.lower())
    if source is None or "/" in endpoint:
        known = ", ".join(SOURCES)
        raise MetroneError(
            "NOT_FOUND",
            f"There is no such webhook. The address is {PREFIX}{{platform}}/{{endpoint}}, platforms are {known}.",
        )
    try:
        return source, check_endpoint(endpoint or MAIN)
    except Invalid as error:
        raise MetroneError("INVALID_PAYLOAD", str(error)) from None


def _delivery_of(scope: Scope, headers: dict[bytes, bytes], body: bytes, urls: tuple[str, ...]) -> Delivery:
    return Delivery(
        body=body,
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers.items()},
        query=scope["query_string"].decode("latin-1"),
        method=scope["method"],
        urls=urls,
    )


async def _refuse(send: Send, error: MetroneError, request_id: str) -> None:
    await respond_problem(send, error, request_id, [(b"x-request-id", request_id.encode())])


async def _respond(send: Send, answer: Answer, request_id: str) -> None:
    headers = [(b"content-length", b"%d" % len(answer.body)), (b"x-request-id", request_id.encode())]
    if answer.content_type:
        headers.append((b"content-type", answer.content_type.encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
