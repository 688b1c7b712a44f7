-- merge_selector_base: merges rewrite a row fewer times (measured 19 -> 8 us of CPU a row); statistics of 59 columns, which
-- the engine would make at each merge, answer nothing that we ask.

-- The raw events, one row each, as metrone.events.event.COLUMNS lists them. Ordered so that one project's hours lie
-- together and, within an hour, a session's events are neighbours: a session's columns then cost almost nothing.
create table if not exists events
(
    project_no UInt32,
    is_test UInt8,
    visitor_type LowCardinality(String),
    timestamp DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
    event_id UInt64 codec(Delta, ZSTD(1)),
    event_type LowCardinality(String),
    source LowCardinality(String),
    source_class LowCardinality(String),
    visitor_key UInt64 codec(ZSTD(1)),
    session_key UInt64 codec(ZSTD(1)),
    session_id String codec(ZSTD(1)),
    session_started_at DateTime('UTC') codec(Delta, ZSTD(1)),
    page_origin LowCardinality(String),
    page_path LowCardinality(String),
    page_title LowCardinality(String),
    referrer String codec(ZSTD(1)),
    referrer_domain LowCardinality(String),
    traffic_source LowCardinality(String),
    traffic_channel LowCardinality(String),
    country_code LowCardinality(String),
    browser LowCardinality(String),
    os LowCardinality(String),
    device_type LowCardinality(String),
    screen LowCardinality(String),
    properties String codec(ZSTD(1)),
    sdk_version LowCardinality(String),
    event_name LowCardinality(String),
    is_interactive UInt8,
    utm_source LowCardinality(String),
    utm_medium LowCardinality(String),
    utm_campaign LowCardinality(String),
    utm_term LowCardinality(String),
    utm_content LowCardinality(String),
    region LowCardinality(String),
    city LowCardinality(String),
    is_clock_adjusted UInt8,
    channel LowCardinality(String),
    value Decimal(18, 4),
    currency LowCardinality(String),
    interaction_key UInt64,
    ai_provider LowCardinality(String),
    ai_call_id String codec(ZSTD(1)),
    ai_session_id String codec(ZSTD(1)),
    ai_intent LowCardinality(String),
    ai_outcome LowCardinality(String),
    ai_model LowCardinality(String),
    ai_sentiment LowCardinality(String),
    ai_duration_sec Nullable(Float64),
    ai_cost_usd Nullable(Decimal(18, 6)),
    ai_messages Nullable(UInt32),
    ai_tokens_in Nullable(UInt64),
    ai_tokens_out Nullable(UInt64),
    ai_latency_ms Nullable(Float64),
    ai_resolved Nullable(UInt8),
    agent_id String codec(ZSTD(1)),
    agent_type LowCardinality(String),
    agent_name LowCardinality(String),
    agent_operator LowCardinality(String)
)
engine = MergeTree
partition by toYYYYMM(timestamp)
order by (project_no, toStartOfHour(timestamp), session_key, timestamp, event_id)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    merge_selector_base = 12, auto_statistics_types = '';

-- What one visitor did in one session, hour and source class: a smaller stand-in for events, exact for every question that
-- asks only for its columns (a session's own columns are the same on all of its events, so `any` has one answer).
create table if not exists hourly
(
    project_no UInt32,
    is_test UInt8,
    visitor_type LowCardinality(String),
    hour DateTime('UTC') codec(Delta, ZSTD(1)),
    session_key UInt64 codec(ZSTD(1)),
    visitor_key UInt64 codec(ZSTD(1)),
    source_class LowCardinality(String),
    referrer_domain SimpleAggregateFunction(any, LowCardinality(String)),
    traffic_source SimpleAggregateFunction(any, LowCardinality(String)),
    traffic_channel SimpleAggregateFunction(any, LowCardinality(String)),
    utm_source SimpleAggregateFunction(any, LowCardinality(String)),
    utm_medium SimpleAggregateFunction(any, LowCardinality(String)),
    utm_campaign SimpleAggregateFunction(any, LowCardinality(String)),
    utm_term SimpleAggregateFunction(any, LowCardinality(String)),
    utm_content SimpleAggregateFunction(any, LowCardinality(String)),
    country_code SimpleAggregateFunction(any, LowCardinality(String)),
    region SimpleAggregateFunction(any, LowCardinality(String)),
    city SimpleAggregateFunction(any, LowCardinality(String)),
    browser SimpleAggregateFunction(any, LowCardinality(String)),
    os SimpleAggregateFunction(any, LowCardinality(String)),
    device_type SimpleAggregateFunction(any, LowCardinality(String)),
    screen SimpleAggregateFunction(any, LowCardinality(String)),
    events SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    pageviews SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    conversions SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1))
)
engine = AggregatingMergeTree
partition by toYYYYMM(hour)
order by (project_no, is_test, visitor_type, hour, session_key, visitor_key, source_class)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    merge_selector_base = 12, auto_statistics_types = '';

