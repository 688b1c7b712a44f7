"""The read endpoints: GET /v1/api/<read> and POST /v1/api/query. The numbers come from reports alone."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.response import Response
from msgspec import Meta

from metrone.errors import MetroneError
from metrone.reports.reads import READS
from metrone.web.callers import Caller, Callers
from metrone.web.limits import allowance_headers

QUERIES_MAX = 20
# What a query string may hold beside a read's own parameters.
_ADDRESSING = {"api_key", "project"}
JSON = "application/json"


class Query(msgspec.Struct):
    """One question of a batch."""

    type: Annotated[str, Meta(description="Name of a read.")]
    params: dict[str, Any] = {}
    id: str | int | None = None


class Queries(msgspec.Struct):
    """The body of POST /v1/api/query."""

    queries: Annotated[list[Query], Meta(min_length=1, max_length=QUERIES_MAX)]


PREFIX = "/v1/api"
# Where each read is asked by GET, below PREFIX. What stands in braces is one of its parameters.
GET_PATHS = {**{name: f"/{name}" for name in READS}, "interaction": "/interactions/{id}"}
_READ_AT = {f"{PREFIX}{path}": name for name, path in GET_PATHS.items()}


async def find_caller(request: Request[Any, Any, State], is_change: bool = False) -> tuple[Caller, dict[str, str]]:
    """Who asks, and the headers that say what is left of the limit. A browser's POST needs its CSRF token.

    Raises MetroneError.
    """
    callers: Callers = request.app.state.callers
    headers = dict(request.scope["headers"])
    project_id = request.headers.get("x-metrone-project") or request.query_params.get("project") or ""
    caller = await asyncio.to_thread(callers.find_any, headers, request.scope["query_string"], project_id)
    if not caller.lens.has_rows:
        # Anybody may hold a shared link: each of its readers has a limit of the own.
        caller = replace(caller, name=f"{caller.name} {request.app.state.accounts.attempts.network(request)}")
    if is_change and caller.csrf and request.headers.get("x-csrf-token") != caller.csrf:
        raise MetroneError("FORBIDDEN", "The X-CSRF-Token is missing or old. Reload the page.")
    allowance = callers.allow(caller)
    return caller, allowance_headers(allowance) if allowance else {}


class ReadController(Controller):
    """Everything under /v1/api that answers with numbers."""

    path = PREFIX

    @get([path for path in GET_PATHS.values() if "{" not in path])
    async def read(self, request: Request[Any, Any, State]) -> Response[bytes]:
        """One read by its path."""
        return await _answer(request, _READ_AT[request.url.path.rstrip("/")], {})

    @get(GET_PATHS["interaction"].replace("}", ":str}"))
    async def read_interaction(self, request: Request[Any, Any, State]) -> Response[bytes]:
        """One interaction by its id."""
        return await _answer(request, "interaction", request.path_params)

    @post("/query", status_code=200)
    async def query(self, request: Request[Any, Any, State]) -> Response[bytes]:
        """Several reads at once."""
        caller, headers = await find_caller(request, is_change=True)
        batch = _decode(await request.body())
        asked = [(query.type, query.params) for query in batch.queries]
        ids = [query.id for query in batch.queries]
        body = await request.app.state.answers.many(caller.project, asked, ids, caller.lens)
        return Response(body, media_type=JSON, headers=headers)


async def _answer(request: Request[Any, Any, State], name: str, placed: Mapping[str, str]) -> Response[bytes]:
    """The answer of a read; `placed` are the parameters that stand in its path. Raises MetroneError."""
    caller, headers = await find_caller(request)
    given = request.query_params.dict()
    for field, values in given.items():
        if len(values) > 1 and field not in _ADDRESSING:
            raise MetroneError("INVALID_PAYLOAD", f"{field}: given {len(values)} times. Send it once.")
    params = {field: values[0] for field, values in given.items() if field not in _ADDRESSING}
    body = await request.app.state.answers.one(caller.project, name, {**params, **placed}, caller.lens)
    return Response(body, media_type=JSON, headers=headers)


def _decode(body: bytes) -> Queries:
    try:
        return msgspec.json.decode(body, type=Queries)
    except msgspec.ValidationError as error:
        raise MetroneError("INVALID_PAYLOAD", f"{error}. Known types: {', '.join(READS)}.") from None
    except RecursionError:
        raise MetroneError("INVALID_PAYLOAD", "The JSON is nested too deeply.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MetroneError("INVALID_JSON", f"The request body is not valid JSON: {error}.") from None
