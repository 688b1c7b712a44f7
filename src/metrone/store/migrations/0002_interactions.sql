-- Every call, chat, assistant session and message, one row each however many events and deliveries tell of it. Of each column
-- the last value that was known wins; a missing one never overwrites it. Not partitioned, for the start of a call may become
-- known days later. Two ways in: events that clients send (the view below), and what all deliveries of a platform come to
-- (metrone.intake.interactions), which has no session's columns and more of a call's.
create table if not exists interactions
(
    project_no UInt32,
    is_test UInt8,
    interaction_key UInt64,
    first_at SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
    began_at SimpleAggregateFunction(anyLast, Nullable(DateTime64(3, 'UTC'))),
    started_at SimpleAggregateFunction(anyLast, Nullable(DateTime64(3, 'UTC'))),
    ended_at SimpleAggregateFunction(anyLast, Nullable(DateTime64(3, 'UTC'))),
    is_listed SimpleAggregateFunction(max, UInt8),
    kind SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    ai_provider SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    external_id SimpleAggregateFunction(anyLast, Nullable(String)),
    endpoint SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    direction SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    medium SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    assistant SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    ai_model SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    duration_sec SimpleAggregateFunction(anyLast, Nullable(Float64)),
    ai_outcome SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    end_reason SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    voicemail SimpleAggregateFunction(anyLast, Nullable(UInt8)),
    handoff SimpleAggregateFunction(anyLast, Nullable(UInt8)),
    resolution SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    cost_usd SimpleAggregateFunction(anyLast, Nullable(Decimal(18, 6))),
    latency_ms SimpleAggregateFunction(anyLast, Nullable(Float64)),
    messages SimpleAggregateFunction(anyLast, Nullable(UInt32)),
    tokens_in SimpleAggregateFunction(anyLast, Nullable(UInt64)),
    tokens_out SimpleAggregateFunction(anyLast, Nullable(UInt64)),
    tool_calls SimpleAggregateFunction(anyLast, Nullable(UInt32)),
    ai_sentiment SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    csat SimpleAggregateFunction(anyLast, Nullable(Float64)),
    ai_intent SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    intent_second SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    intent_confidence SimpleAggregateFunction(anyLast, Nullable(Float64)),
    intent_origin SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    intent_raw SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    caller_country SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    is_verified SimpleAggregateFunction(anyLast, Nullable(UInt8)),
    linked_to SimpleAggregateFunction(anyLast, Nullable(UInt64)),
    person_ids SimpleAggregateFunction(anyLast, Nullable(String)),
    visitor_type SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    visitor_key SimpleAggregateFunction(anyLast, Nullable(UInt64)),
    session_key SimpleAggregateFunction(anyLast, Nullable(UInt64)),
    session_id SimpleAggregateFunction(anyLast, Nullable(String)),
    source_class SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    referrer_domain SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    traffic_source SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    traffic_channel SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    utm_source SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    utm_medium SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    utm_campaign SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    utm_term SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    utm_content SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    country_code SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    region SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    city SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    browser SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    os SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    device_type SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String))),
    screen SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String)))
)
engine = AggregatingMergeTree
order by (project_no, is_test, interaction_key)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    auto_statistics_types = '', default_compression_codec = 'ZSTD(1)';

-- What the events that clients send say of an interaction. Empty texts are unknown.
create materialized view if not exists interactions_of_events to interactions as
select
    project_no, is_test, interaction_key,
    timestamp as first_at,
    1 as is_listed,
    transform(event_type, ['ai_call', 'ai_chat', 'ai_query'], ['call', 'chat', 'assistant'], '') as kind,
    nullIf(ai_provider, '') as ai_provider,
    nullIf(if(ai_call_id != '', ai_call_id, ai_session_id), '') as external_id,
    nullIf(agent_id, '') as assistant,
    nullIf(ai_model, '') as ai_model,
    ai_duration_sec as duration_sec,
    nullIf(ai_outcome, '') as ai_outcome,
    transform(ai_resolved, [1, 0], ['resolved', 'unresolved'], null) as resolution,
    ai_cost_usd as cost_usd,
    ai_latency_ms as latency_ms,
    ai_messages as messages,
    ai_tokens_in as tokens_in,
    ai_tokens_out as tokens_out,
    nullIf(ai_sentiment, '') as ai_sentiment,
    nullIf(ai_intent, '') as ai_intent,
    visitor_type, visitor_key, session_key, session_id, source_class,
    referrer_domain, traffic_source, traffic_channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
    country_code, region, city, browser, os, device_type, screen