create materialized view if not exists hourly_of_events to hourly as
select
    project_no, is_test, visitor_type, toStartOfHour(timestamp) as hour, session_key, visitor_key, source_class,
    any(referrer_domain) as referrer_domain,
    any(traffic_source) as traffic_source,
    any(traffic_channel) as traffic_channel,
    any(utm_source) as utm_source,
    any(utm_medium) as utm_medium,
    any(utm_campaign) as utm_campaign,
    any(utm_term) as utm_term,
    any(utm_content) as utm_content,
    any(country_code) as country_code,
    any(region) as region,
    any(city) as city,
    any(browser) as browser,
    any(os) as os,
    any(device_type) as device_type,
    any(screen) as screen,
    count() as events,
    countIf(event_type = 'pageview') as pageviews,
    countIf(event_type = 'conversion') as conversions
from events
group by project_no, is_test, visitor_type, hour, session_key, visitor_key, source_class;

-- One row a session, found by the hour it started in; read with `final`. Holds what only a whole session can say. Entry and
-- exit are argMin and argMax states: of a tuple under SimpleAggregateFunction(max) a read of one element ignores `final`.
create table if not exists sessions
(
    project_no UInt32,
    is_test UInt8,
    visitor_type LowCardinality(String),
    started_hour DateTime('UTC') codec(Delta, ZSTD(1)),
    session_key UInt64 codec(ZSTD(1)),
    visitor_key SimpleAggregateFunction(any, UInt64) codec(ZSTD(1)),
    started_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) codec(Delta, ZSTD(1)),
    ended_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) codec(Delta, ZSTD(1)),
    entry AggregateFunction(argMin, String, Tuple(DateTime64(3, 'UTC'), UInt64)) codec(ZSTD(1)),
    exit AggregateFunction(argMax, String, Tuple(DateTime64(3, 'UTC'), UInt64)) codec(ZSTD(1)),
    referrer_domain SimpleAggregateFunction(any, LowCardinality(String)),
    traffic_source SimpleAggregateFunction(any, LowCardinality(String)),
    traffic_channel SimpleAggregateFunction(any, LowCardinality(String)),
    utm_source SimpleAggregateFunction(any, LowCardinality(String)),
    utm_medium SimpleAggregateFunction(any, LowCardinality(String)),
    utm_campaign SimpleAggregateFunction(any, LowCardinality(String)),
    utm_term SimpleAggregateFunction(any, LowCardinality(String)),
    utm_content SimpleAggregateFunction(any, LowCardinality(String)),
    country_code SimpleAggregateFunction(any, LowCardinality(String)),
    region SimpleAggregateFunction(any, LowCardinality(String)),
    city SimpleAggregateFunction(any, LowCardinality(String)),
    browser SimpleAggregateFunction(any, LowCardinality(String)),
    os SimpleAggregateFunction(any, LowCardinality(String)),
    device_type SimpleAggregateFunction(any, LowCardinality(String)),
    screen SimpleAggregateFunction(any, LowCardinality(String)),
    events SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    pageviews SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    interactives SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    has_ai SimpleAggregateFunction(max, UInt8)
)
engine = AggregatingMergeTree
partition by toYYYYMM(started_hour)
order by (project_no, is_test, visitor_type, started_hour, session_key)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    merge_selector_base = 12, auto_statistics_types = '';

create materialized view if not exists sessions_of_events to sessions as
select
    project_no, is_test, visitor_type, toStartOfHour(session_started_at) as started_hour, session_key,
    any(visitor_key) as visitor_key,
    min(timestamp) as started_at,
    max(timestamp) as ended_at,
    argMinStateIf(toString(page_path), (timestamp, event_id), event_type = 'pageview') as entry,
    argMaxStateIf(toString(page_path), (timestamp, event_id), event_type = 'pageview') as exit,
    any(referrer_domain) as referrer_domain,
    any(traffic_source) as traffic_source,
    any(traffic_channel) as traffic_channel,
    any(utm_source) as utm_source,
    any(utm_medium) as utm_medium,
    any(utm_campaign) as utm_campaign,
    any(utm_term) as utm_term,
    any(utm_content) as utm_content,
    any(country_code) as country_code,
    any(region) as region,
    any(city) as city,
    any(browser) as browser,
    any(os) as os,
    any(device_type) as device_type,
    any(screen) as screen,
    count() as events,
    countIf(event_type = 'pageview') as pageviews,
    countIf(is_interactive) as interactives,
    max(interaction_key != 0) as has_ai
from events
group by project_no, is_test, visitor_type, started_hour, session_key;
