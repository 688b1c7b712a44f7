"""The addresses that platforms call: /v1/webhooks/{platform}[/{endpoint}]. Plain ASGI in front of the framework.

The path of a delivery: address, key, body as it came, signature, translation, intake, and 2xx once it is on disk. What a
platform would take for a failure of the customer's server is answered with 2xx and written into the log of deliveries.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec

from metrone.control.errors import Invalid
from metrone.control.keys import KeyRecord
from metrone.control.labels import check_endpoint
from metrone.control.signing import Unreadable
from metrone.errors import MetroneError
from metrone.events.beside import DeliveryRow
from metrone.intake.accept import Answer as Accepted
from metrone.intake.accept import Intake
from metrone.intake.draft import Sender
from metrone.intake.geo import Place
from metrone.intake.intents import tell_intents
from metrone.intake.interactions import Interactions, Told, person_hasher
from metrone.web.address import TrustedProxies, client_address
from metrone.web.auth import Gate, key_in_request, query_value
from metrone.web.exchange import Receive, Scope, Send, read_body, request_id_of, respond_problem, swallow_body
from metrone.web.limits import Limiter, network_of
from metrone.webhooks.adapter import Adapter, Refusal, Translation
from metrone.webhooks.bodies import Content
from metrone.webhooks.delivery import Answer, Delivery, Verdict
from metrone.webhooks.registry import ADAPTERS
from metrone.webhooks.translation import is_probe, translate, verify_delivery

PREFIX = "/v1/webhooks/"
MAIN = "main"  # the endpoint of an address that names none
METHODS = ("POST", "GET", "HEAD", "PUT", "PATCH", "DELETE")  # Zendesk lets its customers choose
BODY_MAX = 4 * 1024 * 1024  # an hour of a Retell call with every word twice is 1 MB (webhooks.md, receiver rule 14)
EVENT_MAX = 120  # an unknown event type is whatever the platform says
READERS = 2  # translating holds the interpreter; more of them would not be faster

log = logging.getLogger("metrone.webhooks")


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """What the addresses are told: who is believed, how much is allowed, under which address the world knows us."""

    trusted: TrustedProxies
    monthly_quota: int
    origin: str
    by_key: Limiter | None
    by_address: Limiter | None


class _Call(msgspec.Struct):
    """One request as far as it is known."""

    adapter: Adapter
    endpoint: str
    key: KeyRecord
    delivery: Delivery
    request_id: str
    at: float


class _Judged(msgspec.Struct, frozen=True):
    """What a delivery came to: whether it is genuine, and what it says (nothing where it is not)."""

    verdict: Verdict
    made: Translation | Refusal | None = None


class Webhooks:
    """Takes deliveries of every platform."""

    def __init__(self, gate: Gate, intake: Intake, rules: WebhookRules, clock: Callable[[], float]) -> None:
        self._gate = gate
        self._intake = intake
        self._interactions = Interactions(intake)
        self._rules = rules
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

    def close(self) -> None:
        """Wait for what is being read."""
        self._pool.shutdown()

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> Answer:
        try:
            call = self._identify(scope, request_id)
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
            await self._write(call, _marked(call, "too_large", reason))
            return call.adapter.answer(Content())
        call.delivery = _delivery_of(scope, headers, body, self._urls(scope, headers))
        if is_probe(call.adapter, call.delivery):
            return call.adapter.answer(Content())
        return await self._take(call)

    def _identify(self, scope: Scope, request_id: str) -> _Call:
        """Whose delivery of which platform it is. Raises MetroneError."""
        headers, at = dict(scope["headers"]), self._clock()
        if self._rules.by_address is not None:
            self._rules.by_address.take(network_of(self._address(scope, headers)))
        adapter, endpoint = _route(scope)
        # In the address first: a Bearer token may be the platform's own secret.
        query: bytes = scope["query_string"]
        text = query_value(query, b"key") or query_value(query, b"api_key") or key_in_request(headers, b"")
        key = self._gate.admit(text.strip(), "write", "", at)
        if self._rules.by_key is not None:
            self._rules.by_key.take(key.id)
        return _Call(adapter, endpoint, key, Delivery(), request_id, at)

    async def _take(self, call: _Call) -> Answer:
        loop = asyncio.get_running_loop()
        judged = await loop.run_in_executor(self._pool, self._judge, call)
        made, project_no = judged.made, call.key.project.project_no
        if made is None:
            self._intake.spool.reject(project_no, "INVALID_API_KEY", 1)
            await self._write(call, _marked(call, "refused", judged.verdict.reason, judged.verdict))
            raise MetroneError("INVALID_API_KEY", f"INVALID_SIGNATURE: {judged.verdict.reason}")
        if isinstance(made, Refusal):
            self._intake.spool.reject(project_no, made.code, 1)
            await self._write(call, _marked(call, "refused", made.reason, judged.verdict))
            raise MetroneError(made.code, made.reason)
        await self._write(call, _told(call, judged.verdict, made))
        return made.answer

    def _judge(self, call: _Call) -> _Judged:
        """Verify, translate, tell the intents: all that takes time and needs nothing of ours. Runs in a thread."""
        directory, project_no = self._gate.directory, call.key.project.project_no
        secrets = directory.secrets_of(project_no, call.adapter.name, call.endpoint)
        if isinstance(secrets, Unreadable):
            reason = "The signing secret of this endpoint cannot be read on the server: see `metrone doctor`."
            return _Judged(Verdict("invalid", reason))
        verdict = verify_delivery(call.adapter, call.delivery, secrets, call.at)
        if not verdict.is_accepted:
            return _Judged(verdict)
        made = translate(call.adapter, call.delivery, call.at, person_hasher(_sender(call)))
        if isinstance(made, Translation):
            reports = tell_intents(made.reports, directory.examples_of(project_no))
            made = msgspec.structs.replace(made, reports=reports)
        return _Judged(verdict, made)

    async def _write(self, call: _Call, told: Told) -> None:
        """Hand over what the delivery says, and come back once it is on disk. Raises MetroneError."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def tell(outcome: Accepted | MetroneError) -> None:
            if done.done():  # the platform went away
                return
            if isinstance(outcome, MetroneError):
                done.set_exception(outcome)
            else:
                done.set_result(None)

        project = call.key.project
        quota = project.plan_quota if project.plan_quota is not None else self._rules.monthly_quota
        delivery_no = self._intake.next_id()
        told = msgspec.structs.replace(told, delivery=msgspec.structs.replace(told.delivery, delivery_no=delivery_no))
        self._interactions.take(told, quota, tell)
        await done

    def _address(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        peer = (scope.get("client") or ("", 0))[0]
        return client_address(peer, headers.get(b"x-forwarded-for"), headers.get(b"forwarded"), self._rules.trusted)

    def _urls(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[str, ...]:
        """The addresses under which the platform may know us: the public one, the Host that it asked for (a CNAME of the
        customer's), and what a trusted proxy says of both.
        """
        raw = scope.get("raw_path") or scope["path"].encode()
        tail = raw.decode("latin-1") + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        hosts = [headers.get(b"host", b"")]
        peer = (scope.get("client") or ("", 0))[0]
        if self._rules.trusted.covers(peer) and b"x-forwarded-host" in headers:
            hosts.append(headers[b"x-forwarded-host"].split(b",")[0].strip())
        origins = [self._rules.origin]
        origins += [f"{scheme}://{host.decode('latin-1')}" for host in hosts if host for scheme in ("https", "http")]
        return tuple(f"{origin}{tail}" for origin in dict.fromkeys(origins))


def _route(scope: Scope) -> tuple[Adapter, str]:
    """The platform and the endpoint's label. Raises MetroneError."""
    name, _, endpoint = scope["path"].removeprefix(PREFIX).strip("/").partition("/")
    adapter = ADAPTERS.get(name.lower())
    if adapter is None or "/" in endpoint:
        known = ", ".join(ADAPTERS)
        raise MetroneError(
            "NOT_FOUND",
            f"There is no such webhook. The address is {PREFIX}{{platform}}/{{endpoint}}, platforms are {known}.",
        )
    if scope["method"] not in METHODS:
        message = f"A webhook takes {', '.join(METHODS)}, not {scope['method'][:20]}."
        raise MetroneError("NOT_FOUND", message, status=405, headers={"Allow": ", ".join(METHODS)})
    try:
        return adapter, check_endpoint(endpoint or MAIN)
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


def _sender(call: _Call, country: str = "") -> Sender:
    """A delivery comes from a platform's server: its address and User-Agent say nothing of the caller."""
    return Sender(call.key.project, call.key.is_test, "", "", Place(country_code=country), call.at)


def _marked(call: _Call, result: str, reason: str, verdict: Verdict | None = None) -> Told:
    """A delivery of which nothing but a line in the log is kept."""
    return Told(
        sender=_sender(call),
        platform=call.adapter.name,
        endpoint=call.endpoint,
        delivery=DeliveryRow(
            project_no=call.key.project.project_no,
            is_test=int(call.key.is_test),
            platform=call.adapter.name,
            endpoint=call.endpoint,
            delivered_at=round(call.at, 3),
            delivery_no=0,
            state=verdict.state if verdict else "",
            result=result,
            reason=reason,
            size_bytes=len(call.delivery.body),
        ),
        request_id=call.request_id,
    )


def _told(call: _Call, verdict: Verdict, made: Translation) -> Told:
    """A delivery that was translated."""
    told = _marked(call, "ignored" if made.dropped else "taken", made.warning or made.dropped, verdict)
    project = call.key.project
    return msgspec.structs.replace(
        told,
        sender=_sender(call, next((found.update.country for found in made.reports if found.update.country), "")),
        delivery=msgspec.structs.replace(told.delivery, event=made.event[:EVENT_MAX]),
        is_verified=verdict.state == "verified",
        is_carrier=call.adapter.is_carrier,
        reports=made.reports,
        erase=made.erase,
        talk_days=project.talk_days if project.keeps_talk else 0,
    )


async def _refuse(send: Send, error: MetroneError, request_id: str) -> None:
    await respond_problem(send, error, request_id, [(b"x-request-id", request_id.encode())])


async def _respond(send: Send, answer: Answer, request_id: str) -> None:
    headers = [(b"content-length", b"%d" % len(answer.body)), (b"x-request-id", request_id.encode())]
    if answer.content_type:
        headers.append((b"content-type", answer.content_type.encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
