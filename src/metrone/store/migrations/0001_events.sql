-- merge_selector_base: merges rewrite a row fewer times (measured 19 -> 8 us of CPU a row); statistics of 59 columns, which
-- the engine would make at each merge, answer nothing that we ask. ZSTD(1) instead of LZ4 everywhere, and T64('bit') over
-- the differences of what rises with time: docs/decisions/0006-one-roll-up.md has what each brings.

-- The raw events, one row each, as metrone.events.event.COLUMNS lists them. Ordered so that one project's hours lie
-- together and, within an hour, a session's events are neighbours: a session's columns then cost almost nothing.
create table if not exists events
(
    project_no UInt32,
    is_test UInt8,
    visitor_type LowCardinality(String),
    timestamp DateTime64(3, 'UTC') codec(Delta, T64('bit'), ZSTD(1)),
    event_id UInt64 codec(Delta, T64('bit'), ZSTD(1)),
    event_type LowCardinality(String),
    source LowCardinality(String),
    source_class LowCardinality(String),
    visitor_key UInt64,
    session_key UInt64,
    session_id String,
    session_started_at DateTime('UTC') codec(Delta, ZSTD(1)),
    page_origin LowCardinality(String),
    page_path LowCardinality(String),
    page_title LowCardinality(String),
    referrer String,
    referrer_domain LowCardinality(String),
    traffic_source LowCardinality(String),
    traffic_channel LowCardinality(String),
    country_code LowCardinality(String),
    browser LowCardinality(String),
    os LowCardinality(String),
    device_type LowCardinality(String),
    screen LowCardinality(String),
    properties String,
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
    ai_call_id String,
    ai_session_id String,
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
    agent_id String,
    agent_type LowCardinality(String),
    agent_name LowCardinality(String),
    agent_operator LowCardinality(String)
)
engine = MergeTree
partition by toYYYYMM(timestamp)
order by (project_no, toStartOfHour(timestamp), session_started_at, session_key, timestamp, event_id)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    merge_selector_base = 12, auto_statistics_types = '', default_compression_codec = 'ZSTD(1)';

-- What one visitor did in one session, hour, source class, interaction and currency of conversions: a smaller stand-in for
-- events, exact for every question that asks only for its columns. The columns outside of the key are the session's own, the same on all of its
-- events. Ordered by the hour that the session began in, so that its rows are neighbours; `hours` finds those of a period.
-- entry and exit: the path of the row's first and last pageview behind 16 bytes that sort as (timestamp, event_id) do, for
-- the entry turned round, so that the greatest text wins in both and '' (no pageview) never does.
create table if not exists hourly
(
    project_no UInt32,
    is_test UInt8,
    visitor_type LowCardinality(String),
    started_hour DateTime('UTC') codec(Delta, ZSTD(1)),
    session_key UInt64,
    hour DateTime('UTC') codec(Delta, ZSTD(1)),
    visitor_key UInt64,
    source_class LowCardinality(String),
    interaction_key UInt64,
    sold_in LowCardinality(String),
    referrer_domain LowCardinality(String),
    traffic_source LowCardinality(String),
    traffic_channel LowCardinality(String),
    utm_source LowCardinality(String),
    utm_medium LowCardinality(String),
    utm_campaign LowCardinality(String),
    utm_term LowCardinality(String),
    utm_content LowCardinality(String),
    country_code LowCardinality(String),
    region LowCardinality(String),
    city LowCardinality(String),
    browser LowCardinality(String),
    os LowCardinality(String),
    device_type LowCardinality(String),
    screen LowCardinality(String),
    started_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) codec(Delta, T64('bit'), ZSTD(1)),
    ended_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) codec(Delta, T64('bit'), ZSTD(1)),
    entry SimpleAggregateFunction(max, String),
    exit SimpleAggregateFunction(max, String),
    events SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    pageviews SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    conversions SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    interactives SimpleAggregateFunction(sum, UInt64) codec(T64, ZSTD(1)),
    sold_for SimpleAggregateFunction(sum, Decimal(38, 4)),
    index hours hour type minmax granularity 1
)
engine = AggregatingMergeTree
partition by toYYYYMM(hour)
primary key (project_no, is_test, visitor_type, started_hour, session_key)
order by (
    project_no, is_test, visitor_type, started_hour, session_key, hour, visitor_key, source_class, interaction_key,
    sold_in
)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    merge_selector_base = 12, auto_statistics_types = '', default_compression_codec = 'ZSTD(1)',
    allow_dimensions_outside_sorting_key = 1;

create materialized view if not exists hourly_of_events to hourly as
with
    toUnixTimestamp64Milli(timestamp) as at_ms,
    -- How long after its own time the event arrived, as its id tells (metrone.intake.ids): small, and among events of one
    -- time in the order of their ids.
    toInt64(event_id) - bitShiftLeft(at_ms - 1704067200000, 22) + 4611686018427387904 as rank
select
    project_no, is_test, visitor_type, toStartOfHour(session_started_at) as started_hour, session_key,
    toStartOfHour(timestamp) as hour, visitor_key, source_class, interaction_key,
    if(event_type = 'conversion', currency, '') as sold_in,
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
    min(timestamp) as started_at,
    max(timestamp) as ended_at,
    maxIf(
        concat(
            reinterpretAsFixedString(byteSwap(bitNot(at_ms))), reinterpretAsFixedString(byteSwap(bitNot(rank))), page_path
        ),
        event_type = 'pageview'
    ) as entry,
    maxIf(
        concat(reinterpretAsFixedString(byteSwap(at_ms)), reinterpretAsFixedString(byteSwap(rank)), page_path),
        event_type = 'pageview'
    ) as exit,
    count() as events,
    countIf(event_type = 'pageview') as pageviews,
    countIf(event_type = 'conversion') as conversions,
    countIf(is_interactive) as interactives,
    sumIf(value, event_type = 'conversion') as sold_for
from events
group by
    project_no, is_test, visitor_type, started_hour, session_key, hour, visitor_key, source_class, interaction_key,
    sold_in;
