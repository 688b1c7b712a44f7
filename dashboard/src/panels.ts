/** Which panels the page has, their tabs, and the breakdown that each tab reads. Data only. */
import type { Row } from './api/reads.ts'
import type { Filter } from './filters.ts'
import type { Unit } from './numbers.ts'

export const PANEL_NAMES = [
  'sources',
  'pages',
  'ai',
  'locations',
  'devices',
  'events',
  'goals',
  'voice_intents',
  'voice_outcomes',
  'voice_platforms',
  'chat_intents',
  'chat_outcomes',
  'chat_platforms',
] as const
export type PanelName = (typeof PANEL_NAMES)[number]

/** A column of numbers beside the names; the first one orders the rows and draws the bars. */
export interface Column {
  metric: string
  title: string
  unit: Unit
}

export interface Tab {
  name: string
  title: string
  /** Tabs of one group stand behind one tab of that title, and are chosen in the head of the rows. */
  group?: string
  /** Head of the column of names. */
  head: string
  /** `props:` stands for the property that the reader chose. */
  dimension: string
  /** The read that knows these rows, where it is no breakdown. */
  read?: 'goals'
  columns: readonly [Column, ...Column[]]
  /** What the whole table shows beside these. */
  more: readonly Column[]
  filters?: readonly Filter[]
  /** Filters that a row needs beside its own, because its events are not those that the page counts. */
  adds?: readonly Filter[]
  empty: string
  /** Shown on a map rather than as rows. */
  isMap?: true
}

export interface Panel {
  name: PanelName
  title: string
  tabs: readonly [Tab, ...Tab[]]
}

export const column = (metric: string, title: string, unit: Unit = 'count'): Column => ({
  metric,
  title,
  unit,
})
/** Amounts by currency: a column for each of those that the rows have, `revenue.EUR`. */
const REVENUE = 'revenue'
const VISITORS = column('unique_visitors', 'Visitors')
const SESSIONS = column('unique_sessions', 'Sessions')
const PAGEVIEWS = column('pageviews', 'Views')
const BOUNCES = column('bounce_rate', 'Bounce rate', 'percent')
const DURATION = column('avg_session_duration_sec', 'Duration', 'seconds')
const CONVERSIONS = column('conversions', 'Conversions')
const EVENTS = column('total_events', 'Events')
const OF_VISITS = [SESSIONS, PAGEVIEWS, BOUNCES, DURATION, CONVERSIONS]
const OF_EVENTS = [VISITORS, SESSIONS]
const NO_VISITS = 'No visits in this period.'
const OWN_EVENTS: Filter = ['is_not', 'event_type', ['pageview', 'engagement']]
const BY_AGENTS: Filter = ['is', 'visitor_type', ['ai_agent']]

function tab(name: string, title: string, head: string, dimension: string, empty = NO_VISITS): Tab {
  return { name, title, head, dimension, columns: [VISITORS], more: OF_VISITS, empty }
}

function campaign(name: string, head: string, dimension: string): Tab {
  const empty = `No ${dimension} in this period. Add it to the links that you share.`
  return { ...tab(name, head, head, dimension, empty), group: 'Campaigns' }
}

function agents(name: string, title: string, head: string, dimension: string): Tab {
  return {
    name,
    title,
    head,
    dimension,
    columns: [column('total_events', 'Requests')],
    more: [PAGEVIEWS],
    filters: [BY_AGENTS],
    adds: [BY_AGENTS],
    empty:
      'No AI agent came in this period. A middleware of the server SDK counts those that run no scripts.',
  }
}

