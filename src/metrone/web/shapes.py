"""The shapes of answers, for the OpenAPI document and the tests that hold answers to it. Builds no answer itself; those
made of metrics are in figures.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from metrone.reports.buckets import Interval

Count = Annotated[int, Meta(ge=0)]
VisitorsAre = Annotated[
    Literal["daily"], Meta(description="Over several days a visitor without cookies counts once a day.")
]


class Span(msgspec.Struct):
    """A period of time, ISO 8601 with an offset; `to` is the first moment after it."""

    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")


class Accepted(msgspec.Struct):
    """The events are on disk."""

    ok: bool
    accepted: Annotated[Count, Meta(description="Events written.")]
    duplicates: Annotated[Count, Meta(description="Events skipped, because their idempotency_key was seen.")]
    session_id: Annotated[str | None, Meta(description="The session of the first event.")]
    event_id: Annotated[str | None, Meta(description="The event's id, where one was sent.")] | UnsetType = UNSET
    event_ids: Annotated[list[str], Meta(description="The ids, where a batch was sent.")] | UnsetType = UNSET
    changed_duplicates: (
        Annotated[
            list[int], Meta(description="Places of skipped events whose key came with other content the first time.")
        ]
        | UnsetType
    ) = UNSET


class ProblemDetail(msgspec.Struct):
    """What went wrong. `code` is for programs, `message` for people."""

    code: str
    message: Annotated[str, Meta(min_length=1)]
    status: Annotated[int, Meta(ge=400, le=599)]
    request_id: Annotated[str, Meta(min_length=1, description="Also in X-Request-Id.")]
    index: Annotated[int, Meta(ge=0, description="Which event of the batch.")] | UnsetType = UNSET
    field: Annotated[str, Meta(description="Which field.")] | UnsetType = UNSET
    first_request_id: Annotated[str, Meta(description="The request that used the Idempotency-Key.")] | UnsetType = UNSET
    is_same_body: Annotated[bool, Meta(description="Whether that request had the same body.")] | UnsetType = UNSET


class Problem(msgspec.Struct):
    """Every error has this form."""

    error: ProblemDetail
    retry_after_ms: Annotated[int, Meta(ge=0, description="Wait so long, then send again.")] | UnsetType = UNSET


class EventRow(msgspec.Struct):
    """An event as it is kept; a missing value is null."""

    event_id: str
    timestamp: Annotated[str, Meta(description="ISO 8601 in UTC with milliseconds.")]
    event_type: str | None
    event_name: str | None
    source: str | None
    channel: str | None
    page_url: str | None
    page_path: str | None
    page_title: str | None
    referrer: str | None
    referrer_domain: str | None
    traffic_source: str | None
    country_code: Annotated[str, Meta(description="ISO 3166-1.")] | None
    country: Annotated[str, Meta(description="English name.")] | None
    region: str | None
    city: str | None
    browser: str | None
    os: str | None
    device_type: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    utm_term: str | None
    utm_content: str | None
    session_id: Annotated[str, Meta(description="As the client gave it.")] | None
    visitor_type: Literal["human", "ai_agent", "bot"]
    value: float | None
    currency: str | None
    ai_provider: str | None
    ai_call_id: str | None
    ai_session_id: str | None
    ai_intent: str | None
    ai_outcome: str | None
    ai_model: str | None
    ai_sentiment: str | None
    ai_duration_sec: float | None
    ai_cost_usd: float | None
    ai_messages: int | None
    ai_tokens_in: int | None
    ai_tokens_out: int | None
    ai_latency_ms: float | None
    ai_resolved: bool | None
    agent_id: str | None
    agent_type: str | None
    agent_name: str | None
    agent_operator: str | None
    is_test: Annotated[bool, Meta(description="Sent with a test key.")]
    is_clock_adjusted: Annotated[bool, Meta(description="The time given was not believable; this is the arrival.")]
    properties: dict[str, Any]


class EventsMeta(msgspec.Struct):
    """Which page of the log this is; `count` are the rows of this page."""

    limit: Count
    offset: Count
    count: Count
    next_cursor: str | None
    period: Span


class Events(msgspec.Struct):
    """Events, newest first."""

    data: list[EventRow]
    meta: EventsMeta


class RowsMeta(msgspec.Struct):
    """Which rows these are; `total` counts them without limit and offset."""

    total: Count
    limit: Count
    offset: Count
    period: Span
    visitors_are: VisitorsAre


class SourcesMeta(msgspec.Struct):
    """What the numbers are of."""

    limit: Count
    period: Span
    visitors_are: VisitorsAre


class TimeseriesMeta(msgspec.Struct):
    """What the numbers are of."""

    interval: Interval
    period: Span
    visitors_are: VisitorsAre


class ChannelRow(msgspec.Struct):
    """Events of one reporting source; `share` is the percentage of all events."""

    source: str | None
    events: Count
    conversions: Count
    unique_sessions: Count
    share: Annotated[float, Meta(ge=0, le=100)]


class ReferrerRow(msgspec.Struct):
    """Events whose session came from one site."""

    referrer_domain: str
    events: Count
    conversions: Count
    unique_sessions: Count


class TrafficRow(msgspec.Struct):
    """Sessions of one traffic source."""

    source: str | None
    sessions: Count
    pageviews: Count
    conversions: Count


class TrafficChannelRow(msgspec.Struct):
    """Sessions of one traffic channel."""

    channel: str | None
    sessions: Count
    pageviews: Count
    conversions: Count


class CampaignRow(msgspec.Struct):
    """Sessions of one campaign."""

    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    sessions: Count
    pageviews: Count
    conversions: Count


class Sources(msgspec.Struct):
    """Where events and sessions came from."""

    channels: list[ChannelRow]
    traffic: list[TrafficRow]
    traffic_channels: list[TrafficChannelRow]
    referrers: list[ReferrerRow]
    campaigns: list[CampaignRow]
    meta: SourcesMeta


class LiveNow(msgspec.Struct):
    """Who is here, and today's numbers."""

    active_visitors: Annotated[Count, Meta(description="Distinct visitors with an event in the last five minutes.")]
    today_events: Count
    today_pageviews: Count
    today_sessions: Count
    today_conversions: Count


