"""The parameters of each read, as the REST API, POST /v1/api/query and OpenAPI know them. Types and limits only."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from metrone.reports.buckets import Interval
from metrone.reports.comparison import Compare
from metrone.reports.filters import OPERATORS
from metrone.reports.period import MAX_DAYS
from metrone.reports.scope import TestEvents, VisitorType

MAX_LIMIT = 1000
MAX_OFFSET = 100_000

_FILTERS_SCHEMA = {
    "description": "All must hold: a list of [operator, dimension, values]. In a query string, its JSON text. An empty "
    'value means missing. Example: [["is","country",["DE"]]]',
    "examples": ['[["is","country",["DE"]]]'],
    "anyOf": [
        {"type": "string"},
        {
            "type": "array",
            "items": {
                "type": "array",
                "prefixItems": [
                    {"type": "string", "enum": list(OPERATORS)},
                    {"type": "string"},
                    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
                ],
                "minItems": 3,
                "maxItems": 3,
            },
        },
    ],
}

Days = Annotated[int, Meta(ge=1, le=MAX_DAYS, description="That many calendar days of the time zone, ending today.")]
Start = Annotated[str, Meta(max_length=40, description="ISO 8601 date or date-time from which to count.")]
End = Annotated[
    str, Meta(max_length=40, description="ISO 8601 date (inclusive) or date-time (exclusive) up to which to count.")
]
Tz = Annotated[
    str, Meta(max_length=64, description="IANA time zone, for example Europe/Berlin. Default: the project's.")
]
Filters = Annotated[str | list[Any], Meta(extra_json_schema=_FILTERS_SCHEMA)]
Visitors = Annotated[VisitorType, Meta(description="Whose events count.")]
Test = Annotated[TestEvents, Meta(description="Whether events of test keys count.")]
Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="Rows at most.")]
Offset = Annotated[int, Meta(ge=0, le=MAX_OFFSET, description="Rows to leave out at the front.")]
Metrics = Annotated[
    str | list[str], Meta(description="Names of metrics (docs/metrics), as a list or separated by commas.")
]
OrderBy = Annotated[
    str,
    Meta(
        max_length=60, description="A metric or `value`, and after a colon asc or desc. Default: the first metric:desc."
    ),
]
Step = Annotated[
    Interval,
    Meta(description="Length of a bucket, in the time zone; weeks start on the project's day, Monday at first."),
]
InteractionKind = Literal["call", "chat", "assistant", "message"]
DeliveryResult = Literal["taken", "ignored", "refused", "too_large"]
Short = Annotated[str, Meta(max_length=200)]


class ReadParams(msgspec.Struct, kw_only=True):
    """Parameters of any read."""


class LiveParams(ReadParams, kw_only=True):
    """Parameters of `live`, and the part that all reads of numbers have."""

    tz: Tz | None = None
    filters: Filters = ""
    visitor_type: Visitors = "human"
    test: Test = "exclude"


class ScopeParams(LiveParams, kw_only=True):
    """Parameters of a read over a period."""

    days: Days = 30
    start: Start | None = msgspec.field(default=None, name="from")
    end: End | None = msgspec.field(default=None, name="to")


class StatsParams(ScopeParams, kw_only=True):
    """Parameters of `stats`."""

    compare: Annotated[Compare, Meta(description="Adds the same numbers of another period.")] | None = None
    compare_from: Annotated[Start, Meta(description="With compare=custom: its first day or moment.")] | None = None
    compare_to: (
        Annotated[End, Meta(description="With compare=custom: its last day (inclusive) or end. Default: one day.")]
        | None
    ) = None
    compare_weekday: Annotated[
        bool, Meta(description="Moves the other period by up to three days, so that it begins on the same weekday.")
    ] = False
    compare_so_far: Annotated[
        bool,
        Meta(description="While the period runs, adds `previous.so_far`: the other one up to the same moment of it."),
    ] = False
    interval: Step | None = None
    metrics: (
        Annotated[
            str | list[str], Meta(description="Names of metrics (docs/metrics), in place of the usual ones of a site.")
        ]
        | None
    ) = None


class PagesParams(ScopeParams, kw_only=True):
    """Parameters of `pages`."""

    limit: Limit = 50
    offset: Offset = 0
    order_by: OrderBy | None = None


class SourcesParams(ScopeParams, kw_only=True):
    """Parameters of `sources`."""

    limit: Limit = 50


class EventsParams(ScopeParams, kw_only=True):
    """Parameters of `events`: the raw log, every type of visitor by default."""

    visitor_type: Visitors = "all"
    limit: Limit = 50
    offset: Offset = 0
    cursor: Annotated[str, Meta(max_length=200, description="`meta.next_cursor` of the page before.")] | None = None
    event_type: Annotated[Short, Meta(description="Only this type, or the custom event of this name.")] | None = None
    event_name: Annotated[Short, Meta(description="Only events of this name.")] | None = None
    source: Annotated[Short, Meta(description="Only this source.")] | None = None
    session_id: Annotated[Short, Meta(description="Only this session, by its id as an event has it.")] | None = None


class BreakdownParams(ScopeParams, kw_only=True):
    """Parameters of `breakdown`."""

    dimension: Annotated[str, Meta(max_length=80, description="A dimension (docs/metrics), or props:KEY.")]
    metrics: Metrics = "unique_visitors"
    order_by: OrderBy | None = None
    limit: Limit = 50
    offset: Offset = 0


class GoalsParams(ScopeParams, kw_only=True):
    """Parameters of `goals`."""

    search: Annotated[Short, Meta(description="Only goals with this text in their name.")] | None = None
    order_by: OrderBy | None = None
    limit: Limit = 50
    offset: Offset = 0


class InteractionsParams(ScopeParams, kw_only=True):
    """Parameters of `interactions`: every type of visitor by default."""

    visitor_type: Visitors = "all"
    limit: Limit = 50
    offset: Offset = 0
    cursor: Annotated[str, Meta(max_length=200, description="`meta.next_cursor` of the page before.")] | None = None
    kind: Annotated[InteractionKind, Meta(description="Only this kind.")] | None = None
    provider: Annotated[Short, Meta(description="Only this platform.")] | None = None
    endpoint: Annotated[Short, Meta(description="Only this endpoint of webhooks.")] | None = None
    intent: Annotated[Short, Meta(description="Only this intent.")] | None = None
    search: (
        Annotated[
            Short,
            Meta(
                description="Only those with this text in an id, the platform, endpoint, assistant, model, intent or end "
                "reason; upper and lower case alike."
            ),
        ]
        | None
    ) = None
    outcome: Annotated[Short, Meta(description="Only this outcome.")] | None = None


class InteractionParams(ReadParams, kw_only=True):
    """Parameters of `interaction`: one, whoever and whenever it was."""

    # The length, too: to Python's `$` a line break at the end is no part of the text.
    id: Annotated[
        str, Meta(pattern="^int_[0-9a-f]{16}$", max_length=20, description="Its id, as `interactions` gives it.")
    ]


class AIParams(ScopeParams, kw_only=True):
    """Parameters of `ai`."""

    kind: Annotated[InteractionKind, Meta(description="Only this kind.")] | None = None
    provider: Annotated[Short, Meta(description="Only this platform.")] | None = None
    endpoint: Annotated[Short, Meta(description="Only this endpoint of webhooks.")] | None = None
    limit: Limit = 50


class DeliveriesParams(ReadParams, kw_only=True):
    """Parameters of `deliveries`: the newest of an endpoint, of a platform, or of all."""

    test: Test = "include"
    platform: Annotated[Short, Meta(description="Only this platform.")] | None = None
    endpoint: Annotated[Short, Meta(description="Only this endpoint.")] | None = None
    result: Annotated[DeliveryResult, Meta(description="Only those that came to this.")] | None = None
    limit: Limit = 50


class TimeseriesParams(ScopeParams, kw_only=True):
    """Parameters of `timeseries`."""

    metrics: Metrics = "unique_visitors"
    interval: Step = "day"
