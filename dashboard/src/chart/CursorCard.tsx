/** What lies under the cursor: the time, the value, the one of the other period and the change. */
import { labelBucket } from '../bucket.ts'
import type { Annotation } from '../notes/api.ts'
import { changeOf, formatChange, formatExact, type Unit } from '../numbers.ts'
import type { Interval } from '../period.ts'
import type { ChartPoint } from './series.ts'

interface Props {
  point: ChartPoint
  title: string
  unit: Unit
  interval: Interval
  timezone: string
  /** What is annotated there. */
  notes: readonly Annotation[]
  x: number
  width: number
}

const MOST_NOTES = 3

export function CursorCard({ point, title, unit, interval, timezone, notes, x, width }: Props) {
  const isRight = x > width / 2
  const change = point.state === 'past' ? changeOf(point.value, point.previous) : null
  const place = isRight ? { insetInlineEnd: width - x + 12 } : { insetInlineStart: x + 12 }
  return (
    <div className="cursor-card" style={place} aria-hidden="true">
      <p className="cursor-card-title">{title}</p>
      <p>
        <i className="key" />
        <span>
          {labelBucket(point.start, interval, timezone)}
          {point.state === 'running' && ' (running)'}
        </span>
        <b>{formatExact(point.value, unit)}</b>
      </p>
      {point.previousStart !== null && (
        <p className="quiet">
          <i className="key before" />
          <span>{labelBucket(point.previousStart, interval, timezone)}</span>
          <b>{formatExact(point.previous, unit)}</b>
        </p>
      )}
      {change !== null && (
        <p className="quiet">
          {change > 0 ? '↑' : change < 0 ? '↓' : '→'} {formatChange(change)}
        </p>
      )}
      {notes.slice(0, MOST_NOTES).map(({ id, text }) => (
        <p key={id} className="cursor-note">
          <i className="key note-key" />
          <bdi className="cursor-text">{text}</bdi>
        </p>
      ))}
      {notes.length > MOST_NOTES && <p className="quiet">and {notes.length - MOST_NOTES} more</p>}
    </div>
  )
}
