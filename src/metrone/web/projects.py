"""One project over HTTP, for its settings: which of the user's projects a request is about, and its general settings."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import msgspec
from litestar import Controller, get, put
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.audit import Actor
from metrone.control.directory import load_directory
from metrone.control.orgs import find_role
from metrone.control.projects import Project, ProjectChange, change_project
from metrone.control.roles import Deed, Role, may
from metrone.control.users import User
from metrone.errors import MetroneError
from metrone.web.attempts import Asking
from metrone.web.signedin import NO_STORE, Accounts, accounts_of, need_user, read_json


class General(msgspec.Struct):
    """The body of a change; what is left out stays."""

    name: str | None = None
    domain: str | None = None
    timezone: str | None = None


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
    """What a project is called and where it counts its days."""

    path = "/app/projects/{project_id:str}"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """The settings, and the role of who asks."""
        place = await take_project(request, project_id, "read", is_change=False)
        return Response(_show(place.project) | {"role": place.role}, headers=NO_STORE)

    @put("", status_code=204)
    async def change(self, request: Asking, project_id: FromPath[str]) -> None:
        """Change what is given."""
        place = await take_project(request, project_id, "edit", is_change=True)
        change = ProjectChange(**msgspec.structs.asdict(await read_json(request, General)))
        await asyncio.to_thread(change_project, place.accounts.db, project_id, change)
        await place.publish()
        place.accounts.callers.forget_all()


def _show(project: Project) -> dict[str, object]:
    return {"id": project.id, "name": project.name, "domain": project.domain, "timezone": project.timezone}
