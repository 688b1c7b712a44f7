/** The reads of the page as queries: their parameters, shapes, and how long an answer stays good. */
import { fromAbsolute } from '@internationalized/date'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Filter } from '../filters.ts'
import type { MetricName } from '../metrics.ts'
import type { Tab } from '../panels.ts'
import { countDays, type DayRange, type Interval } from '../period.ts'
import { ask, type Reader } from './batch.ts'

export type Numbers = Partial<Record<MetricName, number | null>>
export type Point = Numbers & { start: string }
export interface Stats extends Numbers {
  total_events: number
  timeseries?: Point[]
  previous?: Numbers & { timeseries?: Point[]; period?: { from: string; to: string } }
}

export interface Row {
  value: string | null
  [metric: string]: string | number | null
}
export interface Breakdown {
  data: Row[]
  meta: { total: number }
}

/** Whose numbers, of which days, narrowed by what. */
export interface Scope {
  reader: Reader
  range: DayRange
  interval: Interval
  filters: readonly Filter[]
  timezone: string
  /** Whether the range reaches into now, so that its answers grow old. */
  isRunning: boolean
}

export const ROWS = 8
const REFRESH_MS = 60_000
const LIVE_MS = 30_000
// The longest period that a read may ask for: whether there ever was an event.
const EVER_DAYS = 3660

/** The six numbers, the same of the period before, and the line of each. */
export function statsQuery(scope: Scope) {
  const params = { ...common(scope), interval: scope.interval, compare: 'previous' }
  return queryOptions({
    queryKey: ['read', scope.reader.project, 'stats', params],
    queryFn: () => ask<Stats>(scope.reader, { type: 'stats', params }),
    ...freshness(scope),
  })
}

/** The numbers of the period before up to this moment of it: a morning is compared with a morning, not with a whole day. */
export function beforeQuery(scope: Scope) {
  const days = countDays(scope.range)
  const { from, tz, filters } = { ...common(scope), from: scope.range.from.subtract({ days }).toString() }
  return queryOptions({
    queryKey: ['read', scope.reader.project, 'before', { from, days, tz, filters }],
    queryFn: () => {
      const to = fromAbsolute(Date.now(), tz).subtract({ days }).toDate().toISOString()
      return ask<Stats>(scope.reader, { type: 'stats', params: { from, to, tz, filters } })
    },
    enabled: scope.isRunning,
    ...freshness(scope),
  })
}

/** The rows of one panel's tab, the biggest first. */
export function breakdownQuery(scope: Scope, tab: Tab) {
  const params = {
    ...common(scope),
    filters: [...scope.filters, ...(tab.filters ?? [])],
    dimension: tab.dimension,
    metrics: tab.columns.map((column) => column.metric),
    limit: ROWS,
  }
  return queryOptions({
    queryKey: ['read', scope.reader.project, 'breakdown', params],
    queryFn: () => ask<Breakdown>(scope.reader, { type: 'breakdown', params }),
    ...freshness(scope),
  })
}

/** How many people are there now. */
export function liveQuery(reader: Reader) {
  return queryOptions({
    queryKey: ['read', reader.project, 'live'],
    queryFn: () => ask<{ active_visitors: number }>(reader, { type: 'live', params: {} }),
    refetchInterval: LIVE_MS,
  })
}

/** The newest event of all time: none means that the project waits for its first. */
export function firstEventQuery(reader: Reader) {
  return queryOptions({
    queryKey: ['read', reader.project, 'first'],
    queryFn: () =>
      ask<{ data: unknown[] }>(reader, { type: 'events', params: { days: EVER_DAYS, limit: 1 } }),
    refetchInterval: LIVE_MS,
  })
}

function common(scope: Scope) {
  return {
    from: scope.range.from.toString(),
    to: scope.range.to.toString(),
    tz: scope.timezone,
    filters: scope.filters,
  }
}

function freshness(scope: Scope) {
  return {
    placeholderData: keepPreviousData,
    staleTime: REFRESH_MS,
    refetchInterval: scope.isRunning ? REFRESH_MS : (false as const),
  }
}