from events
where interaction_key != 0;

-- Those of the time before this table. Taken in again after a crash they change nothing.
insert into interactions
    (project_no, is_test, interaction_key, first_at, is_listed, kind, ai_provider, external_id, assistant, ai_model,
    duration_sec, ai_outcome, resolution, cost_usd, latency_ms, messages, tokens_in, tokens_out, ai_sentiment, ai_intent,
    visitor_type, visitor_key, session_key, session_id, source_class, referrer_domain, traffic_source, traffic_channel,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, country_code, region, city, browser, os, device_type,
    screen)
select
    project_no, is_test, interaction_key,
    min(timestamp), 1,
    transform(any(event_type), ['ai_call', 'ai_chat', 'ai_query'], ['call', 'chat', 'assistant'], ''),
    argMax(nullIf(ai_provider, ''), event_id),
    argMax(nullIf(if(ai_call_id != '', ai_call_id, ai_session_id), ''), event_id),
    argMax(nullIf(agent_id, ''), event_id), argMax(nullIf(ai_model, ''), event_id),
    argMax(ai_duration_sec, event_id), argMax(nullIf(ai_outcome, ''), event_id),
    argMax(transform(ai_resolved, [1, 0], ['resolved', 'unresolved'], null), event_id),
    argMax(ai_cost_usd, event_id), argMax(ai_latency_ms, event_id), argMax(ai_messages, event_id),
    argMax(ai_tokens_in, event_id), argMax(ai_tokens_out, event_id),
    argMax(nullIf(ai_sentiment, ''), event_id), argMax(nullIf(ai_intent, ''), event_id),
    any(visitor_type), any(visitor_key), any(session_key), any(session_id), any(source_class), any(referrer_domain),
    any(traffic_source), any(traffic_channel), any(utm_source), any(utm_medium), any(utm_campaign), any(utm_term),
    any(utm_content), any(country_code), any(region), any(city), any(browser), any(os), any(device_type), any(screen)
from events
where interaction_key != 0
group by project_no, is_test, interaction_key;

-- Every delivery to a webhook, also those that were refused: when, to which endpoint, what it was, what became of it. Nothing
-- of its body. Kept for 30 days.
create table if not exists deliveries
(
    project_no UInt32,
    is_test UInt8,
    platform LowCardinality(String),
    endpoint LowCardinality(String),
    delivered_at DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
    delivery_no UInt64,
    event LowCardinality(String),
    state LowCardinality(String),
    result LowCardinality(String),
    reason LowCardinality(String),
    size_bytes UInt32,
    interaction_key UInt64
)
engine = MergeTree
partition by toYYYYMM(delivered_at)
order by (project_no, platform, endpoint, delivered_at)
ttl toDateTime(delivered_at) + interval 30 day
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    auto_statistics_types = '', default_compression_codec = 'ZSTD(1)';

-- The words of conversations, of projects that chose to keep them, with e-mails and numbers made unreadable; the last of each.
create table if not exists talks
(
    project_no UInt32,
    is_test UInt8,
    interaction_key UInt64,
    kept_until DateTime('UTC'),
    summary String,
    transcript String
)
engine = ReplacingMergeTree
order by (project_no, is_test, interaction_key)
ttl kept_until
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    auto_statistics_types = '';
