"""Passkeys over HTTP: a device's key instead of password and code. The only module that knows the package for WebAuthn.

A passkey belongs to one host name, and browsers take no bare address for one: sign in at https://your.host, or at localhost.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath
from litestar.response import Response
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from metrone.control.passkeys import (
    NewPasskey,
    Passkey,
    add_passkey,
    create_challenge,
    find_passkey,
    list_passkeys,
    note_passkey_use,
    remove_passkey,
    use_challenge,
)
from metrone.control.users import get_user
from metrone.errors import MetroneError
from metrone.web.account import sign_in_anew
from metrone.web.attempts import Asking
from metrone.web.factors import Confirmed
from metrone.web.hosts import name_of
from metrone.web.signedin import NO_STORE, accounts_of, check_same_site, need_password, need_user, read_json

Json = dict[str, Any]
REFUSED = "This passkey was not accepted. Try again, or sign in with your password."
# What the package raises for bytes that are no WebAuthn at all, beside its own.
_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class NewCredential(msgspec.Struct):
    """The body that registers a passkey: a name for it, and what navigator.credentials.create gave, as JSON."""

    name: str
    credential: Json


class Credential(msgspec.Struct):
    """The body that signs in: what navigator.credentials.get gave, as JSON."""

    credential: Json


@dataclass(frozen=True, slots=True)
class Party:
    """For whom a passkey is: the host name that it belongs to, and the origin that the browser must say."""

    id: str
    origin: str


def party_of(request: Asking) -> Party:
    """The public address; or localhost, by which nobody but this machine reaches us."""
    host = request.headers.get("host", "")
    if name_of(f"//{host}") == "localhost":
        return Party("localhost", f"http://{host}")
    origin = accounts_of(request).config.origin
    return Party(name_of(origin), origin)


class PasskeyController(Controller):
    """Passkeys, of the user who is signed in and of whoever wants to be."""

    path = "/app/account"

    @get("/passkeys")
    async def show(self, request: Asking) -> Response[dict[str, object]]:
        """The user's passkeys."""
        me = await need_user(request)
        found = await asyncio.to_thread(list_passkeys, accounts_of(request).db, me.user.id)
        return Response({"passkeys": [_show(passkey) for passkey in found]}, headers=NO_STORE)

    @post("/passkeys/begin", status_code=200)
    async def begin(self, request: Asking) -> Response[bytes]:
        """What navigator.credentials.create takes."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        await need_password(request, me.user, (await read_json(request, Confirmed)).current)
        known = await asyncio.to_thread(list_passkeys, accounts.db, me.user.id)
        party = party_of(request)
        options = generate_registration_options(
            rp_id=party.id,
            rp_name="Metrone",
            user_id=me.user.id.encode(),
            user_name=me.user.email,
            user_display_name=me.user.name,
            challenge=await asyncio.to_thread(create_challenge, accounts.db, me.user.id, accounts.now),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(passkey.credential_id) for passkey in known],
        )
        return Response(options_to_json(options).encode(), media_type="application/json", headers=NO_STORE)

    @post("/passkeys", status_code=201)
    async def add(self, request: Asking) -> dict[str, object]:
        """Keep the device's key."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        given = await read_json(request, NewCredential)
        party = party_of(request)
        challenge = await _take_challenge(request, given.credential, me.user.id)
        try:
            made = await asyncio.to_thread(
                verify_registration_response,
                credential=given.credential,
                expected_challenge=challenge,
                expected_rp_id=party.id,
                expected_origin=party.origin,
                require_user_verification=True,
            )
        except _MALFORMED:
            raise MetroneError("INVALID_PAYLOAD", REFUSED) from None
        new = NewPasskey(made.credential_id, made.credential_public_key, made.sign_count, given.name)
        return {"id": await asyncio.to_thread(add_passkey, accounts.db, me.user, new, accounts.now)}

    @delete("/passkeys/{passkey_id:str}", status_code=204)
    async def remove(self, request: Asking, passkey_id: FromPath[str]) -> None:
        """Forget a passkey."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        await asyncio.to_thread(remove_passkey, accounts.db, me.user, passkey_id, accounts.now)

    @post("/passkey/begin", status_code=200)
    async def begin_sign_in(self, request: Asking) -> Response[bytes]:
        """What navigator.credentials.get takes: any passkey of this host, so that nobody learns who has one."""
        accounts = accounts_of(request)
        accounts.attempts.take_address(request)
        check_same_site(request)
        options = generate_authentication_options(
            rp_id=party_of(request).id,
            challenge=await asyncio.to_thread(create_challenge, accounts.db, None, accounts.now),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return Response(options_to_json(options).encode(), media_type="application/json", headers=NO_STORE)

    @post("/passkey", status_code=200)
    async def sign_in(self, request: Asking) -> Response[dict[str, object]]:
        """Sign in. The device has asked for finger, face or PIN, so there is no code beside it."""
        accounts = accounts_of(request)
        accounts.attempts.take_address(request)
        check_same_site(request)
        given = await read_json(request, Credential)
        challenge = await _take_challenge(request, given.credential, None)
        passkey = await asyncio.to_thread(find_passkey, accounts.db, _raw_id(given.credential))
        if passkey is None:
            raise MetroneError("INVALID_API_KEY", REFUSED)
        count = await asyncio.to_thread(_verify, given.credential, challenge, party_of(request), passkey)
        await asyncio.to_thread(note_passkey_use, accounts.db, passkey, count, accounts.now)
        return await sign_in_anew(request, await asyncio.to_thread(get_user, accounts.db, passkey.user_id))


def _verify(credential: Json, challenge: bytes, party: Party, passkey: Passkey) -> int:
    """The device's new counter. Raises MetroneError where the signature is not the passkey's."""
    try:
        return verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except _MALFORMED:
        raise MetroneError("INVALID_API_KEY", REFUSED) from None


async def _take_challenge(request: Asking, credential: Json, user_id: str | None) -> bytes:
    """The challenge that the device signed, which was one of ours and is used up now. Raises MetroneError."""
    accounts = accounts_of(request)
    try:
        said = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(said["challenge"])
    except _MALFORMED:
        raise MetroneError("INVALID_PAYLOAD", REFUSED) from None
    if not await asyncio.to_thread(use_challenge, accounts.db, challenge, user_id, accounts.now):
        raise MetroneError("INVALID_API_KEY", "That took too long. Try again.")
    return challenge


def _raw_id(credential: Json) -> bytes:
    try:
        return base64url_to_bytes(credential["rawId"])
    except _MALFORMED:
        raise MetroneError("INVALID_PAYLOAD", REFUSED) from None


def _show(passkey: Passkey) -> dict[str, object]:
    return {
        "id": passkey.id,
        "name": passkey.name,
        "created_at": passkey.created_at.isoformat(timespec="seconds"),
        "used_at": passkey.used_at.isoformat(timespec="seconds") if passkey.used_at else None,
    }
