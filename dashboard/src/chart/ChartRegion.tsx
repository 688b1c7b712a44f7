/** The chosen number over time: an SVG for the eye, a slider for the keyboard, a table for screen readers. */
import { fromAbsolute, toCalendarDate } from '@internationalized/date'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { Scope, Span, Stats } from '../api/reads.ts'
import { endOfBucket, labelBucket, labelRange } from '../bucket.ts'
import { sayOther } from '../comparison.ts'
import type { Metric } from '../metrics.ts'
import { annotationsQuery } from '../notes/api.ts'
import { type Notes, onBucket, placeAnnotations } from '../notes/marks.ts'
import { formatExact } from '../numbers.ts'
import { IconButton } from '../parts/IconButton.tsx'
import { type DayRange, type Period, readDate } from '../period.ts'
import { ChartKind } from './ChartKind.tsx'
import { type ChartPoint, pointsOf } from './series.ts'
import { TimeChart } from './TimeChart.tsx'

const AnnotationDialog = lazy(() => import('../notes/AnnotationDialog.tsx'))

interface Props {
  stats: Stats | undefined
  scope: Scope
  metric: Metric
  hasBars: boolean
  onKind: (hasBars: boolean) => void
  /** Called with the period of the bucket that was chosen. */
  onPick: (period: Period) => void
}

export function ChartRegion({ stats, scope, metric, hasBars, onKind, onPick }: Props) {
  const { interval, timezone } = scope
  const points = useMemo(
    () => (stats ? pointsOf(stats, metric, { interval, timezone, now: Date.now() }) : undefined),
    [stats, metric, interval, timezone],
  )
  const notes = useNotes(scope, points)
  if (!points) return <div className="bone chart-bone" />
  if (points.length === 0) return <p className="empty">No time line for this period.</p>
  const pick = (point: ChartPoint) => {
    if (interval !== 'hour' && point.state !== 'future') onPick(periodOf(point, scope))
  }
  return (
    <>
      <h2 className="unseen">{metric.title} over time</h2>
      <div className="chart-head">
        <div className="chart-tools">
          <ChartKind hasBars={hasBars} onKind={onKind} />
          {notes.write && (
            <IconButton
              icon="note"
              label="Annotate"
              title="Annotate (right-click or A on the chart)"
              onClick={() => notes.write?.(lastOf(points))}
            />
          )}
        </div>
        <Legend range={scope.range} other={stats?.previous?.period} hasBars={hasBars} />
      </div>
      <TimeChart
        points={points}
        title={metric.title}
        unit={metric.unit}
        interval={interval}
        timezone={timezone}
        hasBars={hasBars}
        other={sayOther(scope.compare).replace(/^the /, '')}
        onPick={pick}
        notes={notes.places}
        onNote={notes.write}
      />
      <PointTable points={points} metric={metric} scope={scope} notes={notes.places} />
      {notes.dialog}
    </>
  )
}

/** The annotations by bucket, and what opens the dialog to write one; undefined where the reader has no account. */
function useNotes(scope: Scope, points: readonly ChartPoint[] | undefined) {
  const { reader, interval, timezone } = scope
  const [place, open] = useState<number | null>(null)
  const known = useQuery(annotationsQuery(scope))
  const places: Notes = useMemo(() => {
    const starts = points?.map(({ start }) => start) ?? []
    return placeAnnotations(known.data?.annotations ?? [], { starts, interval, timezone })
  }, [known.data, points, interval, timezone])
  const point = place === null ? undefined : points?.[place]
  const dialog = place !== null && point && (
    <Suspense>
      <AnnotationDialog
        {...{ reader, timezone }}
        on={onBucket(point.start, interval, timezone)}
        annotations={places.get(place) ?? []}
        mayShare={known.data?.may_share ?? false}
        onClose={() => open(null)}
      />
    </Suspense>
  )
  return { places, write: reader.hasAccount ? open : undefined, dialog }
}

/** The bucket that runs, else the last. */
function lastOf(points: readonly ChartPoint[]): number {
  const running = points.findIndex(({ state }) => state === 'running')
  return running === -1 ? points.length - 1 : running
}

/** The same points as a table, which screen readers can walk. */
interface TableProps {
  points: ChartPoint[]
  metric: Metric
  scope: Scope
  notes: Notes
}

function PointTable({ points, metric, scope, notes }: TableProps) {
  const hasOther = points.some(({ previous }) => previous !== null)
  return (
    <div className="unseen">
      <table>
        <caption>{metric.title} over time</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">{metric.title}</th>
            {hasOther && <th scope="col">In {sayOther(scope.compare)}</th>}
            {notes.size > 0 && <th scope="col">Annotations</th>}
          </tr>
        </thead>
        <tbody>
          {points.map((point, at) => (
            <tr key={point.start}>
              <th scope="row">{labelBucket(point.start, scope.interval, scope.timezone)}</th>
              <td>{formatExact(point.value, metric.unit)}</td>
              {hasOther && <td>{formatExact(point.previous, metric.unit)}</td>}
              {notes.size > 0 && (
                <td>
                  {notes
                    .get(at)
                    ?.map(({ text }) => text)
                    .join('; ')}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Which days each line is of. */
function Legend({ range, other, hasBars }: { range: DayRange; other: Span | undefined; hasBars: boolean }) {
  const days = other && daysOf(other)
  return (
    <p className="legend">
      <span>
        <i className={hasBars ? 'key block' : 'key'} />
        {labelRange(range)}
      </span>
      {days && (
        <span>
          <i className="key before" />
          {labelRange(days)}
        </span>
      )}
    </p>
  )
}

/** The whole days of a period as the server gives it, whose end is the first moment after. */
function daysOf({ from, to }: Span): DayRange | null {
  const first = readDate(from.slice(0, 10))
  const after = readDate(to.slice(0, 10))
  return first && after && { from: first, to: after.subtract({ days: 1 }) }
}

/** The days of one bucket. */
function periodOf(point: ChartPoint, { interval, timezone }: Scope): Period {
  const day = (at: number) => toCalendarDate(fromAbsolute(at, timezone)).toString()
  return { name: 'custom', from: day(point.start), to: day(endOfBucket(point.start, interval, timezone) - 1) }
}
