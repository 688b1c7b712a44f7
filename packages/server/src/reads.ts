/** What reads answer, as types. The numbers are defined in docs/metrics.md; contract/reads has an example of each. */
import type { Properties } from './event.ts'
import type { AI, Deliveries, InteractionDetail, Interactions } from './interactions.ts'
import type {
  BreakdownParams,
  DeliveriesParams,
  EventsParams,
  GoalsParams,
  InteractionsParams,
  Interval,
  LiveParams,
  PagesParams,
  SourcesParams,
  StatsParams,
  TimeseriesParams,
} from './params.ts'

export interface Period {
  from: string
  to: string
}

/** `daily`: a visitor without a user_id counts once for each day. */
export type VisitorsAre = 'daily'

/** One amount for each currency; amounts of different currencies are never added. */
export type Revenue = Record<string, number>

export interface Numbers {
  total_events: number
  pageviews: number
  conversions: number
  unique_visitors: number
  unique_sessions: number
  ai_interactions: number
  /** Percent, 0–100, as all rates are. */
  conversion_rate: number
  bounce_rate: number
  avg_session_duration_sec: number
  views_per_session: number
  revenue: Revenue
}

/** Every metric of docs/metrics.md: what breakdowns and time series may be asked for. Null where nothing is known. */
export interface Metrics extends Numbers {
  entries: number
  exits: number
  ai_calls: number
  ai_chats: number
  ai_queries: number
  ai_completed: number
  ai_not_answered: number
  ai_failed: number
  ai_unknown: number
  ai_voicemail: number
  ai_handoffs: number
  ai_resolved: number
  ai_unresolved: number
  ai_escalated: number
  ai_resolution_known: number
  ai_resolution_rate: number | null
  ai_cost_usd: number | null
  ai_cost_known: number
  avg_ai_cost_usd: number | null
  ai_cost_per_resolved_usd: number | null
  ai_duration_sec: number | null
  avg_ai_duration_sec: number | null
  p50_ai_duration_sec: number | null
  p90_ai_duration_sec: number | null
  p95_ai_duration_sec: number | null
  avg_ai_latency_ms: number | null
  p50_ai_latency_ms: number | null
  p95_ai_latency_ms: number | null
  ai_messages: number
  avg_ai_messages: number | null
  ai_tokens_in: number
  ai_tokens_out: number
  avg_ai_csat: number | null
}

export type MetricName = keyof Metrics

export interface PeriodNumbers extends Numbers {
  period: Period
  visitors_are: VisitorsAre
  /** With `interval`. */
  timeseries?: ({ start: string } & Numbers)[]
}

export interface Stats extends PeriodNumbers {
  /** With `compare`; `so_far` with `compare_so_far`, while the period runs: up to the same moment of the other one. */
  previous?: PeriodNumbers & { so_far?: PeriodNumbers }
}

/** A stored event; what it does not have is null. */
export interface EventRow {
  event_id: string
  /** ISO 8601, UTC. */
  timestamp: string
  event_type: string | null
  event_name: string | null
  source: string | null
  channel: string | null
  page_url: string | null
  page_path: string | null
  page_title: string | null
  referrer: string | null
  referrer_domain: string | null
  traffic_source: string | null
  country_code: string | null
  country: string | null
  region: string | null
  city: string | null
  browser: string | null
  os: string | null
  device_type: string | null
  utm_source: string | null
  utm_medium: string | null
  utm_campaign: string | null
  utm_term: string | null
  utm_content: string | null
  session_id: string | null
  visitor_type: 'human' | 'ai_agent' | 'bot'
  agent_name: string | null
  agent_operator: string | null
  agent_id: string | null
  agent_type: string | null
  ai_provider: string | null
  ai_call_id: string | null
  ai_session_id: string | null
  ai_intent: string | null
  ai_outcome: string | null
  ai_model: string | null
  ai_sentiment: string | null
  ai_duration_sec: number | null
  ai_cost_usd: number | null
  ai_messages: number | null
  ai_tokens_in: number | null
  ai_tokens_out: number | null
  ai_latency_ms: number | null
  ai_resolved: boolean | null
  value: number | null
  currency: string | null
  properties: Properties
  is_test: boolean
  /** The event's own time was too far off, so that of its arrival was taken. */
  is_clock_adjusted: boolean
}

