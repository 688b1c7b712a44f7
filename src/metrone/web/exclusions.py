"""What a project leaves uncounted, over HTTP: addresses, paths, hosts and countries."""

import asyncio

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.errors import Invalid
from metrone.control.excluded import check_value
from metrone.control.exclusions import (
    EACH_MAX,
    Exclusion,
    add_exclusion,
    check_kind,
    list_exclusions,
    remove_exclusion,
)
from metrone.intake.geo import country_name
from metrone.web.attempts import Asking
from metrone.web.projects import take_project
from metrone.web.signedin import NO_STORE, read_json


class Given(msgspec.Struct):
    """The body of a new exclusion."""

    kind: str
    value: str


class ExclusionController(Controller):
    """The exclusions of a project."""

    path = "/app/projects/{project_id:str}/exclusions"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """All of them, and the address that the reader comes from, for those who want to leave out themselves."""
        place = await take_project(request, project_id, "read", is_change=False)
        found = await asyncio.to_thread(list_exclusions, place.accounts.db, project_id)
        address = place.accounts.attempts.address_of(request)
        shown = {"exclusions": [_show(each) for each in found], "most": EACH_MAX, "your_address": address}
        return Response(shown, headers=NO_STORE)

    @post("", status_code=201)
    async def add(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """One more. What it fits is left out from now on; what was counted stays."""
        place = await take_project(request, project_id, "edit", is_change=True)
        given = await read_json(request, Given)
        kind = check_kind(given.kind)
        if kind == "country" and not country_name(check_value(kind, given.value)):
            raise Invalid("country", f"{given.value[:64]!r} is the code of no country; write one such as DE.")
        made = await asyncio.to_thread(
            add_exclusion, place.accounts.db, project_id, (kind, given.value), place.user.actor
        )
        await place.publish()
        return Response(_show(made), status_code=201, headers=NO_STORE)

    @delete("/{exclusion_no:str}", status_code=204)
    async def remove(self, request: Asking, project_id: FromPath[str], exclusion_no: FromPath[str]) -> None:
        """Count it again from now on."""
        place = await take_project(request, project_id, "edit", is_change=True)
        number = int(exclusion_no) if exclusion_no.isdecimal() and len(exclusion_no) < 10 else 0
        await asyncio.to_thread(remove_exclusion, place.accounts.db, project_id, number, place.user.actor)
        await place.publish()


def _show(each: Exclusion) -> dict[str, object]:
    return {"exclusion_no": each.exclusion_no, "kind": each.kind, "value": each.value}
