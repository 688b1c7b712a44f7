"""The API keys of a project over HTTP: listed, created and revoked by those who manage it. The key itself is shown once."""

import asyncio
from datetime import UTC, datetime

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath
from litestar.response import Response

from metrone.control.keys import KeyRecord, NewKey, create_key, list_keys, revoke_key
from metrone.web.attempts import Asking
from metrone.web.projects import take_project
from metrone.web.signedin import NO_STORE, read_json


class AskedKey(msgspec.Struct):
    """The body of a new key. No origins: any origin; no `expires_at`: for ever. A time without an offset is UTC."""

    name: str
    scopes: list[str]
    origins: list[str] = []
    expires_at: datetime | None = None
    is_test: bool = False


class KeyController(Controller):
    """Who may write and read the project's data with a program."""

    path = "/app/projects/{project_id:str}/keys"

    @get("")
    async def show(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """The keys, newest first, revoked and expired ones too. Never a key itself."""
        place = await take_project(request, project_id, "manage", is_change=False)
        keys = await asyncio.to_thread(list_keys, place.accounts.db, project_id)
        now = place.accounts.now
        return Response({"keys": [_show(key, now) for key in reversed(keys)]}, headers=NO_STORE)

    @post("", status_code=201)
    async def create(self, request: Asking, project_id: FromPath[str]) -> Response[dict[str, object]]:
        """A new key, which cannot be had again."""
        place = await take_project(request, project_id, "manage", is_change=True)
        asked = msgspec.structs.asdict(await read_json(request, AskedKey))
        if asked["expires_at"] is not None and asked["expires_at"].tzinfo is None:
            asked["expires_at"] = asked["expires_at"].replace(tzinfo=UTC)
        new = NewKey(project_id=project_id, **asked)
        record, key = await asyncio.to_thread(create_key, place.accounts.db, new, place.user.actor)
        await place.publish()
        return Response(_show(record, place.accounts.now) | {"key": key}, status_code=201, headers=NO_STORE)

    @delete("/{key_id:str}", status_code=204)
    async def revoke(self, request: Asking, project_id: FromPath[str], key_id: FromPath[str]) -> None:
        """From now on the key does nothing, for good."""
        place = await take_project(request, project_id, "manage", is_change=True)
        await asyncio.to_thread(revoke_key, place.accounts.db, key_id, place.user.actor, project_id)
        await place.publish()


def _show(key: KeyRecord, now: datetime) -> dict[str, object]:
    fields = ("id", "name", "prefix", "origins", "is_test", "created_at", "expires_at", "revoked_at", "last_used_at")
    return {field: getattr(key, field) for field in fields} | {"scopes": sorted(key.scopes), "state": key.state(now)}
