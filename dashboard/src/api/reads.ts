/** The reads of the overview as queries: their parameters, shapes, and how long an answer stays good. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { type Comparison, compareParams } from '../comparison.ts'
import type { Filter } from '../filters.ts'
import type { Numbers } from '../metrics.ts'
import { allColumns, type Column, type Tab } from '../panels.ts'
import type { DayRange, Interval } from '../period.ts'
import { ask, type Reader } from './batch.ts'

export type { Numbers } from '../metrics.ts'
export type Point = Numbers & { start: string }
export interface Span {
  from: string
  to: string
}
export interface Stats extends Numbers {
  total_events: number
  timeseries?: Point[]
  /** `so_far`: the other period up to the same moment, while the asked one runs. */
  previous?: Numbers & { timeseries?: Point[]; period?: Span; so_far?: Numbers }
}

export interface Row {
  value: string | null
  /** A number, or amounts by currency. */
  [metric: string]: string | number | null | Record<string, number>
}
export interface Breakdown {
  data: Row[]
  meta: { total: number }
}

/** Whose numbers, of which days, narrowed by what. */
export interface Scope {
  reader: Reader
  range: DayRange
  /** False while the first day of all time is on its way: nothing is asked before. */
  isKnown: boolean
  interval: Interval
  filters: readonly Filter[]
  compare: Comparison
  timezone: string
  /** Whether the range reaches into now, so that its answers grow old. */
  isRunning: boolean
}

/** A stretch of the whole table, in an order. */
export interface Page {
  search: readonly Filter[]
  orderBy: string
  limit: number
  offset: number
}

export const ROWS = 8
/** As many as there are, and more. */
const COUNTRIES = 300
const REFRESH_MS = 60_000
const LIVE_MS = 30_000
// The longest period that a read may ask for: whether there ever was an event.
const EVER_DAYS = 3660

/** The key numbers, the same of the other period, and the line of each. */
export function statsQuery(scope: Scope, metrics?: readonly string[]) {
  const params = {
    ...periodParams(scope),
    interval: scope.interval,
    ...compareParams(scope.compare),
    ...(metrics ? { metrics } : {}),
  }
  return queryOptions({
    queryKey: ['read', scope.reader.project, 'stats', params],
    queryFn: () => ask<Stats>(scope.reader, { type: 'stats', params }),
    ...freshness(scope),
  })
}

/** The rows of one panel's tab, the biggest first. */
export function breakdownQuery(scope: Scope, tab: Tab) {
  const type = readOf(tab)
  const params = { ...tabParams(scope, tab, tab.columns), limit: tab.isMap ? COUNTRIES : ROWS }
  return queryOptions({
    queryKey: ['read', scope.reader.project, type, params],
    queryFn: () => ask<Breakdown>(scope.reader, { type, params }),
    ...freshness(scope),
  })
}

/** A page of the whole table of a tab, with all its columns. */
export function tableQuery(scope: Scope, tab: Tab, page: Page) {
  const params = tableParams(scope, tab, page)
  return queryOptions({
    queryKey: ['read', scope.reader.project, 'table', params],
    queryFn: () => ask<Breakdown>(scope.reader, { type: readOf(tab), params }),
    ...freshness(scope),
  })
}

export function tableParams(scope: Scope, tab: Tab, { search, orderBy, limit, offset }: Page) {
  const params = tabParams(scope, tab, allColumns(tab))
  // Rows that are no values of a dimension are searched by their names, not by what the events have.
  const narrowed = tab.read ? { search: search[0]?.[2][0] } : { filters: [...params.filters, ...search] }
  return { ...params, ...narrowed, order_by: orderBy.replace(/^revenue\.\w*/, 'revenue'), limit, offset }
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

export function periodParams(scope: Scope) {
  return {
    from: scope.range.from.toString(),
    to: scope.range.to.toString(),
    tz: scope.timezone,
    filters: scope.filters,
  }
}

/** An answer holds a minute, and stays on the screen while the next one comes. */
export function freshness(scope: Scope) {
  return {
    placeholderData: keepPreviousData,
    staleTime: REFRESH_MS,
    refetchInterval: scope.isRunning ? REFRESH_MS : (false as const),
    enabled: scope.isKnown,
  }
}

/** The name of the read that gives the rows of a tab. */
export const readOf = (tab: Tab) => tab.read ?? 'breakdown'

function tabParams(scope: Scope, tab: Tab, columns: readonly Column[]) {
  const filters = [...scope.filters, ...(tab.filters ?? [])]
  if (tab.read) return { ...periodParams(scope), filters }
  const metrics = columns.map(({ metric }) => metric)
  return { ...periodParams(scope), filters, dimension: tab.dimension, metrics }
}
