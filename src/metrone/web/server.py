"""The whole of HTTP as one ASGI callable: the write and stream paths in front, the framework behind them."""

import logging
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from litestar import Litestar, Request
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.response import Response

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.errors import ControlError, Invalid, Missing, Refused
from metrone.errors import MetroneError
from metrone.intake.accept import Intake
from metrone.live import Live
from metrone.store.base import Store
from metrone.web import ingest, mcp, stream, webhooks
from metrone.web.account import AccountController
from metrone.web.address import TrustedProxies, parse_trusted, sender_address
from metrone.web.answers import Answers
from metrone.web.attempts import Attempts
from metrone.web.auth import Gate
from metrone.web.callers import Callers
from metrone.web.cors import EXPOSED, preflight_read
from metrone.web.docs import docs_handlers
from metrone.web.exchange import REQUEST_ID, Receive, Scope, Send, request_id_of
from metrone.web.exclusions import ExclusionController
from metrone.web.factors import FactorController
from metrone.web.goals import GoalController
from metrone.web.health import Vitals, read_health, read_metrics
from metrone.web.install import InstallController
from metrone.web.integrations import IntegrationController
from metrone.web.keys import KeyController
from metrone.web.limits import Limiter
from metrone.web.notes import AnnotationController, SegmentController
from metrone.web.orgs import InvitationController, OrganisationController
from metrone.web.pages import PageController, SignInController, load_files
from metrone.web.passkeys import PasskeyController
from metrone.web.problems import problem_body, problem_headers
from metrone.web.projects import ProjectController
from metrone.web.read import ReadController
from metrone.web.recovery import RecoveryController
from metrone.web.shared import SharedController, SharedPageController
from metrone.web.sharing import SharingController
from metrone.web.signedin import Accounts
from metrone.web.usage import read_usage

COMMON_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
OPEN_HEADERS = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", EXPOSED)]
# What the paths in front of the framework take, which it does not know of.
FRONT_METHODS = {
    **dict.fromkeys(ingest.PATHS, "POST, OPTIONS"),
    "/v1/api/events": "GET, HEAD, POST, OPTIONS",
    stream.PATH: "GET, OPTIONS",
}
ROUTES = (
    ReadController,
    PageController,
    SignInController,
    AccountController,
    FactorController,
    PasskeyController,
    RecoveryController,
    OrganisationController,
    InvitationController,
    ProjectController,
    InstallController,
    IntegrationController,
    ExclusionController,
    GoalController,
    KeyController,
    read_usage,
    SharingController,
    SharedController,
    SharedPageController,
    SegmentController,
    AnnotationController,
    read_health,
    read_metrics,
)
log = logging.getLogger("metrone.web")


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the web shows and feeds; built by app."""

    config: Config
    db: Database
    store: Store
    gate: Gate
    intake: Intake
    live: Live
    vitals: Vitals
    clock: Callable[[], float]


class Server:
    """Routes a request to the path that serves it."""

    def __init__(self, rooms: Rooms) -> None:
        config, clock = rooms.config, rooms.clock
        trusted = parse_trusted(config.trusted_proxies)
        reads = _limiter(config, config.rate_limit_read, clock)
        callers = Callers(rooms.gate, rooms.db, clock, reads)
        callers.is_secure = config.origin.startswith("https:")
        rules = ingest.IngestRules(
            trusted,
            config.edge_headers,
            config.monthly_quota,
            *(_limiter(config, limit, clock) for limit in (config.rate_limit_key, config.rate_limit_ip)),
        )
        self.answers = Answers(
            rooms.store, config.query_slots, clock, lambda number: rooms.gate.directory.goals_of(number)
        )
        self.ingest = ingest.Ingest(rooms.gate, rooms.intake, rules, clock)
        self.webhooks = webhooks.Webhooks(rooms.gate, rooms.intake, rules, config.origin, clock)
        self.streams = stream.Streams(rooms.live, callers, config.stream_seconds, config.streams_per_key)
        self.agents = mcp.AgentDoor(mcp.Means(rooms.gate, self.answers, self.ingest, reads, config.origin, clock))
        files = load_files()
        self._app = Litestar(
            route_handlers=[*ROUTES, *docs_handlers(config)],
            openapi_config=None,
            exception_handlers={
                MetroneError: show_error,
                ControlError: show_trouble,
                HTTPException: show_http_error,
                Exception: show_unexpected,
            },
            on_app_init=[_quiet],
            request_max_body_size=512 * 1024,
            state=State(
                {
                    "answers": self.answers,
                    "callers": callers,
                    "db": rooms.db,
                    "gate": rooms.gate,
                    "vitals": rooms.vitals,
                    "files": files,
                    "live": rooms.live,
                    "refusals": self.ingest.refusals,
                    "webhooks": self.webhooks,
                    "tracker_version": files["m.js"].tag.strip('"') if "m.js" in files else "",
                    "accounts": _accounts(rooms, callers, trusted),
                    "is_secure": callers.is_secure,
                }
            ),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if path in ingest.PATHS and (scope["method"] == "POST" or _is_write_preflight(scope)):
                await self.ingest(scope, receive, send)
                return
            if path.startswith(webhooks.PREFIX) or path in webhooks.TRACES_PATHS:
                await self.webhooks(scope, receive, send)
                return
            if path == stream.PATH and scope["method"] == "GET":
                await self.streams(scope, receive, send)
                return
            scope[REQUEST_ID] = request_id_of(dict(scope["headers"]))
            send = _with_headers(scope, send)
            if path in mcp.PATHS:
                await self.agents(scope, receive, send)
                return
            if scope["method"] == "OPTIONS" and path.startswith("/v1/"):
                await preflight_read(send)
                return
            if scope["method"] == "HEAD":
                # What GET answers; uvicorn, which keeps the scope as it came, leaves the body out (RFC 9110, 9.3.2).
                scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)  # type: ignore[arg-type]

    def stop(self) -> None:
        """End the streams, so that the server can stop."""
        self.streams.stop()


def _accounts(rooms: Rooms, callers: Callers, trusted: TrustedProxies) -> Accounts:
    attempts = Attempts(rooms.clock, _address_reader(trusted))
    return Accounts(rooms.config, rooms.db, callers, rooms.gate, attempts, rooms.clock)


def _limiter(config: Config, per_minute: int, clock: Callable[[], float]) -> Limiter | None:
    return Limiter(per_minute, clock) if config.rate_limits else None


def _address_reader(trusted: TrustedProxies) -> Callable[[Scope], str]:
    def address_of(scope: Scope) -> str:
        return sender_address((scope.get("client") or ("", 0))[0], scope["headers"], trusted)

    return address_of


def _is_write_preflight(scope: Scope) -> bool:
    """A preflight, but not one for GET /v1/api/events, which shares its path with a write."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    is_post = headers.get(b"access-control-request-method", b"POST") == b"POST"
    return bool(scope["method"] == "OPTIONS") and is_post


