"""What people with a shared link load: the page, alone or in another site's frame, what the link shows, and its password.

Nothing here reads or sets a cookie: a frame on another site has none. Numbers come from read.py, with the lens of callers.py.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.passwords import verify_password
from metrone.control.projects import Project
from metrone.control.shares import Share, make_proof, may_enter
from metrone.errors import MetroneError
from metrone.web.attempts import Asking
from metrone.web.callers import GONE
from metrone.web.pages import PAGE_HEADERS, TLS_ONLY, serve_file
from metrone.web.signedin import NO_STORE, accounts_of, read_json

SHARED_PAGES = ("/share/{token:str}", "/share/{token:str}/voice", "/share/{token:str}/chat")
EMBED_PAGE = "/embed/{token:str}"
_DENIED = "frame-ancestors 'none'"
_NO_INDEX = {"X-Robots-Tag": "noindex"}
# A page whose policy depends on the link is never answered from a cache, not even by 304, which keeps the older policy.
_NEVER_KEPT = {"Cache-Control": "no-store"}


class Password(msgspec.Struct):
    """The body that opens a link."""

    password: str


class SharedPageController(Controller):
    """The dashboard's page under the address of a link."""

    path = "/"

    @get(list(SHARED_PAGES))
    async def page(self, request: Request[Any, Any, State], token: FromPath[str]) -> Response[bytes]:
        """The page on its own. Whether there is such a link, it finds out itself."""
        return _serve(request, find_share(request, token), PAGE_HEADERS)

    @get(EMBED_PAGE)
    async def embed(self, request: Request[Any, Any, State], token: FromPath[str]) -> Response[bytes]:
        """The page in a frame of the sites that the link names, or of any; without leave for that as every other page."""
        share = find_share(request, token)
        return _serve(request, share, framed_headers(share) if share is not None and share.can_embed else PAGE_HEADERS)


class SharedController(Controller):
    """What the page under a link asks first."""

    path = "/app/shares/{token:str}"

    @get("")
    async def show(self, request: Asking, token: FromPath[str]) -> Response[dict[str, object]]:
        """The project's name, time zone and locked segment; where a password is missing, only that it is."""
        share = find_share(request, token)
        if share is None:
            raise MetroneError("NOT_FOUND", GONE)
        proof = request.headers.get("x-metrone-share", "").partition(".")[2]
        if not may_enter(share, proof, accounts_of(request).now):
            return Response({"needs_password": True}, headers=NO_STORE)
        project = accounts_of(request).gate.directory.projects_by_no[share.project_no]
        return Response(_show(share, project), headers=NO_STORE)

    @post("/open", status_code=200)
    async def open(self, request: Asking, token: FromPath[str]) -> Response[dict[str, object]]:
        """Turn the password into a proof of it, for twelve hours. Tries are limited as those of signing in are.

        A link that is not there takes as long as a wrong password.
        """
        accounts, share = accounts_of(request), find_share(request, token)
        given = (await read_json(request, Password)).password
        accounts.attempts.take_account(request, f"share {share.id if share else ''}")
        async with accounts.attempts.hashing:
            is_right = await asyncio.to_thread(verify_password, given, share.password_hash if share else None)
        if share is None:
            raise MetroneError("NOT_FOUND", GONE)
        if not is_right:
            raise MetroneError("FORBIDDEN", "The password is wrong.", details={"field": "password"})
        return Response({"proof": make_proof(share, accounts.now)}, headers=NO_STORE)


def find_share(request: Request[Any, Any, State], token: str) -> Share | None:
    """The link of this token; None where there is none, or none any more."""
    accounts = request.app.state.accounts
    found: Share | None = accounts.gate.directory.find_share(token, datetime.fromtimestamp(accounts.clock(), UTC))
    return found


def framed_headers(share: Share) -> dict[str, str]:
    """The headers of a page, but that the share's sites may put it into a frame."""
    policy = PAGE_HEADERS["Content-Security-Policy"]
    # Origins were checked to be no more than scheme, host and port (labels.clean_origin).
    allowed = policy.replace(_DENIED, f"frame-ancestors {' '.join(share.origins) or '*'}")
    headers = {name: value for name, value in PAGE_HEADERS.items() if name != "X-Frame-Options"}
    return {**headers, "Content-Security-Policy": allowed}


def _serve(request: Request[Any, Any, State], share: Share | None, headers: dict[str, str]) -> Response[bytes]:
    shown = headers | _NEVER_KEPT
    if share is None or not share.is_public:
        shown |= _NO_INDEX
    if request.app.state.is_secure:
        shown |= TLS_ONLY
    return serve_file(request, "app/index.html", "no-store", shown)


def _show(share: Share, project: Project) -> dict[str, object]:
    return {
        "needs_password": False,
        "name": project.name,
        "domain": project.domain,
        "timezone": project.timezone,
        "filters": share.filters,
    }
