"""One project over HTTP, for its settings: which of the user's projects a request is about, and its general settings."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.audit import Actor
from metrone.control.directory import load_directory
from metrone.control.erasures import delete_project, is_erasing, reset_project
from metrone.control.orgs import find_role
from metrone.control.projects import Project, ProjectChange, change_project
from metrone.control.roles import Deed, Role, may
from metrone.control.users import User
from metrone.errors import MetroneError
from metrone.web.attempts import Asking
from metrone.web.signedin import NO_STORE, Accounts, accounts_of, need_user, read_json


class General(msgspec.Struct):
    """The body of a change; what is left out stays. `retention_days` 0 is for ever."""

    name: str | None = None
    domain: str | None = None
    timezone: str | None = None
    week_start: int | None = None
    retention_days: int | None = None
    keeps_talk: bool | None = None
    talk_days: int | None = None


class Confirmation(msgspec.Struct):
    """The body of what cannot be undone: the project's name, typed."""

    confirm: str


@dataclass(frozen=True, slots=True)
class Place:
    """A user at one of the user's projects."""

    accounts: Accounts
    user: User
    project: Project
    role: Role

    @property
    def who(self) -> tuple[Actor, datetime]:
        """The user and the moment, for the audit log."""
        return self.user.actor, self.accounts.now

    async def publish(self) -> None:
        """Let this process know at once what was changed; others see it within a second."""
        self.accounts.gate.show(await asyncio.to_thread(load_directory, self.accounts.db))


async def take_project(request: Asking, project_id: str, deed: Deed, *, is_change: bool) -> Place:
    """The project of this id as the user who asks may use it. A change needs the session's CSRF token.

    Raises MetroneError FORBIDDEN for a role that may not do that, and NOT_FOUND where the user is no member: whether there is
    such a project is nobody else's business.
    """
    accounts = accounts_of(request)
    me = await need_user(request, is_change=is_change)
    found = await asyncio.to_thread(find_role, accounts.db, me.user.id, project_id)
    if found is None:
        raise MetroneError("NOT_FOUND", "There is no such project.")
    project, role = found
    if not may(role, deed):
        raise MetroneError("FORBIDDEN", f"The role {role} may not do that. Ask an owner or admin.")
    return Place(accounts, me.user, project, role)


class ProjectController(Controller):
    """What a project is called, where it counts its days and for how long it keeps what; its reset and its deletion."""

    path = "/app/projects/{project_id:str}"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """The settings, and the role of who asks. `is_erasing`: what was counted before a reset is still going."""
        place = await take_project(request, project_id, "read", is_change=False)
        shown = {field: getattr(place.project, field) for field in _SHOWN}
        shown["monthly_quota"] = place.project.quota(place.accounts.config.monthly_quota)
        shown["is_erasing"] = await asyncio.to_thread(is_erasing, place.accounts.db, place.project.project_no)
        return Response(shown | {"role": place.role}, headers=NO_STORE)

    @put("", status_code=204)
    async def change(self, request: Asking, project_id: FromPath[str]) -> None:
        """Change what is given."""
        place = await take_project(request, project_id, "edit", is_change=True)
        change = ProjectChange(**msgspec.structs.asdict(await read_json(request, General)))
        if change.retention_days not in {None, place.project.retention_days} and not may(place.role, "manage"):
            raise MetroneError("FORBIDDEN", "How long events are kept is for owners and admins: it erases. Ask one.")
        await asyncio.to_thread(change_project, place.accounts.db, project_id, change, place.user.actor)
        await place.publish()
        place.accounts.callers.forget_all()

    @post("/reset", status_code=204)
    async def reset(self, request: Asking, project_id: FromPath[str]) -> None:
        """Have erased what was counted up to now; what comes from now on counts."""
        await _erase(request, project_id, reset_project)

    @delete("", status_code=204)
    async def remove(self, request: Asking, project_id: FromPath[str]) -> None:
        """Delete the project: its keys do nothing from now on, and what it counted is erased."""
        await _erase(request, project_id, delete_project)


async def _erase(request: Asking, project_id: str, erase: Callable[..., Project]) -> None:
    place = await take_project(request, project_id, "manage", is_change=True)
    confirm = (await read_json(request, Confirmation)).confirm
    await asyncio.to_thread(erase, place.accounts.db, project_id, confirm, place.who)
    await place.publish()
    place.accounts.callers.forget_all()


_SHOWN = ("id", "name", "domain", "timezone", "week_start", "retention_days", "keeps_talk", "talk_days")
