"""The arguments of those tools that are not one read each: types, limits, what each means, and how they are checked."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from metrone.errors import MetroneError
from metrone.events.vocabulary import SOURCE_OF_TYPE
from metrone.reports.params import Days, End, Limit, Offset, OrderBy, Short, Start, Test, TimeseriesParams, Tz

# Which type of event an interaction through each source is: the other way round, it is in the vocabulary.
INTERACTION_TYPES = {SOURCE_OF_TYPE[name]: name for name in ("ai_call", "ai_chat", "ai_query")}

Arguments = Mapping[str, object]
Kind = TypeVar("Kind", bound=msgspec.Struct)

Id = Annotated[str, Meta(min_length=1, max_length=255)]
Properties = Annotated[dict[str, Any], Meta(description="Your own data, at most 64 keys.")]
OnceKey = Annotated[str, Meta(max_length=255, description="Sent twice within 24 hours with this key, it counts once.")]
AISource = Literal["voice", "chat", "assistant"]


class NoArguments(msgspec.Struct, kw_only=True):
    """A tool that needs to be told nothing."""


class QueryArguments(TimeseriesParams, kw_only=True):
    """Arguments of metrone_query."""

    type: Annotated[
        Literal["breakdown", "timeseries"],
        Meta(description="breakdown: rows by the values of `dimension`. timeseries: rows by `interval`."),
    ]
    dimension: Annotated[str, Meta(max_length=80, description="For a breakdown, which needs it.")] | None = None
    order_by: OrderBy | None = None
    limit: Limit | None = None
    offset: Offset | None = None


class AIInteractionsArguments(msgspec.Struct, kw_only=True):
    """Arguments of metrone_get_ai_interactions."""

    days: Days = 30
    start: Start | None = msgspec.field(default=None, name="from")
    end: End | None = msgspec.field(default=None, name="to")
    tz: Tz | None = None
    test: Test = "exclude"
    source: Annotated[AISource, Meta(description="Only calls, only chats or only queries.")] | None = None
    provider: Annotated[Short, Meta(description="Only this platform, for example vapi.")] | None = None
    id: Annotated[Short, Meta(description="This one alone, with its timeline: an id among `recent`.")] | None = None
    limit: Annotated[int, Meta(ge=1, le=100, description="Rows of each list at most.")] = 20


class TrackEventArguments(msgspec.Struct, kw_only=True):
    """Arguments of metrone_track_event."""

    event_type: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=64,
            description="pageview, conversion, … or the name of a custom event such as signup.",
        ),
    ]
    source: Annotated[str, Meta(max_length=128, description="web, voice, chat, assistant or server.")] = "assistant"
    event_name: Annotated[str, Meta(max_length=120, description="Name of a custom event or a conversion.")] | None = (
        None
    )
    page_url: Annotated[str, Meta(description="Address of the page it belongs to.")] | None = None
    properties: (
        Annotated[dict[str, Any], Meta(description="Your own data; value and currency of a conversion.")] | None
    ) = None
    session_id: Annotated[str, Meta(max_length=128, description="The session it belongs to.")] | None = None
    user_id: Annotated[str, Meta(description="Your own id of the person; only a keyed hash is kept.")] | None = None
    idempotency_key: OnceKey | None = None


class TrackAICallArguments(msgspec.Struct, kw_only=True):
    """Arguments of metrone_track_ai_call."""

    call_id: Annotated[Id, Meta(description="The platform's id. Calls with the same id are one interaction.")]
    provider: Annotated[str, Meta(min_length=1, max_length=128, description="The platform, for example vapi.")]
    source: Annotated[AISource, Meta(description="A voice call, a chat or a question to an assistant.")] = "voice"
    duration: Annotated[float, Meta(ge=0, le=1e9, description="Length in seconds.")] | None = None
    intent: (
        Annotated[str, Meta(max_length=128, description="What was wanted, for example book_appointment.")] | None
    ) = None
    outcome: Annotated[str, Meta(max_length=128, description="completed, not_answered, failed, …")] | None = None
    properties: Properties | None = None
    idempotency_key: OnceKey | None = None


def read_arguments(arguments: Arguments, kind: type[Kind]) -> Kind:
    """The arguments as the struct has them, numbers as text included. Raises INVALID_PAYLOAD that names the argument."""
    try:
        return msgspec.convert(given(arguments), kind, strict=False)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        name = path.rstrip("`")
        raise MetroneError("INVALID_PAYLOAD", f"{name}: {message}." if name else f"{message}.") from None


def given(arguments: Arguments) -> dict[str, object]:
    """The arguments that are more than null, which is how some models leave one out."""
    return {name: value for name, value in arguments.items() if value is not None}


def check_names(arguments: Arguments, kind: type[msgspec.Struct]) -> None:
    """Raise INVALID_PAYLOAD for an argument that the tool does not have: left out silently, it would give wrong numbers."""
    known = [spec.encode_name for spec in msgspec.structs.fields(kind)]
    for name in arguments.keys() - known:
        taken = f"This tool takes: {', '.join(known)}." if known else "This tool takes none."
        raise MetroneError("INVALID_PAYLOAD", f"There is no argument {name[:60]!r} here. {taken}")
