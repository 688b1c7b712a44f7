/** What the page shows, as one value, and its two directions from and to the URL's query. Pure. */

import { BOARDS } from './boards.ts'
import { type Comparison, formatComparison, parseComparison } from './comparison.ts'
import { type Filter, formatFilter, parseFilter } from './filters.ts'
import { METRIC_NAMES, type MetricName } from './metrics.ts'
import { PANEL_NAMES, PANELS, type PanelName, tabOf } from './panels.ts'
import { PERIOD_NAMES, type Period, type PeriodName, readDate } from './period.ts'

export interface View {
  project?: string
  period: Period
  compare: Comparison
  metric: MetricName
  /** Bars in place of the line. */
  hasBars?: boolean
  tabs: Partial<Record<PanelName, string>>
  /** The property that the events panel shows; without one, the first that is known. */
  property?: string
  /** The panel whose whole table is open. */
  detail?: PanelName | undefined
  filters: Filter[]
  /** What the list of calls or chats is searched for. */
  search?: string
  /** Which deliveries are listed: those that came to this. */
  result?: Result | undefined
}

const ALL_PANELS = [...PANELS, ...BOARDS.flatMap(({ panels }) => panels)]
export const RESULTS = ['taken', 'ignored', 'refused', 'too_large'] as const
export type Result = (typeof RESULTS)[number]

export const DEFAULT_VIEW: View = {
  period: { name: '30d' },
  compare: { name: 'previous' },
  metric: 'unique_visitors',
  tabs: {},
  filters: [],
}

/** Reads a query string. What is unknown or broken falls back to the default, so that any old link opens. */
export function parseView(query: string): View {
  const params = new URLSearchParams(query)
  const metric = params.get('metric') as MetricName
  const project = params.get('project')
  const property = params.get('property')
  const detail = params.get('detail') as PanelName
  const search = params.get('search')
  const result = params.get('result') as Result
  return {
    ...(project ? { project } : {}),
    period: parsePeriod(params),
    compare: parseComparison(params),
    metric: METRIC_NAMES.includes(metric) ? metric : DEFAULT_VIEW.metric,
    ...(params.get('chart') === 'bars' ? { hasBars: true } : {}),
    tabs: parseTabs(params),
    ...(property ? { property } : {}),
    ...(PANEL_NAMES.includes(detail) ? { detail } : {}),
    filters: params
      .getAll('f')
      .map(parseFilter)
      .filter((filter) => filter !== null),
    ...(search ? { search } : {}),
    ...(RESULTS.includes(result) ? { result } : {}),
  }
}

/** The shortest query string (with its `?`, or empty) that `parseView` reads back to the same view. */
export function formatView(view: View): string {
  const params = new URLSearchParams()
  if (view.project) params.set('project', view.project)
  formatPeriod(view.period, params)
  formatComparison(view.compare, params)
  if (view.metric !== DEFAULT_VIEW.metric) params.set('metric', view.metric)
  if (view.hasBars) params.set('chart', 'bars')
  for (const panel of ALL_PANELS) {
    const tab = tabOf(panel, view.tabs[panel.name])
    if (tab !== panel.tabs[0]) params.set(panel.name, tab.name)
  }
  if (view.property) params.set('property', view.property)
  if (view.detail) params.set('detail', view.detail)
  for (const filter of view.filters) params.append('f', formatFilter(filter))
  if (view.search) params.set('search', view.search)
  if (view.result) params.set('result', view.result)
  const text = params.toString().replace(/%2F/g, '/').replace(/%2C/g, ',')
  return text ? `?${text}` : ''
}

function parseTabs(params: URLSearchParams): View['tabs'] {
  const tabs: View['tabs'] = {}
  for (const panel of ALL_PANELS) {
    const tab = tabOf(panel, params.get(panel.name) ?? undefined)
    if (tab !== panel.tabs[0]) tabs[panel.name] = tab.name
  }
  return tabs
}

function parsePeriod(params: URLSearchParams): Period {
  const name = params.get('period') as PeriodName
  if (!PERIOD_NAMES.includes(name)) return DEFAULT_VIEW.period
  if (name === 'custom') {
    const from = readDate(params.get('from'))
    const to = readDate(params.get('to'))
    return from && to ? { name, from: from.toString(), to: to.toString() } : DEFAULT_VIEW.period
  }
  if (name === 'month' || name === 'year') {
    const date = readDate(params.get('date'))
    return date ? { name, date: date.toString() } : { name }
  }
  return { name }
}

function formatPeriod(period: Period, params: URLSearchParams): void {
  if (period.name === DEFAULT_VIEW.period.name) return
  params.set('period', period.name)
  if ((period.name === 'month' || period.name === 'year') && period.date) params.set('date', period.date)
  if (period.name === 'custom') {
    params.set('from', period.from)
    params.set('to', period.to)
  }
}
