"""Accounts by mail: a new password, signing up, confirming. What a stranger is told is the same for every address."""

import asyncio

import msgspec
from litestar import Controller, post
from litestar.response import Response

from metrone.control.emails import clean_email
from metrone.control.links import link_address, peek_link
from metrone.control.passwords import check_password, hash_password
from metrone.control.signup import confirm_signup, create_signup, sign_up
from metrone.control.users import NewUser, ReadyUser, User, create_reset, find_user, use_reset
from metrone.errors import MetroneError
from metrone.web.account import sign_in_anew
from metrone.web.attempts import Asking
from metrone.web.letters import confirmation_letter, known_letter, reset_letter, send_later
from metrone.web.signedin import NO_STORE, Accounts, accounts_of, check_same_site, read_json

OLD_LINK = "This link was used or has expired. Ask for another."


class Email(msgspec.Struct):
    """The body that asks for a new password."""

    email: str


class Reset(msgspec.Struct):
    """The body that sets it."""

    token: str
    password: str


class SignUp(msgspec.Struct):
    """The body of a sign-up."""

    email: str
    password: str
    name: str = ""


class Token(msgspec.Struct):
    """The body that uses up a link."""

    token: str


class RecoveryController(Controller):
    """What people do who are not signed in yet."""

    path = "/app/account"

    @post("/forgot", status_code=200)
    async def forgot(self, request: Asking) -> Response[dict[str, object]]:
        """Mail with a link for a new password, where the address has an account; the answer does not say."""
        accounts = accounts_of(request)
        check_same_site(request)
        email = clean_email((await read_json(request, Email)).email)
        accounts.attempts.take_account(request, email)
        if accounts.config.smtp_url:
            errand = asyncio.create_task(_mail_reset(accounts, email))
            accounts.errands.add(errand)
            errand.add_done_callback(accounts.errands.discard)
        return Response({"is_mailed": bool(accounts.config.smtp_url)}, headers=NO_STORE)

    @post("/reset", status_code=200)
    async def reset(self, request: Asking) -> Response[dict[str, object]]:
        """Set the new password. The user then signs in with it, and with a code where one is asked for."""
        accounts = accounts_of(request)
        accounts.attempts.take_address(request)
        check_same_site(request)
        given = await read_json(request, Reset)
        link = await asyncio.to_thread(peek_link, accounts.db, "reset", given.token, accounts.now)
        if link is None:
            raise MetroneError("INVALID_API_KEY", OLD_LINK)
        check_password(given.password, [link.email, *link.email.split("@")])
        async with accounts.attempts.hashing:
            hashed = await asyncio.to_thread(hash_password, given.password)
        user = await asyncio.to_thread(use_reset, accounts.db, given.token, hashed, accounts.now)
        accounts.callers.forget_all()
        if user is None:
            raise MetroneError("INVALID_API_KEY", OLD_LINK)
        return await _enter(request, user)

    @post("/signup", status_code=200)
    async def sign_up(self, request: Asking) -> Response[dict[str, object]]:
        """An account and an organisation, where the setting allows it; the answer does not say whether there was one."""
        accounts = accounts_of(request)
        accounts.attempts.take_address(request)
        check_same_site(request)
        if not accounts.config.sign_up:
            raise MetroneError("FORBIDDEN", "Accounts are made by invitation here. Ask an admin for one.")
        given = await read_json(request, SignUp)
        async with accounts.attempts.hashing:
            person = await asyncio.to_thread(NewUser(given.email, given.password, given.name).ready)
        if not accounts.config.smtp_url:
            await asyncio.to_thread(sign_up, accounts.db, person, accounts.now)
            return Response({"next": "signin"}, headers=NO_STORE)
        await _mail_confirmation(accounts, person)
        return Response({"next": "mail"}, headers=NO_STORE)

    @post("/confirm", status_code=200)
    async def confirm(self, request: Asking) -> Response[dict[str, object]]:
        """Use the link of a sign-up."""
        accounts = accounts_of(request)
        accounts.attempts.take_address(request)
        check_same_site(request)
        token = (await read_json(request, Token)).token
        user = await asyncio.to_thread(confirm_signup, accounts.db, token, accounts.now)
        if user is None:
            raise MetroneError("INVALID_API_KEY", OLD_LINK)
        return await sign_in_anew(request, user)


async def _enter(request: Asking, user: User) -> Response[dict[str, object]]:
    """Whoever can read the mail has one factor; the other is asked for at the sign-in."""
    if user.has_totp:
        return Response({"signed_in": False, "needs": "code"}, headers=NO_STORE)
    return await sign_in_anew(request, user)


async def _mail_reset(accounts: Accounts, email: str) -> None:
    """After the answer, so that its time does not tell."""
    user = await asyncio.to_thread(find_user, accounts.db, email)
    if user is not None:
        token = await asyncio.to_thread(create_reset, accounts.db, user, user.actor, accounts.now)
        send_later(accounts, reset_letter(user.email, link_address(accounts.config.origin, "reset", token)))


async def _mail_confirmation(accounts: Accounts, person: ReadyUser) -> None:
    token = await asyncio.to_thread(create_signup, accounts.db, person, accounts.now)
    if token is None:
        send_later(accounts, known_letter(person.email, accounts.config.origin))
    else:
        address = link_address(accounts.config.origin, "signup", token)
        send_later(accounts, confirmation_letter(person.email, address))
