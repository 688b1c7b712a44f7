"""What browsers load: the tracker, the dashboard's files, and signing in. Static files are read once, at the start."""

import asyncio
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.signin import redeem_link
from metrone.control.snippets import ORIGIN, SNIPPETS, Snippet
from metrone.errors import MetroneError
from metrone.reports.metrics import METRICS
from metrone.web.account import end_any_session
from metrone.web.cookies import no_cookie, session_cookie, session_token
from metrone.web.signedin import check_csrf, check_same_site, read_json
from metrone.webhooks.registry import ADAPTERS

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"
# What a machine's own list may say otherwise (RFC 9239); the framework adds the charset to text.
KINDS = {".js": "text/javascript"}
# The addresses that the app itself routes.
PAGES = (
    "/",
    "/realtime",
    "/events",
    "/voice",
    "/voice/{id:str}",
    "/chat",
    "/chat/{id:str}",
    "/signin",
    "/signup",
    "/setup",
    "/confirm",
    "/forgot",
    "/reset",
    "/join",
    "/account",
    "/team",
    "/projects",
    "/settings",
    "/settings/{section:str}",
)
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
# Where the public address is https: browsers ask by nothing else for a year. This host alone; others are not ours to bind.
TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


@dataclass(frozen=True, slots=True)
class File:
    """A static file in memory, with its compressed form."""

    content: bytes
    packed: bytes
    kind: str
    tag: str


class Token(msgspec.Struct):
    """The body of a sign-in."""

    token: str


def load_files(folder: Path = STATIC) -> dict[str, File]:
    """The built tracker and dashboard by their path in the folder; empty where nothing is built."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            found[path.relative_to(folder).as_posix()] = File(content, gzip.compress(content, 9, mtime=0), kind, tag)
    return found


def serve_file(request: Request[Any, Any, State], name: str, cache: str, headers: dict[str, str]) -> Response[bytes]:
    """A file, compressed where the browser takes that, or 304. Raises MetroneError NOT_FOUND."""
    file: File | None = request.app.state.files.get(name)
    if file is None:
        message = "The dashboard and tracker are not built. Run `make build`." if not request.app.state.files else ""
        raise MetroneError("NOT_FOUND", message)
    shown = {"Cache-Control": cache, "ETag": file.tag, "Vary": "Accept-Encoding", **headers}
    if request.headers.get("if-none-match") == file.tag:
        return Response(b"", status_code=304, headers=shown)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**shown, "Content-Encoding": "gzip"}, media_type=file.kind)
    return Response(file.content, headers=shown, media_type=file.kind)


class PageController(Controller):
    """The tracker and the dashboard."""

    path = "/"

    @get("/m.js")
    async def tracker(self, request: Request[Any, Any, State]) -> Response[bytes]:
        """The tracker. Asked for by its version (?v=), it never changes."""
        is_versioned = request.query_params.get("v") == request.app.state.tracker_version
        cross = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        return serve_file(request, "m.js", FOREVER if is_versioned else AN_HOUR, cross)

    @get("/assets/{name:str}")
    async def asset(self, request: Request[Any, Any, State], name: FromPath[str]) -> Response[bytes]:
        """A part of the dashboard; its name holds its hash."""
        return serve_file(request, f"app/assets/{name}", FOREVER, {})

    @get(list(PAGES))
    async def page(self, request: Request[Any, Any, State]) -> Response[bytes]:
        """The dashboard."""
        headers = PAGE_HEADERS | TLS_ONLY if request.app.state.is_secure else PAGE_HEADERS
        return serve_file(request, "app/index.html", PAGE_HEADERS["Cache-Control"], headers)


class SignInController(Controller):
    """The browser's session, and what the dashboard needs to explain its numbers."""

    path = "/app"

    @post("/session", status_code=200)
    async def sign_in(self, request: Request[Any, Any, State]) -> Response[dict[str, object]]:
        """Turn a one-time token into a session."""
        state = request.app.state
        state.accounts.attempts.take_address(request)
        check_same_site(request)
        token = (await read_json(request, Token)).token
        session = await asyncio.to_thread(redeem_link, state.db, token, datetime.now(UTC))
        if session is None:
            raise MetroneError(
                "INVALID_API_KEY", "This link was used or has expired. Run `metrone link` on the server for a new one."
            )
        return Response(await self._describe(request, session), cookies=[session_cookie(session, state.is_secure)])

    @get("/session")
    async def who(self, request: Request[Any, Any, State]) -> Response[dict[str, object]]:
        """Who is signed in."""
        token = session_token(dict(request.scope["headers"]), request.app.state.is_secure)
        return Response(await self._describe(request, token), headers={"Cache-Control": "no-store"})

    @delete("/session", status_code=204)
    async def sign_out(self, request: Request[Any, Any, State]) -> Response[None]:
        """End the session."""
        state = request.app.state
        token = session_token(dict(request.scope["headers"]), state.is_secure)
        session = await asyncio.to_thread(state.callers.session, token) if token else None
        if session is not None:
            check_csrf(request, session)
            await asyncio.to_thread(end_any_session, state.accounts, token)
        return Response(None, status_code=204, cookies=[no_cookie(state.is_secure)])

    @get("/metrics")
    async def definitions(self) -> dict[str, object]:
        """What each number means, from the one list."""
        return {
            name: {"title": metric.title, "definition": metric.definition, "unit": metric.unit}
            for name, metric in METRICS.items()
        }

    @get("/snippets")
    async def snippets(self) -> dict[str, object]:
        """What a newcomer pastes, from the one list. The page knows by which address it reached us, and puts that for `origin`."""
        return {"origin": ORIGIN, "snippets": [_show(snippet) for snippet in SNIPPETS.values()]}

    @get("/platforms")
    async def platforms(self) -> list[dict[str, str]]:
        """The platforms whose webhooks are taken, from the one list."""
        return [{"name": each.name, "title": each.title, "signed_with": each.signed_with} for each in ADAPTERS.values()]

    async def _describe(self, request: Request[Any, Any, State], token: str) -> dict[str, object]:
        state = request.app.state
        session = await asyncio.to_thread(state.callers.session, token) if token else None
        if session is None:
            raise MetroneError("MISSING_API_KEY", "You are not signed in.")
        projects = state.gate.directory.projects
        return {
            "projects": [
                {"id": id, "name": projects[id].name, "domain": projects[id].domain, "timezone": projects[id].timezone}
                for id in session.project_ids
                if id in projects
            ],
            "csrf": session.csrf,
            # A link of the command line signs in nobody, so nothing is anybody's own.
            "has_account": bool(session.user_id),
        }


def _show(snippet: Snippet) -> dict[str, str]:
    return {"name": snippet.name, "title": snippet.title, "text": snippet.text}