export const PANELS: readonly Panel[] = [
  {
    name: 'sources',
    title: 'Sources',
    tabs: [
      tab('channels', 'Channels', 'Channel', 'channel'),
      tab('sources', 'Sources', 'Source', 'traffic_source'),
      tab('referrers', 'Referrers', 'Referrer', 'referrer', 'No other site sent anybody in this period.'),
      campaign('campaigns', 'Campaign', 'utm_campaign'),
      campaign('utm_source', 'UTM source', 'utm_source'),
      campaign('utm_medium', 'UTM medium', 'utm_medium'),
      campaign('utm_term', 'UTM term', 'utm_term'),
      campaign('utm_content', 'UTM content', 'utm_content'),
    ],
  },
  {
    name: 'pages',
    title: 'Pages',
    tabs: [
      {
        ...tab('top', 'Top', 'Page', 'page'),
        columns: [VISITORS, PAGEVIEWS],
        more: [column('entries', 'Entries'), column('exits', 'Exits'), BOUNCES, CONVERSIONS],
      },
      tab('entry', 'Entry', 'Entry page', 'entry_page'),
      tab('exit', 'Exit', 'Exit page', 'exit_page'),
    ],
  },
  {
    name: 'ai',
    title: 'AI',
    tabs: [
      {
        ...tab('assistants', 'Assistants', 'Sent people here', 'referrer'),
        filters: [['is', 'channel', ['ai_assistants']]],
        empty: 'No AI assistant sent anybody in this period.',
      },
      agents('agents', 'Agents', 'Agent', 'agent'),
      agents('read', 'Pages read', 'Page', 'page'),
    ],
  },
  {
    name: 'locations',
    title: 'Locations',
    tabs: [
      tab('countries', 'Countries', 'Country', 'country'),
      tab(
        'regions',
        'Regions',
        'Region',
        'region',
        'No regions known. They need a city database on the server.',
      ),
      tab('cities', 'Cities', 'City', 'city', 'No cities known. They need a city database on the server.'),
      { ...tab('map', 'Map', 'Country', 'country'), isMap: true },
    ],
  },
  {
    name: 'devices',
    title: 'Devices',
    tabs: [
      tab('browser', 'Browser', 'Browser', 'browser'),
      tab('os', 'OS', 'Operating system', 'os'),
      tab('device', 'Device', 'Device', 'device'),
      tab('screen', 'Size', 'Screen', 'screen'),
    ],
  },
  {
    name: 'events',
    title: 'Events',
    tabs: [
      {
        name: 'events',
        title: 'All',
        head: 'Event',
        dimension: 'event_name',
        columns: [EVENTS, VISITORS],
        more: [SESSIONS],
        filters: [OWN_EVENTS],
        empty: 'Nothing but pageviews in this period. Count more with metrone.track("signup").',
      },
      {
        name: 'conversions',
        title: 'Conversions',
        head: 'Conversion',
        dimension: 'event_name',
        // Not the metric: with goals, that counts what reaches them.
        columns: [EVENTS, VISITORS],
        more: [SESSIONS],
        filters: [['is', 'event_type', ['conversion']]],
        empty: 'No conversion in this period. Count one with metrone.conversion("signup", 1).',
      },
      {
        name: 'properties',
        title: 'Properties',
        head: 'Value',
        dimension: 'props:',
        columns: [EVENTS, VISITORS],
        more: OF_EVENTS,
        empty:
          'No event of this period has properties. Send some with metrone.track("signup", { plan: "pro" }).',
      },
    ],
  },
  {
    name: 'goals',
    title: 'Goals',
    tabs: [
      {
        name: 'goals',
        title: 'All',
        head: 'Goal',
        dimension: 'goal',
        read: 'goals',
        columns: [
          CONVERSIONS,
          VISITORS,
          column('conversion_rate', 'Rate', 'percent'),
          column(REVENUE, 'Revenue', 'money:'),
        ],
        more: [],
        empty: 'No goal says yet what counts as a conversion.',
      },
    ],
  },
]

export function panelOf(name: PanelName): Panel {
  return PANELS.find((panel) => panel.name === name) as Panel
}

/** The chosen tab, or the panel's first where the URL names none or an unknown one. */
export function tabOf(panel: Panel, name: string | undefined): Tab {
  return panel.tabs.find((tab) => tab.name === name) ?? panel.tabs[0]
}

/** The tabs that stand side by side: the first of each group for all of it. */
export function headTabs(panel: Panel): Tab[] {
  const groups = new Set<string>()
  return panel.tabs.filter(({ group }) => {
    if (!group) return true
    if (groups.has(group)) return false
    groups.add(group)
    return true
  })
}

/** The tabs of the group of `tab`; only itself where it has none. */
export function groupOf(panel: Panel, tab: Tab): Tab[] {
  return tab.group ? panel.tabs.filter(({ group }) => group === tab.group) : [tab]
}

/** The whole table's columns, each once. */
export function allColumns(tab: Tab): Column[] {
  const names = new Set(tab.columns.map(({ metric }) => metric))
  return [...tab.columns, ...tab.more.filter(({ metric }) => !names.has(metric))]
}

/** The columns as they are shown of these rows: revenue in each of its currencies, or the largest few, or not at all. */
export function moneyColumns(columns: readonly Column[], rows: readonly Row[], most?: number): Column[] {
  const money = currenciesOf(rows).slice(0, most).map(inCurrency)
  return columns.flatMap((kept) => (kept.metric === REVENUE ? money : [kept]))
}

/** A number of a row; of revenue, in the currency that the column names. */
export function numberOf(row: Row, metric: string): number | null {
  const [name = '', currency] = metric.split('.')
  const value = row[name]
  if (currency && typeof value === 'object') return value?.[currency] ?? null
  return typeof value === 'number' ? value : null
}

function inCurrency(currency: string, _: number, all: string[]): Column {
  const title = all.length > 1 ? `Revenue ${currency}` : 'Revenue'
  return column(`${REVENUE}.${currency}`, title, `money:${currency}`)
}

function currenciesOf(rows: readonly Row[]): string[] {
  const sums = new Map<string, number>()
  for (const { revenue } of rows)
    if (revenue !== null && typeof revenue === 'object')
      for (const [currency, amount] of Object.entries(revenue))
        sums.set(currency, (sums.get(currency) ?? 0) + amount)
  return [...sums].sort(([, a], [, b]) => b - a).map(([currency]) => currency)
}
