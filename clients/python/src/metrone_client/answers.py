"""The shapes of what the server answers to reads, and of what may be asked. Types only; docs/metrics.md defines the numbers."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypedDict

Filters = list[Any] | str  # [["is", "country", ["DE"]], …]: all must hold
Day = date | str  # a datetime, a date, or ISO 8601 text

Period = TypedDict("Period", {"from": str, "to": str})


class Numbers(TypedDict):
    """The numbers of a period. Rates in percent, durations in seconds, revenue by currency."""

    total_events: int
    pageviews: int
    conversions: int
    unique_visitors: int
    unique_sessions: int
    ai_interactions: int
    conversion_rate: float
    bounce_rate: float
    avg_session_duration_sec: float
    views_per_session: float
    revenue: dict[str, float]


class Bucket(Numbers):
    """The numbers of one hour, day, week or month, and when it starts."""

    start: str


class PeriodNumbers(Numbers):
    """The numbers and their period. `visitors_are` is `daily` where a visitor counts once a day."""

    period: Period
    visitors_are: str


class PreviousNumbers(PeriodNumbers, total=False):
    """The numbers and, with `interval`, their `timeseries`."""

    timeseries: list[Bucket]


class ComparedNumbers(PreviousNumbers, total=False):
    """The numbers of the period compared with; `so_far` with `compare_so_far`: up to the same moment of it."""

    so_far: PeriodNumbers


class Stats(PreviousNumbers, total=False):
    """The answer of `get_stats`; `previous` with `compare`."""

    previous: ComparedNumbers


class Event(TypedDict):
    """One row of the log; a missing value is None."""

    event_id: str
    timestamp: str
    event_type: str
    event_name: str | None
    source: str | None
    channel: str | None
    session_id: str | None
    page_url: str | None
    page_path: str | None
    page_title: str | None
    referrer: str | None
    referrer_domain: str | None
    traffic_source: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    utm_term: str | None
    utm_content: str | None
    country_code: str | None
    country: str | None
    region: str | None
    city: str | None
    browser: str | None
    os: str | None
    device_type: str | None
    visitor_type: Literal["human", "ai_agent", "bot"]
    agent_name: str | None
    agent_operator: str | None
    agent_id: str | None
    agent_type: str | None
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
    value: float | None
    currency: str | None
    is_test: bool
    is_clock_adjusted: bool
    properties: dict[str, Any]


class EventsMeta(TypedDict):
    """Where a page of the log stands; `next_cursor` leads to the next, None where there is none."""

    limit: int
    offset: int
    count: int
    next_cursor: str | None
    period: Period


class Events(TypedDict):
    """The answer of `get_events`, newest first."""

    data: list[Event]
    meta: EventsMeta


class Page(TypedDict):
    """One page of the site and its numbers."""

    page_path: str
    page_url: str | None
    pageviews: int
    unique_visitors: int
    unique_sessions: int
    entries: int
    exits: int
    bounce_rate: float
    conversions: int


class PagesMeta(TypedDict):
    """Which rows these are, of how many."""

    limit: int
    offset: int
    total: int
    period: Period
    visitors_are: str


class Pages(TypedDict):
    """The answer of `get_pages`."""

    data: list[Page]
    meta: PagesMeta


class Channel(TypedDict):
    """One of the classes web, voice, chat, assistant, server; `share` of all events in percent."""

    source: str
    events: int
    conversions: int
    unique_sessions: int
    share: float


class Traffic(TypedDict):
    """direct, organic, social, referral or campaign."""

    source: str
    sessions: int
    pageviews: int
    conversions: int


class TrafficChannel(TypedDict):
    """A finer channel of traffic, such as email or paid_search."""

    channel: str
    sessions: int
    pageviews: int
    conversions: int


class Referrer(TypedDict):
    """A site that led here."""

    referrer_domain: str
    events: int
    unique_sessions: int
    conversions: int


class Campaign(TypedDict):
    """A campaign by its UTM parameters."""

    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    sessions: int
    pageviews: int
    conversions: int


class SourcesMeta(TypedDict):
    """Of which period."""

    limit: int
    period: Period
    visitors_are: str


class Sources(TypedDict):
    """The answer of `get_sources`."""

    channels: list[Channel]
    traffic: list[Traffic]
    traffic_channels: list[TrafficChannel]
    referrers: list[Referrer]
    campaigns: list[Campaign]
    meta: SourcesMeta


class Live(TypedDict):
    """The answer of `get_live`: people of the last five minutes, and the counts of today."""

    active_visitors: int
    today_events: int
    today_pageviews: int
    today_sessions: int
    today_conversions: int


class Goal(TypedDict):
    """One goal, by its name: those who reached it, and how many that is of all visitors in percent."""

    value: str
    conversions: int
    unique_visitors: int
    conversion_rate: float
    revenue: dict[str, float]


class Goals(TypedDict):
    """The answer of `get_goals`."""

    data: list[Goal]
    meta: PagesMeta


class _Question(TypedDict):
    type: str


class Question(_Question, total=False):
    """One read of `query`, by its name: those that have a method here, `breakdown` and `timeseries`."""

    params: dict[str, Any]
    id: str | int


class _Result(TypedDict):
    type: str
    ok: bool


class Result(_Result, total=False):
    """What became of one question: `data` where `ok`, else `error`."""

    id: str | int
    data: dict[str, Any]
    error: dict[str, Any]


class LiveParams(TypedDict, total=False):
    """What every read may be asked with."""

    tz: str
    filters: Filters
    visitor_type: Literal["human", "ai_agent", "bot", "all"]
    test: Literal["exclude", "include", "only"]


class PeriodParams(LiveParams, total=False):
    """`days` (30), or `from_` and `to`: dates (`to` inclusive) or times (exclusive)."""

    days: int
    from_: Day
    to: Day


class StatsParams(PeriodParams, total=False):
    """What `get_stats` may be asked with."""

    compare: Literal["previous", "year", "custom"]
    compare_from: Day
    compare_to: Day
    compare_weekday: bool
    compare_so_far: bool
    interval: Literal["minute", "hour", "day", "week", "month"]


class EventsParams(PeriodParams, total=False):
    """What `get_events` may be asked with."""

    limit: int
    offset: int
    cursor: str | None
    event_type: str
    event_name: str
    source: str


class PagesParams(PeriodParams, total=False):
    """What `get_pages` may be asked with."""

    limit: int
    offset: int
    order_by: str


class GoalsParams(PagesParams, total=False):
    """What `get_goals` may be asked with."""

    search: str


class SourcesParams(PeriodParams, total=False):
    """What `get_sources` may be asked with."""

    limit: int
