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
from litestar.datastructures import Cookie, State
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.signin import SESSION_TTL, end_session, redeem_link
from metrone.control.snippets import ORIGIN, SNIPPETS, Snippet
from metrone.errors import MetroneError
from metrone.reports.metrics import METRICS
from metrone.web.callers import COOKIE, session_token
from metrone.web.limits import Limiter, network_of
from metrone.webhooks.registry import ADAPTERS

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"
# What a machine's own list may say otherwise (RFC 9239); the framework adds the charset to text.
KINDS = {".js": "text/javascript"}
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

    @get(["/", "/signin", "/realtime", "/events", "/voice", "/voice/{id:str}", "/chat", "/chat/{id:str}"])
    async def page(self, request: Request[Any, Any, State]) -> Response[bytes]:
        """The dashboard."""
        return serve_file(request, "app/index.html", PAGE_HEADERS["Cache-Control"], PAGE_HEADERS)


class SignInController(Controller):
    """The browser's session, and what the dashboard needs to explain its numbers."""

    path = "/app"

    @post("/session", status_code=200)
    async def sign_in(self, request: Request[Any, Any, State]) -> Response[dict[str, object]]:
        """Turn a one-time token into a session."""
        state = request.app.state
        attempts: Limiter = state.sign_in_limiter
        attempts.take(network_of(state.address_of(request.scope)))
        check_same_site(request)
        try:
            token = msgspec.json.decode(await request.body(), type=Token).token
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise MetroneError("INVALID_PAYLOAD", 'Send {"token": "…"}.') from None
        session = await asyncio.to_thread(redeem_link, state.db, token, datetime.now(UTC))
        if session is None:
            raise MetroneError(
                "INVALID_API_KEY", "This link was used or has expired. Run `metrone link` on the server for a new one."
            )
        cookie = Cookie(
            key=COOKIE,
            value=session,
            max_age=int(SESSION_TTL.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=state.is_secure,
            path="/",
        )
        return Response(await self._describe(request, session), cookies=[cookie])

    @get("/session")
    async def who(self, request: Request[Any, Any, State]) -> Response[dict[str, object]]:
        """Who is signed in."""
        token = session_token(dict(request.scope["headers"]))
        return Response(await self._describe(request, token), headers={"Cache-Control": "no-store"})

    @delete("/session", status_code=204)
    async def sign_out(self, request: Request[Any, Any, State]) -> Response[None]:
        """End the session."""
        state = request.app.state
        token = session_token(dict(request.scope["headers"]))
        session = await asyncio.to_thread(state.callers.session, token) if token else None
        if session is not None:
            if request.headers.get("x-csrf-token") != session.csrf:
                raise MetroneError("FORBIDDEN", "The X-CSRF-Token is missing or old. Reload the page.")
            await asyncio.to_thread(end_session, state.db, token)
            state.callers.forget(token)
        return Response(None, status_code=204, cookies=[Cookie(key=COOKIE, max_age=0, path="/")])

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
            raise MetroneError("MISSING_API_KEY", "You are not signed in. Run `metrone link` on the server for a link.")
        projects = state.gate.directory.projects
        return {
            "projects": [
                {"id": id, "name": projects[id].name, "domain": projects[id].domain, "timezone": projects[id].timezone}
                for id in session.project_ids
                if id in projects
            ],
            "csrf": session.csrf,
        }


def _show(snippet: Snippet) -> dict[str, str]:
    return {"name": snippet.name, "title": snippet.title, "text": snippet.text}


def check_same_site(request: Request[Any, Any, State]) -> None:
    """A page of another site may not sign a browser in (login CSRF). Raises MetroneError FORBIDDEN."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise MetroneError("FORBIDDEN", "Sign in from the dashboard's own page.")
