"""A project's shared links over HTTP, for its settings: who manages the project makes, changes and revokes them."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath
from litestar.response import Response
from msgspec import Meta

from metrone.control.errors import Invalid
from metrone.control.roles import may
from metrone.control.shares import (
    SHARES_MAX,
    NewShare,
    Share,
    change_share_password,
    create_share,
    list_shares,
    revoke_share,
)
from metrone.reports.filters import read_filters
from metrone.reports.period import midnight
from metrone.web.attempts import Asking
from metrone.web.projects import Place, take_project
from metrone.web.signedin import NO_STORE, read_json

_SITES_SENT_MAX = 100


class Wanted(msgspec.Struct):
    """The body of a new share. `expires_on` is the last day on which it is good, at the project."""

    name: str
    slug: str = ""
    password: str = ""
    expires_on: str = ""
    filters: list[Any] = []
    can_embed: bool = False
    origins: Annotated[list[str], Meta(max_length=_SITES_SENT_MAX)] = []


class Password(msgspec.Struct):
    """The body of a change of the password; '' takes it away."""

    password: str


class SharingController(Controller):
    """The shared links of one project."""

    path = "/app/projects/{project_id:str}/shares"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """The links, oldest first. Their addresses are shown to those who may revoke them, since who has one may hand it on."""
        place = await take_project(request, project_id, "read", is_change=False)
        found = await asyncio.to_thread(list_shares, place.accounts.db, place.project)
        return Response({"shares": [_show(place, share) for share in found], "most": SHARES_MAX}, headers=NO_STORE)

    @post("", status_code=201)
    async def create(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """Make a link."""
        place = await take_project(request, project_id, "manage", is_change=True)
        wanted = await read_json(request, Wanted)
        new = NewShare(
            name=wanted.name,
            slug=wanted.slug.strip(),
            password=wanted.password,
            expires_at=_end_of(wanted.expires_on, place.project.timezone),
            filters=await _checked_filters(request, place, wanted.filters),
            can_embed=wanted.can_embed,
            origins=wanted.origins,
        )
        async with place.accounts.attempts.hashing:
            share = await asyncio.to_thread(create_share, place.accounts.db, place.project, new, place.who)
        await place.publish()
        return Response(_show(place, share), status_code=201, headers=NO_STORE)

    @put("/{share_id:str}/password", status_code=204)
    async def change_password(self, request: Asking, project_id: FromPath[str], share_id: FromPath[str]) -> None:
        """Another password, or none. Who came in by the old one is asked again."""
        place = await take_project(request, project_id, "manage", is_change=True)
        password = (await read_json(request, Password)).password
        async with place.accounts.attempts.hashing:
            await asyncio.to_thread(
                change_share_password, place.accounts.db, (place.project, share_id), password, place.who
            )
        await place.publish()

    @delete("/{share_id:str}", status_code=204)
    async def revoke(self, request: Asking, project_id: FromPath[str], share_id: FromPath[str]) -> None:
        """End a link at once and for good."""
        place = await take_project(request, project_id, "manage", is_change=True)
        await asyncio.to_thread(revoke_share, place.accounts.db, place.project, share_id, place.who)
        await place.publish()


def _end_of(text: str, timezone: str) -> datetime | None:
    """The moment at which that day ends at the project; None for ''. Raises Invalid."""
    if not text:
        return None
    try:
        return midnight(date.fromisoformat(text) + timedelta(days=1), timezone)
    except (ValueError, OverflowError):
        raise Invalid("expires_on", "Give the last day as YYYY-MM-DD, such as 2030-12-31, or leave it out.") from None


async def _checked_filters(request: Asking, place: Place, asked: list[Any]) -> Sequence[Sequence[object]]:
    """The segment in its one form, tried by a read of its own: what no read can take must not be kept. Raises MetroneError."""
    filters = read_filters(asked)
    if filters:
        params = {"days": 1, "metrics": "total_events", "filters": asked}
        await request.app.state.answers.one(place.project, "stats", params)
    return [(each.operator, each.dimension, each.values) for each in filters]


def _show(place: Place, share: Share) -> dict[str, object]:
    now, origin = place.accounts.now, place.accounts.config.origin
    can_see = may(place.role, "manage")
    return {
        "id": share.id,
        "name": share.name,
        "url": f"{origin}/share/{share.token}" if can_see else None,
        "embed_url": f"{origin}/embed/{share.token}" if can_see and share.can_embed else None,
        "is_public": share.is_public,
        "has_password": share.password_hash is not None,
        "expires_at": share.expires_at,
        "is_over": share.is_over(now),
        "filters": share.filters,
        "can_embed": share.can_embed,
        "origins": share.origins,
        "created_at": share.created_at,
    }
