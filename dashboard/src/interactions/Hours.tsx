/** How many began in each hour of the day, in the project's time zone: bars for the eye, a table for screen readers. */
import { useQuery } from '@tanstack/react-query'
import { hoursQuery, MOST_DAYS_BY_HOUR } from '../api/interactions.ts'
import type { Scope } from '../api/reads.ts'
import type { Board } from '../boards.ts'
import { formatExact } from '../numbers.ts'
import { Failure } from '../parts/Failure.tsx'

const HOURS = 24
// `2026-03-02T14:00:00+01:00`: the hour as the clock on the wall says it.
const HOUR_AT = 11

/** The sum of each hour of the day, 0 to 23. */
export function sumByHour(points: readonly { start: string; ai_interactions: number }[]): number[] {
  const sums = new Array<number>(HOURS).fill(0)
  for (const { start, ai_interactions } of points) {
    const hour = Number.parseInt(start.slice(HOUR_AT, HOUR_AT + 2), 10)
    if (Number.isInteger(hour) && hour < HOURS) sums[hour] = (sums[hour] ?? 0) + ai_interactions
  }
  return sums
}

export function Hours({ scope, board }: { scope: Scope; board: Board }) {
  const hours = useQuery(hoursQuery(scope))
  const isCut = scope.range.to.compare(scope.range.from) >= MOST_DAYS_BY_HOUR
  return (
    <section className="card panel hours" aria-labelledby="hours" aria-busy={hours.isFetching}>
      <header>
        <h2 id="hours">Hour of the day</h2>
        {isCut && <span className="quiet">of the last {MOST_DAYS_BY_HOUR} days</span>}
      </header>
      <div className="rows-space" data-stale={hours.isPlaceholderData}>
        {hours.isError && <Failure problem={hours.error} onRetry={() => void hours.refetch()} />}
        {hours.isPending && <div className="bone hours-bone" aria-hidden="true" />}
        {hours.data && <Bars sums={sumByHour(hours.data.data)} board={board} />}
      </div>
    </section>
  )
}

function Bars({ sums, board }: { sums: readonly number[]; board: Board }) {
  const most = Math.max(...sums)
  const label = new Intl.DateTimeFormat(undefined, { hour: 'numeric', timeZone: 'UTC' })
  const say = (hour: number) => label.format(Date.UTC(2026, 0, 1, hour))
  if (most === 0) return <p className="empty">No {board.noun} in this period.</p>
  return (
    <>
      <div className="hour-bars" aria-hidden="true">
        {sums.map((count, hour) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the hour is its place
          <div key={hour} className="hour" title={`${say(hour)}: ${formatExact(count, 'count')}`}>
            <span
              className="hour-bar"
              style={{ blockSize: `${(count / most) * 100}%` }}
              data-most={count === most}
            />
            <span className="hour-label">{hour % 6 === 0 ? say(hour) : ''}</span>
          </div>
        ))}
      </div>
      <table className="unseen">
        <caption>{board.title} by hour of the day</caption>
        <tbody>
          {sums.map((count, hour) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the hour is its place
            <tr key={hour}>
              <th scope="row">{say(hour)}</th>
              <td>{formatExact(count, 'count')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
