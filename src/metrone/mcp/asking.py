"""What the reading tools do: put a question to the reads and hand its answer on. No number is made here."""

from collections.abc import Awaitable, Callable

import msgspec

from metrone.errors import MetroneError
from metrone.mcp.agent import Agent, Json
from metrone.mcp.arguments import AIInteractionsArguments, AISource, Arguments, given, read_arguments
from metrone.mcp.definitions import describe_dimensions, describe_filters, describe_metrics, describe_project
from metrone.reports.params import InteractionKind
from metrone.reports.reads import READS

_PERIOD = {"days", "from", "to", "tz", "test"}
_KINDS: dict[AISource, InteractionKind] = {"voice": "call", "chat": "chat", "assistant": "assistant"}


def ask_read(name: str) -> Callable[[Agent, Arguments], Awaitable[Json]]:
    """A tool's work: one read, whose parameters are the tool's arguments. Nulls count as left out, as models send them."""

    async def work(agent: Agent, arguments: Arguments) -> Json:
        return _object(await agent.one(name, given(arguments)))

    return work


async def ask_query(agent: Agent, arguments: Arguments) -> Json:
    """A breakdown or a timeseries, as `type` says. Raises INVALID_PAYLOAD for an argument of the other."""
    params = given(arguments)
    kind = params.pop("type", None)
    if kind not in ("breakdown", "timeseries"):
        raise MetroneError("INVALID_PAYLOAD", "type: send breakdown or timeseries.")
    known = {spec.encode_name for spec in msgspec.structs.fields(READS[kind].params)}
    for field in params.keys() - known:
        raise MetroneError("INVALID_PAYLOAD", f"{field}: a {kind} does not take it.")
    return _object(await agent.one(kind, params))


async def ask_about_interactions(agent: Agent, arguments: Arguments) -> Json:
    """What the read `ai` answers but for its days, and `recent: [interaction, newest first]`; with `id`: `{interaction: …}`,
    that one alone.
    """
    asked = read_arguments(arguments, AIInteractionsArguments)
    if asked.id is not None:
        return {"interaction": _object(await agent.one("interaction", {"id": asked.id}))}
    filters: list[list[object]] = []
    if asked.source:
        filters.append(["is", "interaction", [_KINDS[asked.source]]])
    if asked.provider:
        filters.append(["is", "provider", [asked.provider.lower()]])
    period = {name: value for name, value in given(arguments).items() if name in _PERIOD}
    scope = {**period, "visitor_type": "human", "filters": filters, "limit": asked.limit}
    numbers, recent = _results(await agent.many([("ai", scope), ("interactions", scope)]))
    del numbers["by_day"]  # a third of the answer; metrone_query gives whichever of it is asked for
    return {**numbers, "recent": recent["data"]}


async def describe_everything(agent: Agent, arguments: Arguments) -> Json:
    """What can be asked, in the words of the registries."""
    return {
        "project": describe_project(agent.project),
        "metrics": describe_metrics(),
        "dimensions": describe_dimensions(),
        "filters": describe_filters(),
    }


def _results(body: bytes) -> list[Json]:
    """The answers of a batch. Raises the first error in it: half an answer would be taken for the whole."""
    found: list[Json] = _object(body)["results"]
    for result in found:
        if not result["ok"]:
            error = result["error"]
            raise MetroneError(error["code"], error["message"], status=error["status"])
    return [result["data"] for result in found]


def _object(body: bytes) -> Json:
    decoded: Json = msgspec.json.decode(body)
    return decoded
