"""One's own account: setting up, signing in, the sessions, the password. For the dashboard's pages; answers no key."""

import asyncio
from typing import Any

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.db import Database
from metrone.control.orgs import Membership, list_memberships, list_org_projects
from metrone.control.projects import Project
from metrone.control.secondfactor import count_recovery_codes, use_second_factor
from metrone.control.sessions import end_other_sessions, end_user_session, list_sessions
from metrone.control.signin import SessionRecord, end_session
from metrone.control.users import (
    NewUser,
    User,
    change_password,
    check_signin,
    get_user,
    has_account,
    set_up,
)
from metrone.errors import MetroneError
from metrone.web.attempts import Asking
from metrone.web.cookies import session_token
from metrone.web.signedin import (
    NO_STORE,
    Accounts,
    accounts_of,
    check_same_site,
    find_session,
    need_password,
    need_user,
    read_json,
    sign_in_as,
)

WRONG = "The e-mail address or the password is wrong."
WRONG_CODE = "This code is wrong or was used. Wait for the next one and try again."


class SetUp(msgspec.Struct):
    """The body of a set-up."""

    token: str
    email: str
    password: str
    name: str = ""


class SignIn(msgspec.Struct):
    """The body of a sign-in; `code` where a second factor is asked for."""

    email: str
    password: str
    code: str = ""


class Passwords(msgspec.Struct):
    """The body of a change of password."""

    current: str
    password: str


class AccountController(Controller):
    """One's own account."""

    path = "/app/account"

    @get("")
    async def show(self, request: Asking) -> Response[dict[str, object]]:
        """Who is signed in, if anybody, and what can be done here."""
        accounts = accounts_of(request)
        session = await find_session(request)
        shown = await asyncio.to_thread(describe, accounts, session)
        return Response(shown, headers=NO_STORE)

    @post("/setup", status_code=200)
    async def set_up(self, request: Asking) -> Response[dict[str, object]]:
        """Make the owner account with the token that the server printed."""
        accounts = accounts_of(request)
        accounts.attempts.take_address(request)
        check_same_site(request)
        given = await read_json(request, SetUp)
        async with accounts.attempts.hashing:
            person = await asyncio.to_thread(NewUser(given.email, given.password, given.name).ready)
        user = await asyncio.to_thread(set_up, accounts.db, given.token, person, accounts.now)
        if user is None:
            raise MetroneError(
                "INVALID_API_KEY",
                "This link was used or has expired. Run `metrone users setup` on the server for a new one.",
            )
        return await sign_in_anew(request, user)

    @post("/signin", status_code=200)
    async def sign_in(self, request: Asking) -> Response[dict[str, object]]:
        """By e-mail address and password, and a code where the account has a second factor."""
        accounts = accounts_of(request)
        check_same_site(request)
        given = await read_json(request, SignIn)
        accounts.attempts.take_account(request, given.email)
        async with accounts.attempts.hashing:
            user = await asyncio.to_thread(check_signin, accounts.db, given.email, given.password)
        if user is None:
            raise MetroneError("INVALID_API_KEY", WRONG)
        if user.has_totp:
            if not given.code:
                return Response({"signed_in": False, "needs": "code"}, headers=NO_STORE)
            is_right = await asyncio.to_thread(use_second_factor, accounts.db, user, given.code, accounts.now)
            if not is_right:
                raise MetroneError("INVALID_API_KEY", WRONG_CODE, details={"field": "code"})
        return await sign_in_anew(request, user)

    @post("/password", status_code=200)
    async def change_password(self, request: Asking) -> Response[dict[str, object]]:
        """Another password: every other browser is signed out, and this one gets a new session."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        given = await read_json(request, Passwords)
        await need_password(request, me.user, given.current)
        async with accounts.attempts.hashing:
            await asyncio.to_thread(change_password, accounts.db, me.user, given.password, accounts.now)
        return await sign_in_anew(request, me.user)

    @get("/sessions")
    async def sessions(self, request: Asking) -> Response[dict[str, object]]:
        """The browsers that are signed in as this user."""
        accounts = accounts_of(request)
        me = await need_user(request)
        found = await asyncio.to_thread(list_sessions, accounts.db, me.user.id, accounts.now)
        shown = [
            {
                "id": one.id,
                "browser": one.browser,
                "created_at": one.created_at.isoformat(timespec="seconds"),
                "seen_at": one.seen_at.isoformat(timespec="seconds"),
                "is_this": one.id == me.session.session_id,
            }
            for one in found
        ]
        return Response({"sessions": shown}, headers=NO_STORE)

    @delete("/sessions/{session_id:str}", status_code=204)
    async def end_session(self, request: Asking, session_id: FromPath[str]) -> None:
        """Sign one browser out; `others` is every one but this."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        if session_id == "others":
            await asyncio.to_thread(end_other_sessions, accounts.db, me.user.id, me.session.session_id)
        else:
            await asyncio.to_thread(end_user_session, accounts.db, me.user.id, session_id)
        accounts.callers.forget_all()


async def sign_in_anew(request: Asking, user: User) -> Response[dict[str, object]]:
    """A new session, whatever cookie came; the session that it named is over."""
    accounts = accounts_of(request)
    old = session_token(dict(request.scope["headers"]), accounts.callers.is_secure)
    await asyncio.to_thread(end_any_session, accounts, old)
    return await sign_in_as(request, user)


def end_any_session(accounts: Accounts, token: str) -> None:
    """End the session of this token, a user's or a link's. Blocks."""
    session = accounts.callers.session(token) if token else None
    if session is not None and session.user_id:
        end_user_session(accounts.db, session.user_id, session.session_id)
    elif session is not None:
        end_session(accounts.db, token)
    accounts.callers.forget_all()


def describe(accounts: Accounts, session: SessionRecord | None) -> dict[str, object]:
    """What GET /app/account says. Blocks on the control database."""
    shown: dict[str, object] = {
        "is_set_up": has_account(accounts.db),
        "can_sign_up": accounts.config.sign_up,
        "has_mail": bool(accounts.config.smtp_url),
        "is_signed_in": session is not None,
        "csrf": session.csrf if session else "",
        "user": None,
        "organisations": [],
    }
    if session is None or not session.user_id:
        return shown
    user = get_user(accounts.db, session.user_id)
    shown["user"] = {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "has_totp": user.has_totp,
        "recovery_codes": count_recovery_codes(accounts.db, user.id),
    }
    shown["organisations"] = [
        show_membership(accounts.db, membership) for membership in list_memberships(accounts.db, user.id)
    ]
    return shown


def show_membership(db: Database, membership: Membership) -> dict[str, Any]:
    """An organisation of the user's, with its projects."""
    projects = list_org_projects(db, membership.org.id)
    return {
        "id": membership.org.id,
        "name": membership.org.name,
        "role": membership.role,
        "projects": [show_project(project) for project in projects],
    }


def show_project(project: Project) -> dict[str, str]:
    """A project as pages show it."""
    return {"id": project.id, "name": project.name, "domain": project.domain, "timezone": project.timezone}
