"""What the endpoints of accounts share: who is signed in, the checks before a change, a decoded body, a new session."""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from litestar.response import Response

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.passwords import verify_password
from metrone.control.sessions import start_session
from metrone.control.signin import SessionRecord
from metrone.control.users import User, get_user
from metrone.errors import MetroneError
from metrone.intake.client import parse_client
from metrone.web.attempts import Asking, Attempts
from metrone.web.auth import Gate
from metrone.web.callers import Callers
from metrone.web.cookies import session_cookie, session_token
from metrone.web.hosts import name_of

Body = TypeVar("Body", bound=msgspec.Struct)
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the endpoints of accounts work with; in the app's state as `accounts`."""

    config: Config
    db: Database
    callers: Callers
    gate: Gate
    attempts: Attempts
    clock: Callable[[], float]
    errands: set["asyncio.Task[None]"] = field(default_factory=set)  # mail on its way

    @property
    def now(self) -> datetime:
        """The moment."""
        return datetime.fromtimestamp(self.clock(), UTC)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user and the session of the browser that asks."""

    user: User
    session: SessionRecord


def accounts_of(request: Asking) -> Accounts:
    """What the endpoints work with."""
    found: Accounts = request.app.state.accounts
    return found


async def find_session(request: Asking) -> SessionRecord | None:
    """The session of the browser that asks, a user's or a link's; None where nobody is signed in."""
    accounts = accounts_of(request)
    token = session_token(dict(request.scope["headers"]), accounts.callers.is_secure)
    return await asyncio.to_thread(accounts.callers.session, token) if token else None


async def need_user(request: Asking, *, is_change: bool = False) -> SignedIn:
    """The user who asks; a change needs the session's CSRF token. Raises MetroneError MISSING_API_KEY or FORBIDDEN."""
    session = await find_session(request)
    if session is None:
        raise MetroneError("MISSING_API_KEY", "You are not signed in. Sign in and try again.")
    if is_change:
        check_same_site(request)
        check_csrf(request, session)
    if not session.user_id:
        raise MetroneError("FORBIDDEN", "A link signed this browser in, for one project. Sign in with an account.")
    user = await asyncio.to_thread(get_user, accounts_of(request).db, session.user_id)
    return SignedIn(user, session)


async def need_password(request: Asking, user: User, password: str) -> None:
    """Before what an open browser alone must not do: the user's password once more. Raises MetroneError."""
    attempts = accounts_of(request).attempts
    attempts.take_account(request, user.email)
    async with attempts.hashing:
        is_right = await asyncio.to_thread(verify_password, password, user.password_hash)
    if not is_right:
        raise MetroneError("FORBIDDEN", "The password is wrong.", details={"field": "current"})


def check_csrf(request: Asking, session: SessionRecord) -> None:
    """A change from a browser carries its session's token. Raises MetroneError FORBIDDEN."""
    given = request.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), session.csrf.encode()):
        raise MetroneError("FORBIDDEN", "The X-CSRF-Token is missing or old. Reload the page.")


def check_same_site(request: Asking) -> None:
    """A page of another site may not sign a browser in (login CSRF). Raises MetroneError FORBIDDEN.

    Browsers of today send Sec-Fetch-Site; older ones at least Origin.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if not site and origin is not None:
        ours = {name_of("//" + request.headers.get("host", "")), name_of(accounts_of(request).config.origin)}
        site = "same-origin" if name_of(origin) in ours - {""} else "cross-site"
    if (site or "same-origin") not in {"same-origin", "none"}:
        raise MetroneError("FORBIDDEN", "Sign in from the dashboard's own page.")


async def read_json(request: Asking, kind: type[Body]) -> Body:
    """The body as this struct. It must be sent as JSON, which no form of another site can. Raises MetroneError."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise MetroneError("INVALID_PAYLOAD", "Send the body with Content-Type: application/json.")
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.ValidationError as error:
        raise MetroneError("INVALID_PAYLOAD", f"{error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MetroneError("INVALID_JSON") from None


async def sign_in_as(request: Asking, user: User) -> Response[dict[str, object]]:
    """A new session for this user, in a cookie; the one that the browser had is over."""
    accounts = accounts_of(request)
    token = await asyncio.to_thread(start_session, accounts.db, user.id, _browser(request), accounts.now)
    cookie = session_cookie(token, accounts.callers.is_secure)
    return Response({"signed_in": True}, status_code=200, cookies=[cookie], headers=NO_STORE)


def _browser(request: Asking) -> str:
    """A name for the list of sessions, such as "Firefox on Linux"; the User-Agent itself is not kept."""
    client = parse_client(request.headers.get("user-agent", ""))
    return " on ".join(part for part in (client.browser, client.os) if part) or "A program"
