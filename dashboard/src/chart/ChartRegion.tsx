/** The chosen number over time: an SVG for the eye, a slider for the keyboard, a table for screen readers. */
import { fromAbsolute, toCalendarDate } from '@internationalized/date'
import { useMemo } from 'react'
import type { Scope, Stats } from '../api/reads.ts'
import { endOfBucket, labelBucket, labelRange } from '../bucket.ts'
import { type MetricName, metricOf } from '../metrics.ts'
import { formatExact } from '../numbers.ts'
import { countDays, type Period } from '../period.ts'
import { type ChartPoint, pointsOf } from './series.ts'
import { TimeChart } from './TimeChart.tsx'

interface Props {
  stats: Stats | undefined
  scope: Scope
  metric: MetricName
  /** Called with the period of the bucket that was chosen. */
  onPick: (period: Period) => void
}

export function ChartRegion({ stats, scope, metric, onPick }: Props) {
  const { interval, timezone } = scope
  const points = useMemo(
    () => (stats ? pointsOf(stats, metric, { interval, timezone, now: Date.now() }) : undefined),
    [stats, metric, interval, timezone],
  )
  if (!points) return <div className="bone chart-bone" />
  if (points.length === 0) return <p className="empty">No time line for this period.</p>
  const { title, unit } = metricOf(metric)
  const label = (start: number) => labelBucket(start, interval, timezone)
  const pick = (point: ChartPoint) => {
    if (interval !== 'hour' && point.state !== 'future') onPick(periodOf(point, scope))
  }
  return (
    <>
      <h2 className="unseen">{title} over time</h2>
      <Legend points={points} scope={scope} />
      <TimeChart
        points={points}
        title={title}
        unit={unit}
        interval={interval}
        timezone={timezone}
        onPick={pick}
      />
      <div className="unseen">
        <table>
          <caption>{title} over time</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">{title}</th>
              <th scope="col">Period before</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.start}>
                <th scope="row">{label(point.start)}</th>
                <td>{formatExact(point.value, unit)}</td>
                <td>{formatExact(point.previous, unit)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

/** Which days each line is of. */
function Legend({ points, scope }: { points: readonly ChartPoint[]; scope: Scope }) {
  const days = countDays(scope.range)
  const before = { from: scope.range.from.subtract({ days }), to: scope.range.to.subtract({ days }) }
  return (
    <p className="legend">
      <span>
        <i className="key" />
        {labelRange(scope.range)}
      </span>
      {points.some(({ previous }) => previous !== null) && (
        <span>
          <i className="key before" />
          {labelRange(before)}
        </span>
      )}
    </p>
  )
}

/** The days of one bucket. */
function periodOf(point: ChartPoint, { interval, timezone }: Scope): Period {
  const day = (at: number) => toCalendarDate(fromAbsolute(at, timezone)).toString()
  return { name: 'custom', from: day(point.start), to: day(endOfBucket(point.start, interval, timezone) - 1) }
}
