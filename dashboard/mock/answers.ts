/** Answers the page's reads from the small world, in the shapes of the wire. */
import { fromAbsolute, parseDate, toZoned } from '@internationalized/date'
import { deliveries, figures, interactions, oneInteraction } from './conversations.ts'
import type { Visit } from './world.ts'

type Filter = [string, string, string[]]
interface Params {
  from?: string
  to?: string
  days?: number
  tz?: string
  interval?: 'minute' | 'hour' | 'day' | 'week' | 'month'
  compare?: string
  filters?: Filter[]
  dimension?: string
  metrics?: string[]
  limit?: number
  offset?: number
  order_by?: string
  cursor?: string
  id?: string
  search?: string
  result?: string
}
export interface Query {
  type: string
  params?: Params
}

const ACTIVE_MS = 300_000

/** What `POST /v1/api/query` gives for one query, without the envelope. */
export function answer({ type, params = {} }: Query, world: readonly Visit[], now: number): unknown {
  if (type === 'live')
    return { active_visitors: world.filter(({ start }) => now - start < ACTIVE_MS * 4).length }
  if (type === 'events') return events(world, params)
  if (world.length === 0 && (type === 'interactions' || type === 'deliveries')) return { data: [], meta: {} }
  if (type === 'interactions') return interactions(now, params)
  if (type === 'interaction') return oneInteraction(now, params)
  if (type === 'deliveries') return deliveries(now, params)
  const zone = params.tz ?? 'UTC'
  const [from, to] = boundsOf(params, zone)
  const among = (start: number, end: number) =>
    world.filter((visit) => visit.start >= start && visit.start < end && holds(visit, params.filters ?? []))
  if (type === 'goals') return goals(among(from, to), params)
  if (type === 'breakdown') return breakdown(among(from, to), params)
  if (type === 'timeseries') return { data: timeline(among, from, to, params, zone).timeseries, meta: {} }
  const stats = { ...numbersOf(among(from, to), params.metrics), ...timeline(among, from, to, params, zone) }
  if (!params.compare) return stats
  const days = Math.round((to - from) / 86_400_000)
  const before = fromAbsolute(from, zone).subtract({ days }).toDate().getTime()
  return {
    ...stats,
    previous: {
      ...numbersOf(among(before, from), params.metrics),
      ...timeline(among, before, from, params, zone),
      period: { from: isoOf(before, zone), to: isoOf(from, zone) },
      ...(to > now ? { so_far: numbersOf(among(before, before + now - from), params.metrics) } : {}),
    },
  }
}

