"""Installing a project over HTTP: its addresses, a key to paste, and what was refused while somebody waits for an event."""

import asyncio
from datetime import UTC, datetime

import msgspec
from litestar import Controller, get, post, put
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.install import create_write_key, set_cname
from metrone.events.event import Event
from metrone.live import Live
from metrone.web.attempts import Asking
from metrone.web.projects import take_project
from metrone.web.refusals import Refusals, Refused, Tally
from metrone.web.signedin import NO_STORE, read_json


class Cname(msgspec.Struct):
    """The body that names the host; '' takes it away."""

    cname: str


class InstallController(Controller):
    """What the install page of a project shows and sets."""

    path = "/app/projects/{project_id:str}/install"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """The addresses, the newest event of those that a stream shows, and the last refused writes. `origin` is '' where no
        public address is set.
        """
        place = await take_project(request, project_id, "read", is_change=False)
        refusals: Refusals = request.app.state.refusals
        live: Live = request.app.state.live
        newest = live.newest(place.project.project_no)
        shown: dict[str, object] = {
            "origin": place.accounts.config.public_url.rstrip("/"),
            "cname": place.project.cname,
            "newest": _show_event(newest) if newest else None,
            "refusals": [_show(*each) for each in refusals.of(place.project.project_no)],
        }
        return Response(shown, headers=NO_STORE)

    @put("", status_code=200)
    async def name(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """Set the project's own name for this server."""
        place = await take_project(request, project_id, "edit", is_change=True)
        given = (await read_json(request, Cname)).cname
        cname = await asyncio.to_thread(set_cname, place.accounts.db, project_id, given, place.user.actor)
        await place.publish()
        return Response({"cname": cname}, headers=NO_STORE)

    @post("/key", status_code=201)
    async def create_key(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """A new key that may only write. It is shown in this answer and never again."""
        place = await take_project(request, project_id, "manage", is_change=True)
        record, key = await asyncio.to_thread(create_write_key, place.accounts.db, project_id, place.user.actor)
        await place.publish()
        return Response({"id": record.id, "key": key}, status_code=201, headers=NO_STORE)


def _show_event(event: Event) -> dict[str, object]:
    return {
        "at": datetime.fromtimestamp(event.timestamp, UTC),
        "type": event.event_type,
        "name": event.event_name or None,
        "page": f"{event.page_origin}{event.page_path}" or None,
        "library": event.sdk_version or None,
    }


def _show(refused: Refused, tally: Tally) -> dict[str, object]:
    return {
        "code": refused.code,
        "reason": refused.reason,
        "host": refused.host or None,
        "times": tally.times,
        "at": datetime.fromtimestamp(tally.at, UTC),
    }
