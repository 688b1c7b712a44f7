"""The door for agents, /mcp: who may come in by key, limit, host and origin, and what their tools are given. The tools
themselves are in metrone.mcp.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from metrone.control.keys import KeyRecord
from metrone.control.keys import Scope as KeyScope
from metrone.errors import Code, MetroneError
from metrone.mcp.agent import AGENT, Agent, Json
from metrone.web.answers import Answers
from metrone.web.auth import Gate, key_in_request
from metrone.web.exchange import REQUEST_ID, Receive, Scope, Send, read_body, respond, swallow_body
from metrone.web.figures import ANSWERS
from metrone.web.hosts import check_page
from metrone.web.ingest import Ingest, Reply, head_of
from metrone.web.limits import Limiter, allowance_headers
from metrone.web.problems import Headers, problem_headers
from metrone.web.shapes import Accepted

if TYPE_CHECKING:
    from metrone.mcp.endpoint import Endpoint

PATHS = {"/mcp", "/mcp/"}
WRITE_PATH = "/v1/api/events"
REFUSED = -32010  # of JSON-RPC's codes for servers, one that the protocol has no other meaning for
READ_OR_WRITE: tuple[KeyScope, ...] = ("read", "write")
_ALLOWED = b"POST, OPTIONS"
_NOT_PASSED_ON = {b"idempotency-key", b"content-length", b"content-encoding", b"transfer-encoding"}
_OPEN: Headers = [(b"access-control-allow-origin", b"*"), (b"cache-control", b"no-store")]
_PREFLIGHT: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", _ALLOWED),
    (
        b"access-control-allow-headers",
        b"Content-Type, Accept, Authorization, X-Api-Key, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, "
        b"Last-Event-ID, X-Request-Id",
    ),
    (b"access-control-max-age", b"86400"),
]


@dataclass(frozen=True, slots=True)
class Means:
    """What the door works with; built by server."""

    gate: Gate
    answers: Answers
    ingest: Ingest
    limiter: Limiter | None
    public_origin: str
    clock: Callable[[], float]


class AgentDoor:
    """POST /mcp."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._opening = asyncio.Lock()
        self._endpoint: Endpoint | None = None
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every error is JSON-RPC's, so that clients show its sentence."""
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            agent, shown = self._admit(scope)
        except MetroneError as error:
            await swallow_body(receive)
            await self._refuse(send, error, scope)
            return
        try:
            body = await read_body(dict(scope["headers"]), receive)
        except MetroneError as error:
            await self._refuse(send, error, scope)
            return
        endpoint = await self._open()
        headers = [pair for pair in scope["headers"] if pair[0] != b"content-encoding"]
        inner = {**scope, "headers": headers, AGENT: agent}
        await endpoint(inner, _again(body, receive), _with_headers(send, shown))

    def _admit(self, scope: Scope) -> tuple[Agent, Headers]:
        """Who comes, and what is left of the limit. Raises MetroneError."""
        if scope["method"] != "POST":
            message = f"This endpoint does not take {scope['method']}. It takes: POST."
            raise MetroneError("NOT_FOUND", message, status=405, headers={"Allow": _ALLOWED.decode()})
        headers: dict[bytes, bytes] = dict(scope["headers"])
        means = self._means
        key = self._find_key(headers, scope["query_string"])
        check_page(headers, key, means.public_origin)
        allowance = allowance_headers(means.limiter.take(key.id)) if means.limiter else {}
        left = [(name.lower().encode(), value.encode()) for name, value in allowance.items()]
        return self._agent(scope, key), left

    def _find_key(self, headers: Mapping[bytes, bytes], query: bytes) -> KeyRecord:
        """The key, where it may read or write: which tools it sees is the tools' matter."""
        text, origin = key_in_request(headers, query), headers.get(b"origin", b"").decode("latin-1")
        gate, now = self._means.gate, self._means.clock()
        try:
            return gate.admit(text, "read", origin, now)
        except MetroneError as error:
            if error.code != "FORBIDDEN":
                raise
            return gate.admit(text, "write", origin, now)

    def _agent(self, scope: Scope, key: KeyRecord) -> Agent:
        answers, project = self._means.answers, key.project

        async def one(name: str, params: Mapping[str, object]) -> bytes:
            return await answers.one(project, name, params)

        async def many(asked: Sequence[tuple[str, Mapping[str, object]]]) -> bytes:
            return await answers.many(project, asked, [None] * len(asked))

        async def write(event: Json) -> Json:
            return await self._write(scope, event)

        return Agent(project, frozenset(filter(key.may, READ_OR_WRITE)), one, many, write)

    async def _write(self, scope: Scope, event: Json) -> Json:
        """Through the write endpoint itself, whose limits, quota and books then hold. Raises MetroneError."""
        done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        headers = [pair for pair in scope["headers"] if pair[0] not in _NOT_PASSED_ON]
        head = head_of({**scope, "path": WRITE_PATH, "headers": headers})
        self._means.ingest.take(
            head, msgspec.json.encode(event), lambda reply: None if done.done() else done.set_result(reply)
        )
        status, body, _ = await done
        answer: Json = msgspec.json.decode(body)
        if status >= 400:
            error, wait = answer["error"], answer.get("retry_after_ms")
            code: Code = error["code"]
            raise MetroneError(code, error["message"], status, None if wait is None else wait / 1000)
        return answer

    async def _open(self) -> "Endpoint":
        """The endpoint, imported and running. It ends with the event loop."""
        async with self._opening:
            if self._endpoint is None:
                kind = await asyncio.to_thread(_import_endpoint)
                endpoint, is_open = kind({**ANSWERS, "accepted": Accepted}), asyncio.Event()
                self._running = asyncio.create_task(endpoint.run(is_open.set), name="mcp")
                await is_open.wait()
                self._endpoint = endpoint
        return self._endpoint

    async def _refuse(self, send: Send, error: MetroneError, scope: Scope) -> None:
        data = {"code": error.code, "status": error.status, "request_id": scope[REQUEST_ID], **error.details}
        refusal = {"code": REFUSED, "message": error.message, "data": data}
        headers = problem_headers(error)
        if error.status == 401:
            headers.append((b"www-authenticate", b'Bearer realm="metrone"'))
        body = msgspec.json.encode({"jsonrpc": "2.0", "id": None, "error": refusal})
        await respond(send, error.status, body, [*headers, *_OPEN])


def _import_endpoint() -> type["Endpoint"]:
    # Not at the top: 0.65 s and 38 MB, measured, which a server that no agent asks need not pay.
    from metrone.mcp.endpoint import Endpoint

    return Endpoint


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read, once, and then whatever the connection says."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Any:
        return waiting.pop() if waiting else await receive()

    return next_message


def _with_headers(send: Send, headers: Headers) -> Send:
    async def send_more(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers, *_OPEN]
        await send(message)

    return send_more
