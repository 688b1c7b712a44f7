/** The page at `/realtime`: who is here now, the last half hour by minute, what they look at, and events as they come in. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Reader } from '../api/batch.ts'
import { newestQuery } from '../api/events.ts'
import { liveQuery } from '../api/reads.ts'
import { type HalfHour, halfHourQuery } from '../api/realtime.ts'
import { pointsOf } from '../chart/series.ts'
import { TimeChart } from '../chart/TimeChart.tsx'
import { METRICS, type Metric } from '../metrics.ts'
import { formatExact } from '../numbers.ts'
import { withRow } from '../panel/PanelCard.tsx'
import { Rows } from '../panel/Rows.tsx'
import { panelOf, type Tab, tabOf } from '../panels.ts'
import { Chips } from '../parts/Chips.tsx'
import { EventList } from '../parts/EventList.tsx'
import { Failure } from '../parts/Failure.tsx'
import { useScope } from '../scope.ts'
import { mergeRows, useTail } from '../tail.ts'
import { Frame, Layout, type PageProps, type ViewProps } from './Frame.tsx'

const NOBODY = 'Nobody in the last half hour.'
const page = tabOf(panelOf('pages'), 'top')
const TABS = [
  ['page', 'Pages', { ...page, columns: [page.columns[0]] }],
  ['channel', 'Channels', tabOf(panelOf('sources'), 'channels')],
  ['country', 'Countries', tabOf(panelOf('locations'), 'countries')],
] as const satisfies readonly (readonly [keyof HalfHour, string, Tab])[]
const VISITORS = METRICS[0] as Metric
const MOST_EVENTS = 100
// A busy site has many events a second; the numbers are read at most this often.
const READ_AFTER_MS = 2_000

export default function Realtime(props: ViewProps) {
  return <Frame {...props} page={Now} />
}

function Now(props: PageProps) {
  const { view, show, project } = props
  const scope = useScope(props.session, project, view)
  const { reader, timezone } = scope
  const queries = useQueryClient()
  const half = useQuery(halfHourQuery(reader, timezone, view.filters))
  const newest = useQuery(newestQuery(reader, view.filters))
  const readSoon = useSoon(() => {
    void queries.invalidateQueries({ queryKey: liveQuery(reader).queryKey })
    void queries.invalidateQueries({ queryKey: ['read', reader.project, 'half hour'] })
  })
  const tail = useTail({ reader, filters: view.filters, isOn: true, onEvent: readSoon })
  const events = mergeRows(tail, newest.data ?? []).slice(0, MOST_EVENTS)
  return (
    <Layout {...props} scope={scope} title="Realtime">
      <Chips {...props} scope={scope} />
      <NowCard reader={reader} timezone={timezone} half={half.data} />
      {half.isError && <Failure problem={half.error} onRetry={() => void half.refetch()} />}
      <div className="panels thirds">
        {TABS.map(([key, title, tab]) => (
          <section key={key} className="card panel" aria-label={title}>
            <header>
              <h2>{title}</h2>
            </header>
            <div className="rows-space">
              <Rows
                tab={{ ...tab, empty: NOBODY }}
                rows={half.data?.[key].data}
                onFilter={(value, excludes) => show({ filters: withRow(view.filters, tab, value, excludes) })}
              />
            </div>
          </section>
        ))}
      </div>
      <section className="card log" aria-label="Events as they come in">
        <header>
          <h2>Events as they come in</h2>
        </header>
        {events.length > 0 ? (
          <EventList rows={events} timezone={timezone} label="Events, newest first" />
        ) : (
          <p className="empty">
            {newest.isPending
              ? 'Reading…'
              : 'Nothing since yesterday. This list fills by itself when an event arrives.'}
          </p>
        )}
      </section>
    </Layout>
  )
}

interface NowProps {
  reader: Reader
  timezone: string
  half: HalfHour | undefined
}

/** How many people, and how many in each minute. */
function NowCard({ reader, timezone, half }: NowProps) {
  const live = useQuery(liveQuery(reader))
  return (
    <section className="card now" aria-label="Now">
      <p className="now-count">
        <strong>{formatExact(live.data?.active_visitors, 'count')}</strong>
        <span>
          <span className={live.data?.active_visitors ? 'dot pulsing' : 'dot off'} aria-hidden="true" />{' '}
          people now
        </span>
        <span className="quiet">with an event in the last five minutes</span>
      </p>
      <div className="now-chart">
        <h2>Visitors a minute, last 30 minutes</h2>
        {half ? (
          <TimeChart
            points={pointsOf({ total_events: 0, timeseries: half.minutes }, VISITORS, {
              interval: 'minute',
              timezone,
              now: Date.now(),
            })}
            title={VISITORS.title}
            unit={VISITORS.unit}
            interval="minute"
            timezone={timezone}
            hasBars
            other=""
            onPick={() => undefined}
          />
        ) : (
          <div className="bone chart-bone" />
        )}
      </div>
    </section>
  )
}

/** Runs `act` a little later, once for all calls until then. */
function useSoon(act: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      act()
    }, READ_AFTER_MS)
  }
}
