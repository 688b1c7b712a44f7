"""One's own second factor over HTTP: an authenticator app, recovery codes. Each change asks for the password once more."""

import asyncio

import msgspec
from litestar import Controller, post
from litestar.response import Response

from metrone.control.secondfactor import begin_totp, confirm_totp, renew_recovery_codes
from metrone.control.sessions import end_other_sessions
from metrone.control.totp import show_secret, totp_address
from metrone.control.users import drop_second_factor
from metrone.errors import MetroneError
from metrone.web.attempts import Asking
from metrone.web.hosts import name_of
from metrone.web.signedin import NO_STORE, accounts_of, need_password, need_user, read_json


class Confirmed(msgspec.Struct):
    """The body of a change that asks for the password once more."""

    current: str


class Code(msgspec.Struct):
    """The body that shows that the app was set up."""

    code: str


class FactorController(Controller):
    """One's own second factor."""

    path = "/app/account/totp"

    @post("/begin", status_code=200)
    async def begin(self, request: Asking) -> Response[dict[str, object]]:
        """A secret for the app, as text and as the address that a QR code holds. It counts once a code was shown."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        await need_password(request, me.user, (await read_json(request, Confirmed)).current)
        if me.user.has_totp:
            raise MetroneError("INVALID_PAYLOAD", "An authenticator app is set up already; switch it off first.")
        secret = await asyncio.to_thread(begin_totp, accounts.db, me.user)
        issuer = f"Metrone {name_of(accounts.config.origin)}"
        shown: dict[str, object] = {
            "secret": show_secret(secret),
            "address": totp_address(secret, me.user.email, issuer),
        }
        return Response(shown, headers=NO_STORE)

    @post("", status_code=200)
    async def confirm(self, request: Asking) -> Response[dict[str, object]]:
        """From now on a code is asked for. Gives the recovery codes; every other browser is signed out."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        accounts.attempts.take_account(request, me.user.email)
        code = (await read_json(request, Code)).code
        codes = await asyncio.to_thread(confirm_totp, accounts.db, me.user, code, accounts.now)
        if codes is None:
            raise MetroneError("INVALID_PAYLOAD", "This is not the code that the app should show. Try the next one.")
        await asyncio.to_thread(end_other_sessions, accounts.db, me.user.id, me.session.session_id)
        accounts.callers.forget_all()
        return Response({"recovery_codes": codes}, headers=NO_STORE)

    @post("/off", status_code=204)
    async def switch_off(self, request: Asking) -> None:
        """From now on the password alone is asked for."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        await need_password(request, me.user, (await read_json(request, Confirmed)).current)
        await asyncio.to_thread(drop_second_factor, accounts.db, me.user, me.user.actor, accounts.now)

    @post("/recovery-codes", status_code=200)
    async def renew(self, request: Asking) -> Response[dict[str, object]]:
        """Ten new recovery codes; the old ones are worth nothing any more."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        await need_password(request, me.user, (await read_json(request, Confirmed)).current)
        if not me.user.has_totp:
            raise MetroneError("INVALID_PAYLOAD", "Set up an authenticator app first.")
        codes = await asyncio.to_thread(renew_recovery_codes, accounts.db, me.user, accounts.now)
        return Response({"recovery_codes": codes}, headers=NO_STORE)
