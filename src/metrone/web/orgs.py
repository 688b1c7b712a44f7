"""Organisations over HTTP: members, invitations, projects, the audit log. Each endpoint says which role it needs."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, FromQuery
from litestar.response import Response

from metrone.control.audit import Actor, list_entries
from metrone.control.directory import load_directory
from metrone.control.invitations import (
    invite,
    join_as,
    join_as_new,
    list_invitations,
    read_invitation,
    withdraw,
)
from metrone.control.links import link_address
from metrone.control.orgs import (
    Member,
    Membership,
    change_role,
    create_org,
    create_org_project,
    list_members,
    list_memberships,
    remove_member,
    rename_org,
)
from metrone.control.roles import Deed, Role, check_role, may
from metrone.control.users import NewUser, User
from metrone.errors import MetroneError
from metrone.web.account import show_project, sign_in_anew
from metrone.web.attempts import Asking
from metrone.web.letters import invitation_letter, send_later
from metrone.web.recovery import OLD_LINK, Token
from metrone.web.signedin import (
    NO_STORE,
    Accounts,
    accounts_of,
    check_same_site,
    find_session,
    need_user,
    read_json,
)


class Name(msgspec.Struct):
    """The body that names an organisation."""

    name: str


class Guest(msgspec.Struct):
    """The body of an invitation."""

    email: str
    role: str


class Promotion(msgspec.Struct):
    """The body that gives a member another role."""

    role: str


class ProjectGiven(msgspec.Struct):
    """The body of a new project."""

    name: str
    domain: str = ""
    timezone: str = "UTC"


class Joining(msgspec.Struct):
    """The body that takes an invitation; name and password where a new account is made for it."""

    token: str
    name: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A user in one of the user's organisations."""

    accounts: Accounts
    user: User
    membership: Membership

    @property
    def org_id(self) -> str:
        """The organisation."""
        return self.membership.org.id

    @property
    def who(self) -> tuple[Actor, datetime]:
        """The user and the moment, for the audit log."""
        return self.user.actor, self.accounts.now


async def take_seat(request: Asking, org_id: str, deed: Deed, *, is_change: bool) -> Seat:
    """The user's place in this organisation. Raises MetroneError FORBIDDEN for a role that may not do that, and NOT_FOUND
    where the user is no member: whether there is such an organisation is nobody else's business.
    """
    accounts = accounts_of(request)
    me = await need_user(request, is_change=is_change)
    for membership in await asyncio.to_thread(list_memberships, accounts.db, me.user.id):
        if membership.org.id == org_id:
            if not may(membership.role, deed):
                raise MetroneError("FORBIDDEN", f"The role {membership.role} may not do that. Ask an owner or admin.")
            return Seat(accounts, me.user, membership)
    raise MetroneError("NOT_FOUND", "There is no such organisation.")


class OrganisationController(Controller):
    """The organisations of the user who asks."""

    path = "/app/orgs"

    @post("", status_code=201)
    async def create(self, request: Asking) -> dict[str, object]:
        """An organisation whose owner is the user."""
        accounts = accounts_of(request)
        me = await need_user(request, is_change=True)
        name = (await read_json(request, Name)).name
        org = await asyncio.to_thread(create_org, accounts.db, name, me.user.actor, accounts.now)
        accounts.callers.forget_all()
        return {"id": org.id, "name": org.name}

    @put("/{org_id:str}", status_code=204)
    async def rename(self, request: Asking, org_id: FromPath[str]) -> None:
        """Another name. For owners."""
        seat = await take_seat(request, org_id, "own", is_change=True)
        name = (await read_json(request, Name)).name
        await asyncio.to_thread(rename_org, seat.accounts.db, org_id, name, seat.user.actor, seat.accounts.now)

    @get("/{org_id:str}")
    async def show(self, request: Asking, org_id: FromPath[str]) -> Response[dict[str, object]]:
        """The members; for those who manage, the invitations too."""
        seat = await take_seat(request, org_id, "read", is_change=False)
        shown = await asyncio.to_thread(_describe, seat)
        return Response(shown, headers=NO_STORE)

    @post("/{org_id:str}/projects", status_code=201)
    async def create_project(self, request: Asking, org_id: FromPath[str]) -> dict[str, str]:
        """A project of the organisation."""
        seat = await take_seat(request, org_id, "manage", is_change=True)
        given = msgspec.structs.asdict(await read_json(request, ProjectGiven))
        project = await asyncio.to_thread(create_org_project, seat.accounts.db, org_id, given, seat.who)
        seat.accounts.gate.show(await asyncio.to_thread(load_directory, seat.accounts.db))
        seat.accounts.callers.forget_all()
        return show_project(project)

    @put("/{org_id:str}/members/{user_id:str}", status_code=204)
    async def promote(self, request: Asking, org_id: FromPath[str], user_id: FromPath[str]) -> None:
        """Another role for a member."""
        seat = await take_seat(request, org_id, "manage", is_change=True)
        role = check_role((await read_json(request, Promotion)).role)
        await _check_rank(seat, user_id, role)
        await asyncio.to_thread(change_role, seat.accounts.db, org_id, user_id, role, seat.who)
        seat.accounts.callers.forget_all()

    @delete("/{org_id:str}/members/{user_id:str}", status_code=204)
    async def remove(self, request: Asking, org_id: FromPath[str], user_id: FromPath[str]) -> None:
        """End a membership; one's own may end everybody."""
        me = await need_user(request, is_change=True)
        deed: Deed = "read" if me.user.id == user_id else "manage"
        seat = await take_seat(request, org_id, deed, is_change=True)
        await _check_rank(seat, user_id, None)
        await asyncio.to_thread(remove_member, seat.accounts.db, org_id, user_id, seat.who)
        seat.accounts.callers.forget_all()

    @post("/{org_id:str}/invitations", status_code=201)
    async def invite(self, request: Asking, org_id: FromPath[str]) -> Response[dict[str, object]]:
        """A link for one address and role. It is mailed where mail is set up, and shown once in any case."""
        seat = await take_seat(request, org_id, "manage", is_change=True)
        given = await read_json(request, Guest)
        guest = (given.email, check_role(given.role))
        await _check_rank(seat, None, guest[1])
        token = await asyncio.to_thread(invite, seat.accounts.db, org_id, guest, seat.who)
        address = link_address(seat.accounts.config.origin, "invite", token)
        if seat.accounts.config.smtp_url:
            send_later(seat.accounts, invitation_letter(given.email.strip(), seat.membership.org.name, address))
        shown = {"url": address, "is_mailed": bool(seat.accounts.config.smtp_url)}
        return Response(shown, status_code=201, headers=NO_STORE)

    @delete("/{org_id:str}/invitations/{link_id:str}", status_code=204)
    async def withdraw(self, request: Asking, org_id: FromPath[str], link_id: FromPath[str]) -> None:
        """Make an invitation worth nothing."""
        seat = await take_seat(request, org_id, "manage", is_change=True)
        await asyncio.to_thread(withdraw, seat.accounts.db, org_id, link_id, seat.who)

    @get("/{org_id:str}/audit")
    async def audit(
        self, request: Asking, org_id: FromPath[str], before: FromQuery[int | None] = None
    ) -> Response[dict[str, object]]:
        """Who changed what, newest first; `before` is the `entry_no` that the page before ended with."""
        seat = await take_seat(request, org_id, "manage", is_change=False)
        entries = await asyncio.to_thread(list_entries, seat.accounts.db, org_id, before)
        shown = [
            {
                "entry_no": entry.entry_no,
                "at": entry.at.isoformat(timespec="seconds"),
                "actor": entry.actor,
                "action": entry.action,
                "target": entry.target,
            }
            for entry in entries
        ]
        return Response({"entries": shown}, headers=NO_STORE)