export interface Events {
  /** Newest first. */
  data: EventRow[]
  meta: { limit: number; offset: number; count: number; next_cursor: string | null; period: Period }
}

export interface PageRow {
  page_path: string
  page_url: string | null
  pageviews: number
  unique_visitors: number
  unique_sessions: number
  entries: number
  exits: number
  bounce_rate: number
  conversions: number
}

export interface ListMeta {
  limit: number
  offset: number
  total: number
  period: Period
  visitors_are: VisitorsAre
}

export interface Pages {
  data: PageRow[]
  meta: ListMeta
}

interface Traffic {
  sessions: number
  pageviews: number
  conversions: number
}

interface Share {
  events: number
  unique_sessions: number
  conversions: number
}

export interface Sources {
  /** By source: web, voice, chat, assistant, server. */
  channels: (Share & { source: string | null; share: number })[]
  /** By where sessions came from: direct, organic, social, referral, campaign. */
  traffic: (Traffic & { source: string | null })[]
  traffic_channels: (Traffic & { channel: string | null })[]
  referrers: (Share & { referrer_domain: string })[]
  campaigns: (Traffic & {
    utm_source: string | null
    utm_medium: string | null
    utm_campaign: string | null
  })[]
  meta: { limit: number; period: Period; visitors_are: VisitorsAre }
}

export interface Live {
  /** Distinct people of the last five minutes. */
  active_visitors: number
  today_events: number
  today_pageviews: number
  today_sessions: number
  today_conversions: number
}

export interface Breakdown {
  /** The metrics that were asked for, by each value of the dimension; null stands for "unknown". */
  data: ({ value: string | null } & Partial<Metrics>)[]
  meta: ListMeta
}

export interface Timeseries {
  data: ({ start: string } & Partial<Metrics>)[]
  meta: { interval: Interval; period: Period; visitors_are: VisitorsAre }
}

export interface Goals {
  /** `value` is the goal's name, its visitors are those who reached it, and its rate is of all visitors. */
  data: ({ value: string } & Pick<
    Metrics,
    'conversions' | 'unique_visitors' | 'conversion_rate' | 'revenue'
  >)[]
  meta: ListMeta
}

/** Every read by its name: what it may be asked, and what it answers. */
export interface Reads {
  stats: { params: StatsParams; answer: Stats }
  events: { params: EventsParams; answer: Events }
  pages: { params: PagesParams; answer: Pages }
  sources: { params: SourcesParams; answer: Sources }
  live: { params: LiveParams; answer: Live }
  breakdown: { params: BreakdownParams; answer: Breakdown }
  timeseries: { params: TimeseriesParams; answer: Timeseries }
  goals: { params: GoalsParams; answer: Goals }
  ai: { params: SourcesParams; answer: AI }
  interactions: { params: InteractionsParams; answer: Interactions }
  interaction: { params: { id: string }; answer: InteractionDetail }
  deliveries: { params: DeliveriesParams; answer: Deliveries }
}

export type ReadName = keyof Reads

/** One of the questions of a `query()`. */
export type Query<Name extends ReadName = ReadName> = {
  [N in Name]: {
    type: N
    /** Comes back with the answer. */
    id?: string | number
  } & (N extends 'breakdown' | 'interaction'
    ? { params: Reads[N]['params'] }
    : { params?: Reads[N]['params'] })
}[Name]

export interface QueryError {
  code: string
  message: string
  status: number
}

/** The answer to one question of a `query()`. */
export type QueryResult<Name extends ReadName = ReadName> = {
  [N in Name]:
    | { type: N; id?: string | number; ok: true; data: Reads[N]['answer'] }
    | { type: N; id?: string | number; ok: false; error: QueryError }
}[Name]

/** The answers to several questions, in their order, each of the type that its question asks for. */
export type QueryResults<Asked extends readonly Query[]> = {
  -readonly [Index in keyof Asked]: QueryResult<Asked[Index]['type']>
}