function isoOf(moment: number, zone: string): string {
  return fromAbsolute(moment, zone).toString().replace(/\[.*/, '')
}

/** The newest visits' events; the cursor is the place in the list. */
function events(world: readonly Visit[], { filters = [], limit = 50, cursor = '0' }: Params) {
  const rows = world
    .filter((visit) => holds(visit, filters))
    .slice(-400)
    .reverse()
    .flatMap((visit, at) => [
      ...visit.events.map(({ name, type }) => rowOf(visit, { id: `${at}${name}`, type, name })),
      ...visit.pages.map((page, nr) => rowOf(visit, { id: `${at}-${nr}`, type: 'pageview', page })),
    ])
  const start = Number(cursor)
  const next = start + limit < rows.length ? String(start + limit) : null
  return { data: rows.slice(start, start + limit), meta: { next_cursor: next } }
}

function rowOf(
  { start, facts }: Visit,
  { id, type, name, page }: { id: string; type: string; name?: string; page?: string },
) {
  return {
    event_id: id,
    timestamp: new Date(start).toISOString(),
    event_type: type,
    event_name: name ?? null,
    source: 'web',
    page_path: page ?? null,
    country: facts.country,
    browser: facts.browser,
    visitor_type: 'human',
    properties: name ? { plan: 'pro', seats: 3 } : {},
  }
}

function boundsOf({ from, to, days = 30 }: Params, zone: string): [number, number] {
  if (!from) return [Date.now() - days * 86_400_000, Date.now()]
  if (from.length > 10) return [Date.parse(from), Date.parse(to as string)]
  const midnight = (day: string, later: number) =>
    toZoned(parseDate(day), zone).add({ days: later }).toDate().getTime()
  const end = to && to.length > 10 ? Date.parse(to) : midnight(to as string, 1)
  return [midnight(from as string, 0), end]
}

function timeline(
  among: (from: number, to: number) => Visit[],
  from: number,
  to: number,
  { interval, metrics }: Params,
  zone: string,
) {
  if (!interval) return {}
  const timeseries = []
  for (let at = fromAbsolute(from, zone); at.toDate().getTime() < to; ) {
    const next = at.add({ [`${interval}s`]: 1 })
    timeseries.push({
      start: at.toString().replace(/\[.*/, ''),
      ...numbersOf(among(at.toDate().getTime(), Math.min(next.toDate().getTime(), to)), metrics),
    })
    at = next
  }
  return { timeseries }
}

function numbersOf(visits: readonly Visit[], metrics: readonly string[] = []) {
  const sum = (count: (visit: Visit) => number) => visits.reduce((all, visit) => all + count(visit), 0)
  const rate = (part: number) => (visits.length ? Math.round((part / visits.length) * 1e4) / 100 : null)
  const pageviews = sum(({ pages }) => pages.length)
  const events = sum((visit) => visit.events.length)
  return {
    total_events: pageviews + events,
    pageviews,
    unique_visitors: Math.round(visits.length * 0.91),
    unique_sessions: visits.length,
    bounce_rate: rate(visits.filter((visit) => visit.pages.length === 1 && visit.events.length === 0).length),
    avg_session_duration_sec: visits.length
      ? Math.round(sum(({ seconds }) => seconds) / visits.length)
      : null,
    conversions: sum((visit) => visit.events.filter(({ type }) => type === 'conversion').length),
    revenue: pageviews > 0 ? { EUR: Math.round(events * 1290) / 100 } : {},
    ai_interactions: Math.round(visits.length / 9),
    ...figures(metrics, visits.length),
  }
}

function breakdown(
  visits: readonly Visit[],
  { dimension = '', limit = 10, offset = 0, order_by = '', filters = [], metrics = [] }: Params,
) {
  const rows = new Map<
    string,
    { unique_visitors: number; pageviews: number; total_events: number; conversions: number }
  >()
  const wantsConversions = filters.some(
    ([, name, values]) => name === 'event_type' && values.includes('conversion'),
  )
  for (const visit of visits) {
    const values = new Set(valuesOf(visit, dimension, wantsConversions))
    for (const value of values) {
      const row = rows.get(value) ?? { unique_visitors: 0, pageviews: 0, total_events: 0, conversions: 0 }
      row.unique_visitors++
      row.pageviews += visit.pages.filter((page) => dimension !== 'page' || page === value).length
      row.total_events++
      row.conversions += wantsConversions ? 1 : 0
      rows.set(value, row)
    }
  }
  const first = (metrics[0] ?? 'unique_visitors') as 'unique_visitors'
  const data = [...rows].map(([value, row]) => ({ value, ...row })).sort((a, b) => b[first] - a[first])
  if (order_by.endsWith(':asc')) data.reverse()
  return { data: data.slice(offset, offset + limit), meta: { total: data.length } }
}

/** Two goals that reach the same visits, and one that nobody reached. */
function goals(visits: readonly Visit[], { search = '', offset = 0, limit = 50 }: Params) {
  const reached = visits.filter(({ events }) => events.some(({ name }) => name === 'signup')).length
  const rate = visits.length ? Math.round((reached / visits.length) * 1e4) / 100 : 0
  const row = (value: string, count: number, revenue: Record<string, number>) => ({
    value,
    conversions: count,
    unique_visitors: count,
    conversion_rate: count ? rate : 0,
    revenue,
  })
  const rows = [
    row('Signed up', reached, { EUR: reached * 12.5, USD: 3 }),
    row('Big order <b>', reached, {}),
    row('Never', 0, {}),
  ].filter(({ value }) => value.toLowerCase().includes(search.toLowerCase()))
  const data = visits.length ? rows : []
  return { data: data.slice(offset, offset + limit), meta: { total: data.length } }
}

function valuesOf(visit: Visit, dimension: string, onlyConversions = false): string[] {
  if (dimension === 'page') return visit.pages
  if (dimension === 'intent') return visit.pages.length > 2 ? ['scheduling'] : ['pricing']
  if (dimension === 'event_name')
    return visit.events
      .filter(({ type }) => !onlyConversions || type === 'conversion')
      .map(({ name }) => name)
  if (dimension === 'property') return visit.events.length > 0 ? ['plan', 'seats'] : []
  if (dimension === 'props:plan') return visit.events.length > 0 ? ['pro'] : []
  const value = visit.facts[dimension]
  return value === null || value === undefined ? [] : [value]
}

function holds(visit: Visit, filters: readonly Filter[]): boolean {
  return filters.every(([operator, dimension, values]) => {
    if (dimension === 'interaction' || dimension === 'event_type' || dimension === 'visitor_type') return true
    const fits = (value: string) =>
      operator.startsWith('contains')
        ? values.some((text) => value.toLowerCase().includes(text.toLowerCase()))
        : values.includes(value)
    const found = valuesOf(visit, dimension).some(fits)
    return operator.endsWith('_not') ? !found : found
  })
}