class InvitationController(Controller):
    """Taking an invitation, as whoever holds the link."""

    path = "/app/account/invitation"

    @post("", status_code=200)
    async def read(self, request: Asking) -> Response[dict[str, object]]:
        """What the invitation says. It stays good."""
        accounts = accounts_of(request)
        accounts.attempts.take_address(request)
        check_same_site(request)
        token = (await read_json(request, Token)).token
        found = await asyncio.to_thread(read_invitation, accounts.db, token, accounts.now)
        if found is None:
            raise MetroneError("INVALID_API_KEY", OLD_LINK)
        shown: dict[str, object] = {
            "email": found.email,
            "role": found.role,
            "organisation": found.organisation,
            "has_account": found.has_account,
        }
        return Response(shown, headers=NO_STORE)

    @post("/join", status_code=200)
    async def join(self, request: Asking) -> Response[dict[str, object]]:
        """Become a member: as the user who is signed in, else with a new account for the invitation's address."""
        accounts = accounts_of(request)
        session = await find_session(request)
        if session is not None and session.user_id:
            me = await need_user(request, is_change=True)
            given = await read_json(request, Joining)
            is_good = await asyncio.to_thread(join_as, accounts.db, given.token, me.user, accounts.now)
            accounts.callers.forget_all()
            if not is_good:
                raise MetroneError("INVALID_API_KEY", OLD_LINK)
            return Response({"signed_in": True}, headers=NO_STORE)
        return await _join_as_new(request)


async def _join_as_new(request: Asking) -> Response[dict[str, object]]:
    accounts = accounts_of(request)
    accounts.attempts.take_address(request)
    check_same_site(request)
    given = await read_json(request, Joining)
    found = await asyncio.to_thread(read_invitation, accounts.db, given.token, accounts.now)
    if found is None:
        raise MetroneError("INVALID_API_KEY", OLD_LINK)
    async with accounts.attempts.hashing:
        person = await asyncio.to_thread(NewUser(found.email, given.password, given.name).ready)
    user = await asyncio.to_thread(join_as_new, accounts.db, given.token, person, accounts.now)
    if user is None:
        raise MetroneError("INVALID_API_KEY", OLD_LINK)
    return await sign_in_anew(request, user)


async def _check_rank(seat: Seat, user_id: str | None, role: Role | None) -> None:
    """Owners are made, demoted and removed by owners alone. Raises MetroneError FORBIDDEN."""
    if may(seat.membership.role, "own"):
        return
    members = await asyncio.to_thread(list_members, seat.accounts.db, seat.org_id)
    is_owner = any(member.user_id == user_id and member.role == "owner" for member in members)
    if is_owner or role == "owner":
        raise MetroneError("FORBIDDEN", "Only an owner may make, change or remove owners.")


def _describe(seat: Seat) -> dict[str, object]:
    db = seat.accounts.db
    shown: dict[str, object] = {
        "id": seat.org_id,
        "name": seat.membership.org.name,
        "role": seat.membership.role,
        "members": [_show_member(member) for member in list_members(db, seat.org_id)],
        "invitations": [],
    }
    if may(seat.membership.role, "manage"):
        shown["invitations"] = [
            {"id": link.id, "email": link.email, "role": link.payload["role"]}
            for link in list_invitations(db, seat.org_id, seat.accounts.now)
        ]
    return shown


def _show_member(member: Member) -> dict[str, object]:
    return {
        "id": member.user_id,
        "email": member.email,
        "name": member.name,
        "role": member.role,
        "has_totp": member.has_totp,
    }
