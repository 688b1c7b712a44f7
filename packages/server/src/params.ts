/** What reads may be asked, as the types of the server's parameters (docs/metrics.md), and their query strings. */
import type { MetricName } from './reads.ts'

/** All must hold: `['is', 'country', ['DE']]`. An empty value means missing. */
export type Filter = [operator: FilterOperator, dimension: string, values: string | string[]]
export type FilterOperator = 'is' | 'is_not' | 'contains' | 'contains_not' | 'matches'

export type Interval = 'minute' | 'hour' | 'day' | 'week' | 'month'

export interface LiveParams {
  /** IANA time zone. Default: the project's. */
  tz?: string | undefined
  filters?: Filter[] | undefined
  /** Whose events count. Default `human`; for events `all`. */
  visitor_type?: 'human' | 'ai_agent' | 'bot' | 'all' | undefined
  /** Whether events of test keys count. Default `exclude`. */
  test?: 'exclude' | 'include' | 'only' | undefined
}

export interface PeriodParams extends LiveParams {
  /** That many calendar days, ending today. Default 30. */
  days?: number | undefined
  /** ISO 8601 date or date-time from which to count. */
  from?: string | undefined
  /** ISO 8601 date (inclusive) or date-time (exclusive) up to which to count. */
  to?: string | undefined
}

export interface StatsParams extends PeriodParams {
  /** Adds the same numbers of another period. */
  compare?: 'previous' | 'year' | 'custom' | undefined
  /** With `compare: 'custom'`: its first day or moment. */
  compare_from?: string | undefined
  /** With `compare: 'custom'`: its last day (inclusive) or end. Default: one day. */
  compare_to?: string | undefined
  /** Moves the other period by up to three days, so that it begins on the same weekday. */
  compare_weekday?: boolean | undefined
  /** While the period runs, adds `previous.so_far`. */
  compare_so_far?: boolean | undefined
  /** Adds a time series. */
  interval?: Interval | undefined
}

export interface SourcesParams extends PeriodParams {
  limit?: number | undefined
}

export interface PagesParams extends SourcesParams {
  offset?: number | undefined
  /** A metric or `value`, and after a colon `asc` or `desc`. */
  order_by?: string | undefined
}

export interface GoalsParams extends PagesParams {
  /** Only goals with this text in their name. */
  search?: string | undefined
}

export interface EventsParams extends PeriodParams {
  /** 1 to 1000. Default 50. */
  limit?: number | undefined
  offset?: number | undefined
  /** `meta.next_cursor` of the page before. */
  cursor?: string | null | undefined
  event_type?: string | undefined
  event_name?: string | undefined
  source?: string | undefined
}

export interface InteractionsParams extends PeriodParams {
  /** 1 to 1000. Default 50. */
  limit?: number | undefined
  offset?: number | undefined
  /** `meta.next_cursor` of the page before. */
  cursor?: string | null | undefined
  kind?: 'call' | 'chat' | 'assistant' | 'message' | undefined
  provider?: string | undefined
  endpoint?: string | undefined
  intent?: string | undefined
  outcome?: string | undefined
}

export interface DeliveriesParams {
  platform?: string | undefined
  endpoint?: string | undefined
  result?: 'taken' | 'ignored' | 'refused' | 'too_large' | undefined
  /** Whether those by test keys are there. Default `include`. */
  test?: 'exclude' | 'include' | 'only' | undefined
  limit?: number | undefined
}

export interface BreakdownParams extends PagesParams {
  /** A dimension, or `props:KEY`. */
  dimension: string
  metrics?: MetricName[] | undefined
}

export interface TimeseriesParams extends PeriodParams {
  metrics?: MetricName[] | undefined
  interval?: Interval | undefined
}

/** The query string of `params`, with its question mark; empty where nothing is asked. */
export function queryString(params: object = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params ?? {})) {
    if (value == null) continue
    query.set(name, typeof value === 'object' ? writeList(name, value) : String(value))
  }
  const text = query.toString()
  return text && `?${text}`
}

/** Lists of names are separated by commas; filters are JSON. */
function writeList(name: string, value: object): string {
  return Array.isArray(value) && name === 'metrics' ? value.join(',') : JSON.stringify(value)
}