def _quiet(config: AppConfig) -> AppConfig:
    config.logging_config = None
    return config


def _with_headers(scope: Scope, send: Send) -> Send:
    """Every answer carries its request id; every page is what it says it is; any site may read with a key."""
    headers = [(b"x-request-id", scope[REQUEST_ID].encode()), *COMMON_HEADERS]
    if scope["path"].startswith("/v1/"):
        headers += OPEN_HEADERS

    async def send_more(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers]
        await send(message)

    return send_more


def request_id(request: Request[Any, Any, State]) -> str:
    """The id of this request, the caller's own or ours."""
    found: str = request.scope[REQUEST_ID]  # type: ignore[literal-required]
    return found


def show_error(request: Request[Any, Any, State], error: MetroneError) -> Response[bytes]:
    """An error of ours, in its one form."""
    headers = {name.decode(): value.decode() for name, value in problem_headers(error)}
    body = problem_body(error, request_id(request))
    return Response(body, status_code=error.status, headers=headers, media_type="application/json")


def show_trouble(request: Request[Any, Any, State], error: ControlError) -> Response[bytes]:
    """What the control room refuses: a value, a thing that is not there; or its database cannot be asked."""
    if isinstance(error, Invalid):
        return show_error(request, MetroneError("INVALID_PAYLOAD", str(error), details={"field": error.field}))
    if isinstance(error, Missing):
        return show_error(request, MetroneError("NOT_FOUND", str(error)))
    if isinstance(error, Refused):
        return show_error(request, MetroneError("FORBIDDEN", str(error)))
    log.warning("control: %s", error)
    message = "Keys and projects cannot be read right now. Try again shortly."
    return show_error(request, MetroneError("INTERNAL_ERROR", message, status=503, retry_after=5.0))


def show_http_error(request: Request[Any, Any, State], error: HTTPException) -> Response[bytes]:
    """What the framework refuses: no such path, wrong method, body too large."""
    if error.status_code == 413:
        return show_error(request, MetroneError("BODY_TOO_LARGE"))
    path = request.scope["path"]
    allowed = ", ".join(sorted(request.app.route_handler_method_map.get(path.rstrip("/"), ())))
    # A path with a parameter in it has no entry of its own there.
    allowed = allowed or (error.headers or {}).get("allow", "")
    allowed = FRONT_METHODS.get(path) or allowed.replace("GET", "GET, HEAD")
    if allowed and error.status_code in {404, 405}:
        message = f"This endpoint does not take {request.method}. It takes: {allowed}."
        return show_error(request, MetroneError("NOT_FOUND", message, status=405, headers={"Allow": allowed}))
    if error.status_code == 404:
        return show_error(request, MetroneError("NOT_FOUND"))
    return show_error(request, MetroneError("INVALID_PAYLOAD", error.detail, status=error.status_code))


def show_unexpected(request: Request[Any, Any, State], error: Exception) -> Response[bytes]:
    """The last handler: nothing of the cause reaches the client, and the log has no personal data."""
    log.error("unexpected error request_id=%s path=%s", request_id(request), request.url.path, exc_info=error)
    return show_error(request, MetroneError("INTERNAL_ERROR"))
