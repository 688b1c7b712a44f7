/** Which panels the page has, their tabs, and the breakdown that each tab reads. Data only. */
import type { Filter } from './filters.ts'

export type PanelName = 'pages' | 'sources' | 'countries' | 'devices' | 'events'

/** A column of numbers beside the names; the first one orders the rows and draws the bars. */
export interface Column {
  metric: string
  title: string
}

export interface Tab {
  name: string
  title: string
  /** Head of the column of names. */
  head: string
  dimension: string
  columns: readonly [Column, ...Column[]]
  filters?: readonly Filter[]
  empty: string
}

export interface Panel {
  name: PanelName
  title: string
  tabs: readonly [Tab, ...Tab[]]
}

const VISITORS: Column = { metric: 'unique_visitors', title: 'Visitors' }
const PAGEVIEWS: Column = { metric: 'pageviews', title: 'Views' }
const NO_VISITS = 'No visits in this period.'
const OWN_EVENTS: Filter = ['is_not', 'event_type', ['pageview', 'engagement']]

function tab(name: string, title: string, head: string, dimension: string, empty = NO_VISITS): Tab {
  return { name, title, head, dimension, columns: [VISITORS], empty }
}

export const PANELS: readonly Panel[] = [
  {
    name: 'sources',
    title: 'Sources',
    tabs: [
      tab('channels', 'Channels', 'Channel', 'channel'),
      tab('sources', 'Sources', 'Source', 'traffic_source'),
      tab('referrers', 'Referrers', 'Referrer', 'referrer', 'No other site sent anybody in this period.'),
      tab(
        'campaigns',
        'Campaigns',
        'Campaign',
        'utm_campaign',
        'No campaign in this period. Add utm_campaign to the links that you share.',
      ),
    ],
  },
  {
    name: 'pages',
    title: 'Pages',
    tabs: [
      { ...tab('top', 'Top', 'Page', 'page'), columns: [VISITORS, PAGEVIEWS] },
      tab('entry', 'Entry', 'Entry page', 'entry_page'),
      tab('exit', 'Exit', 'Exit page', 'exit_page'),
    ],
  },
  { name: 'countries', title: 'Countries', tabs: [tab('countries', 'Countries', 'Country', 'country')] },
  {
    name: 'devices',
    title: 'Devices',
    tabs: [
      tab('device', 'Device', 'Device', 'device'),
      tab('browser', 'Browser', 'Browser', 'browser'),
      tab('os', 'OS', 'Operating system', 'os'),
    ],
  },
  {
    name: 'events',
    title: 'Conversions and events',
    tabs: [
      {
        name: 'events',
        title: 'Events',
        head: 'Event',
        dimension: 'event_name',
        columns: [{ metric: 'total_events', title: 'Events' }, VISITORS],
        filters: [OWN_EVENTS],
        empty: 'Nothing but pageviews in this period. Count more with metrone.track("signup").',
      },
      {
        name: 'conversions',
        title: 'Conversions',
        head: 'Conversion',
        dimension: 'event_name',
        columns: [{ metric: 'conversions', title: 'Conversions' }, VISITORS],
        filters: [['is', 'event_type', ['conversion']]],
        empty: 'No conversion in this period. Count one with metrone.conversion("signup", 1).',
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