class QueryProblem(msgspec.Struct):
    """Why one query of a batch failed."""

    code: str
    message: str
    status: int


class QueryResult(msgspec.Struct):
    """The answer to one query: `data` where ok, what GET of that name answers; else `error`."""

    type: str
    ok: bool
    id: str | int | UnsetType = UNSET
    data: dict[str, Any] | UnsetType = UNSET
    error: QueryProblem | UnsetType = UNSET


class QueryResults(msgspec.Struct):
    """The results, in the order of the queries."""

    results: list[QueryResult]


class Part(msgspec.Struct):
    """The state of one part of the server."""

    state: Literal["ok", "failing"]
    problem: str | UnsetType = UNSET


class SpoolPart(Part, kw_only=True):
    """The spool: events that are on disk and not in the store yet; `oldest_sec` is the age of the oldest."""

    events: Count
    bytes: Count
    oldest_sec: Annotated[float, Meta(ge=0)]


class Books(msgspec.Struct):
    """received = accepted + duplicates + all rejected; accepted = stored + spooled + unstorable."""

    received: Count
    accepted: Count
    stored: Count
    spooled: Count
    unstorable: Count
    duplicates: Count
    rejected: Annotated[
        dict[str, Count],
        Meta(description="Events refused, by error code; `excluded`: left out by the project's exclusions."),
    ]


class Health(msgspec.Struct):
    """How the server is. With a key that may read, `books` counts what became of its project's events."""

    status: Literal["ok", "degraded"]
    version: str
    uptime_sec: Count
    store: Part
    control: Part
    spool: SpoolPart
    books: Books | UnsetType = UNSET
