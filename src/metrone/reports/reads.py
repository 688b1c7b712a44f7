"""READS: every question that a caller can ask, by name. `answer` and `answer_batch` are what all faces call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from metrone.errors import MetroneError
from metrone.reports.ai import read_ai
from metrone.reports.breakdowns import breakdown_question, read_breakdown, read_breakdowns, read_pages, read_sources
from metrone.reports.context import Context
from metrone.reports.conversions import read_goals
from metrone.reports.deliveries import read_deliveries
from metrone.reports.interactions import read_interaction, read_interactions
from metrone.reports.log import read_events
from metrone.reports.params import (
    AIParams,
    BreakdownParams,
    DeliveriesParams,
    EventsParams,
    GoalsParams,
    InteractionParams,
    InteractionsParams,
    LiveParams,
    PagesParams,
    ReadParams,
    SourcesParams,
    StatsParams,
    TimeseriesParams,
)
from metrone.reports.plan import choose_sources, is_direct
from metrone.reports.totals import read_live, read_stats, read_timeseries
from metrone.store.base import QueryFailed, StoreUnavailable

Answer = dict[str, object]
Result = TypeVar("Result")
RETRY_SEC = 5.0


@dataclass(frozen=True, slots=True)
class Read:
    """A question: what it answers in one sentence, the struct of its parameters, and the function that answers it.

    `has_rows`: it tells of single events, calls or deliveries, which a shared link does not show.
    """

    title: str
    params: type[ReadParams]
    answer: Callable[[Context, Any], Answer]
    has_rows: bool = False


READS: dict[str, Read] = {
    "stats": Read("The numbers of a period, compared and over time if asked.", StatsParams, read_stats),
    "events": Read("The raw events, newest first.", EventsParams, read_events, has_rows=True),
    "pages": Read("Pages with their views, visitors, entries and exits.", PagesParams, read_pages),
    "sources": Read("Where events and sessions came from.", SourcesParams, read_sources),
    "live": Read("Who is here now, and today's numbers.", LiveParams, read_live),
    "breakdown": Read("Any metrics by any dimension.", BreakdownParams, read_breakdown),
    "timeseries": Read("Any metrics over time.", TimeseriesParams, read_timeseries),
    "goals": Read("How often each goal was reached, by how many, and what that brought.", GoalsParams, read_goals),
    "ai": Read("The numbers of AI interactions, whole and by what they differ in.", AIParams, read_ai),
    "interactions": Read(
        "Calls, chats, assistant sessions and messages, newest first.",
        InteractionsParams,
        read_interactions,
        has_rows=True,
    ),
    "interaction": Read(
        "One interaction, with the deliveries that told of it.", InteractionParams, read_interaction, has_rows=True
    ),
    "deliveries": Read(
        "What platforms delivered to webhooks, newest first.", DeliveriesParams, read_deliveries, has_rows=True
    ),
}


def answer(context: Context, name: str, params: Mapping[str, object]) -> Answer:
    """The answer of one read to parameters as they came (texts of a query string, or JSON values).

    Raises MetroneError: INVALID_PAYLOAD for parameters, FORBIDDEN where the lens shows no rows, INTERNAL_ERROR with 503 where
    the store cannot answer now.
    """
    if name not in READS:
        raise MetroneError("INVALID_PAYLOAD", f"type: unknown read. Use one of {', '.join(READS)}.")
    if READS[name].has_rows and not context.lens.has_rows:
        raise MetroneError("FORBIDDEN", f"A shared link shows numbers only, not {name}. Ask with an API key.")
    return guarded(READS[name].answer, context, read_params(name, params))


def answer_batch(context: Context, asked: Sequence[tuple[str, Mapping[str, object]]]) -> list[Answer | MetroneError]:
    """The answers in order; one that fails is its error and fails no other.

    Breakdowns that differ in nothing but a dimension of the same tables share one pass over them.
    """
    results: list[Answer | MetroneError | None] = [None] * len(asked)
    for places in _shared(context, asked):
        params = [msgspec.convert(dict(asked[place][1]), BreakdownParams, strict=False) for place in places]
        try:
            for place, result in zip(places, guarded(read_breakdowns, context, params), strict=True):
                results[place] = result
        except MetroneError as error:
            for place in places:
                results[place] = error
    return [_try(context, *asked[place]) if result is None else result for place, result in enumerate(results)]


def read_params(name: str, params: Mapping[str, object]) -> ReadParams:
    """The parameters of a read, checked. Raises INVALID_PAYLOAD that names the field."""
    try:
        found = msgspec.convert(dict(params), READS[name].params, strict=False)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        field = path.rstrip("`")
        raise MetroneError("INVALID_PAYLOAD", f"{field}: {message}." if field else f"{message}.") from None
    for spec in msgspec.structs.fields(found):
        # msgspec reads the text "null" as None: a client that pastes null into a query string should hear of it.
        if isinstance(params.get(spec.encode_name), str) and getattr(found, spec.name) is None:
            raise MetroneError("INVALID_PAYLOAD", f"{spec.encode_name}: null is no value. Leave the parameter out.")
    return found


def _shared(context: Context, asked: Sequence[tuple[str, Mapping[str, object]]]) -> list[list[int]]:
    """The places of breakdowns that one query can answer; those with something wrong are left to fail alone."""
    groups: dict[object, list[int]] = {}
    for place, (name, raw) in enumerate(asked):
        if name != "breakdown":
            continue
        try:
            params = read_params(name, raw)
            assert isinstance(params, BreakdownParams)
            question = breakdown_question(context, [params])
        except MetroneError:
            continue
        if is_direct(question):
            tables = tuple(choose_sources(question))
            groups.setdefault((question.scope, question.metrics, question.cut, tables), []).append(place)
    return [places for places in groups.values() if len(places) > 1]


def _try(context: Context, name: str, params: Mapping[str, object]) -> Answer | MetroneError:
    try:
        return answer(context, name, params)
    except MetroneError as error:
        return error


def guarded(ask: Callable[[Context, Any], Result], context: Context, params: object) -> Result:
    """What `ask` gives. Raises INTERNAL_ERROR with 503 where the store cannot answer now."""
    try:
        return ask(context, params)
    except QueryFailed as error:
        message = "The question took too long or too much memory. Ask for a shorter period or fewer filters."
        raise MetroneError("INTERNAL_ERROR", message, status=503, retry_after=RETRY_SEC) from error
    except StoreUnavailable as error:
        message = "The numbers cannot be read just now. Ask again after Retry-After."
        raise MetroneError("INTERNAL_ERROR", message, status=503, retry_after=RETRY_SEC) from error
