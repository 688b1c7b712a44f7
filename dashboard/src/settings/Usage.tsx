/** This month's events against the quota, and the days on which they came. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { call } from '../api/client.ts'
import { formatExact } from '../numbers.ts'
import { Failure } from '../parts/Failure.tsx'
import type { Desk } from './desk.ts'

interface Usage {
  month: string
  /** What the quota counts. */
  accepted: number
  /** 0: there is none. */
  quota: number
  /** When the next month begins. */
  ends_at: string
  /** What is stored, by the day of UTC that it came on. */
  days: { day: string; events: number }[]
}

const usageQuery = (project: string) =>
  queryOptions({
    queryKey: ['settings', project, 'usage'],
    queryFn: () => call<Usage>(`/app/projects/${project}/usage`),
  })

export default function UsagePage({ settings }: Desk) {
  const usage = useQuery(usageQuery(settings.id))
  return (
    <section className="card part" aria-labelledby="usage" aria-busy={usage.isPending}>
      <h2 id="usage">Usage</h2>
      {usage.isError && <Failure problem={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.data && (
        <>
          <Month usage={usage.data} />
          <Days days={usage.data.days} />
          <p className="quiet">
            Months and days of UTC. Test events count, too; what was erased since still counts in the month,
            but not in its days.
          </p>
        </>
      )}
    </section>
  )
}

function Month({ usage: { month, accepted, quota, ends_at } }: { usage: Usage }) {
  const name = sayMonth(`${month}-01`)
  const count = formatExact(accepted, 'count')
  if (!quota)
    return (
      <p>
        <span className="big-number">{count}</span> events in {name}. There is no quota.
      </p>
    )
  return (
    <div className="quota">
      <p>
        <span className="big-number">{count}</span> of {formatExact(quota, 'count')} events in {name}
      </p>
      <meter aria-label="Part of the quota that is used" min={0} max={quota} value={accepted} />
      <p className="quiet">
        {accepted >= quota
          ? `The quota is used up: new events are refused until ${sayDay(ends_at)}.`
          : `${formatExact(quota - accepted, 'count')} are left until ${sayDay(ends_at)}.`}
      </p>
    </div>
  )
}

function Days({ days }: { days: Usage['days'] }) {
  const [at, setAt] = useState(days.length - 1)
  const shown = days[Math.min(at, days.length - 1)]
  const most = Math.max(1, ...days.map(({ events }) => events))
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -days.length, End: days.length }[event.key]
    if (by === undefined) return
    event.preventDefault()
    setAt(Math.max(0, Math.min(days.length - 1, at + by)))
  }
  if (!shown) return null
  const text = `${sayDay(shown.day)}: ${formatExact(shown.events, 'count')} ${shown.events === 1 ? 'event' : 'events'}`
  return (
    <figure className="usage">
      <div
        className="usage-bars"
        role="slider"
        tabIndex={0}
        aria-label="Day"
        aria-valuemin={1}
        aria-valuemax={days.length}
        aria-valuenow={at + 1}
        aria-valuetext={text}
        onKeyDown={step}
      >
        {days.map(({ day, events }, index) => (
          <span
            key={day}
            className="usage-day"
            data-shown={index === at || undefined}
            onPointerEnter={() => setAt(index)}
          >
            <span style={{ blockSize: `${(events / most) * 100}%` }} data-some={events > 0 || undefined} />
          </span>
        ))}
      </div>
      <figcaption aria-hidden="true">{text}</figcaption>
      <table className="unseen">
        <caption>Events by day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Events</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, events }) => (
            <tr key={day}>
              <th scope="row">{sayDay(day)}</th>
              <td>{formatExact(events, 'count')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', timeZone: 'UTC' })
const MONTH = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' })
const sayDay = (iso: string) => DAY.format(new Date(iso))
const sayMonth = (iso: string) => MONTH.format(new Date(iso))
