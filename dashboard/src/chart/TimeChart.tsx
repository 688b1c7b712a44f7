/** A chart over time with a cursor that follows pointer and keys; line or bars are drawn by Lines and Bars. */
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useState } from 'react'
import { labelAxis, labelBucket } from '../bucket.ts'
import { NO_NOTES, type Notes } from '../notes/marks.ts'
import { formatExact, formatShort, isMoney, type Unit } from '../numbers.ts'
import type { Interval } from '../period.ts'
import { useKeys } from '../shortcuts.ts'
import { Bars } from './Bars.tsx'
import { CursorCard } from './CursorCard.tsx'
import { Dot, Lines } from './Lines.tsx'
import { type Box, type ChartPoint, type Layout, layOut } from './series.ts'
import { useWidth } from './width.ts'

export interface ChartProps {
  points: ChartPoint[]
  title: string
  unit: Unit
  interval: Interval
  timezone: string
  hasBars: boolean
  /** What the other period is called, such as `the period before`. */
  other: string
  onPick: (point: ChartPoint) => void
  /** The annotations by the place of their bucket. */
  notes?: Notes
  /** Opens those of a bucket; undefined where the reader may write none. */
  onNote?: ((at: number) => void) | undefined
}

const HEIGHT = 272
const HALF_A_LINE = 4

export function TimeChart(props: ChartProps) {
  const { points, title, unit, interval, timezone, hasBars, onPick, notes = NO_NOTES, onNote } = props
  const [frame, width] = useWidth()
  const [cursor, setCursor] = useState<number | null>(null)
  const at = cursor === null ? null : Math.min(cursor, points.length - 1)
  const box: Box = { width: width - 12, height: HEIGHT, left: gutterOf(unit), top: 12, bottom: 28 }
  const layout = layOut(points, unit, box, hasBars)
  const point = at === null ? undefined : points[at]
  const last = points.length - 1

  const under = (event: MouseEvent<HTMLDivElement>) =>
    layout.nearest(event.clientX - event.currentTarget.getBoundingClientRect().left)
  const follow = (event: PointerEvent<HTMLDivElement>) => setCursor(under(event))
  const onKey = (event: KeyboardEvent) => {
    const next = cursorAfter(event.key, at, last)
    if (next !== undefined) setCursor(next)
    else if (event.key === 'Enter' && point) onPick(point)
    else return
    event.preventDefault()
  }
  const openNote = (event: MouseEvent<HTMLDivElement>) => {
    if (!onNote) return
    event.preventDefault()
    onNote(under(event))
  }
  // Before the page's own: elsewhere the key means all time.
  useKeys(onNote && at !== null ? { a: () => onNote(at) } : {}, true)
  const Shapes = hasBars ? Bars : Lines
  return (
    <div
      ref={frame}
      className="chart"
      role="slider"
      tabIndex={0}
      aria-label={`${title} over time`}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={at ?? last}
      aria-valuetext={sayPoint(at ?? last, props)}
      onPointerMove={follow}
      onPointerLeave={() => setCursor(null)}
      onBlur={() => setCursor(null)}
      onKeyDown={onKey}
      onContextMenu={openNote}
      onClick={() => point && onPick(point)}
      data-picks={interval !== 'hour' && interval !== 'minute'}
    >
      {width > 0 && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <Axes layout={layout} box={box} {...props} />
          <Shapes points={points} layout={layout} />
          <Marks places={[...notes.keys()]} layout={layout} box={box} />
          {point && at !== null && (
            <Cursor point={point} x={layout.x(at)} layout={layout} box={box} hasDots={!hasBars} />
          )}
        </svg>
      )}
      {point && at !== null && (
        <CursorCard
          {...{ point, title, unit, interval, timezone, width }}
          notes={notes.get(at) ?? []}
          x={layout.x(at)}
        />
      )}
    </div>
  )
}

/** Room for the numbers of the axis: `1m 30s` and an amount are the longest. */
function gutterOf(unit: Unit): number {
  return unit === 'seconds' || isMoney(unit) ? 64 : 44
}

/** Where a key moves the cursor: null hides it, undefined means that the key is not the chart's. */
function cursorAfter(key: string, at: number | null, last: number): number | null | undefined {
  if (key === 'ArrowLeft') return Math.max(0, (at ?? last + 1) - 1)
  if (key === 'ArrowRight') return Math.min(last, (at ?? -1) + 1)
  if (key === 'Home') return 0
  if (key === 'End') return last
  return key === 'Escape' && at !== null ? null : undefined
}

function sayPoint(at: number, props: ChartProps): string {
  const { points, title, unit, interval, timezone, other, notes = NO_NOTES } = props
  const point = points[at] as ChartPoint
  const annotated = notes.get(at)?.map(({ text }) => `. ${text}`) ?? []
  const running = point.state === 'running' ? ', still running' : ''
  const before = point.previous === null ? '' : `, ${other} ${formatExact(point.previous, unit)}`
  return `${labelBucket(point.start, interval, timezone)}: ${title} ${formatExact(point.value, unit)}${running}${before}${annotated.join('')}`
}

function Axes(props: ChartProps & { layout: Layout; box: Box }) {
  const { layout, box, points, unit, interval, timezone, hasBars } = props
  return (
    <g className="axes">
      {layout.ticks.map((tick) => (
        <g key={tick}>
          <line x1={box.left} x2={box.width} y1={layout.y(tick)} y2={layout.y(tick)} data-base={tick === 0} />
          <text x={box.left - 8} y={layout.y(tick) + HALF_A_LINE} textAnchor="end">
            {formatShort(tick, unit)}
          </text>
        </g>
      ))}
      {layout.labels.map((at) => (
        <text
          key={at}
          x={layout.x(at)}
          y={HEIGHT - 6}
          textAnchor={hasBars ? 'middle' : anchorOf(at, points.length - 1)}
        >
          {labelAxis((points[at] as ChartPoint).start, interval, timezone)}
        </text>
      ))}
    </g>
  )
}

/** Labels at the ends of a line stay inside the chart. */
function anchorOf(at: number, last: number) {
  if (at === 0) return 'start'
  return at === last ? 'end' : 'middle'
}

/** A flag over each bucket that somebody annotated: a shape of its own, so that no colour need tell. */
function Marks({ places, layout, box }: { places: number[]; layout: Layout; box: Box }) {
  return (
    <g className="marks">
      {places.map((at) => (
        <g key={at} transform={`translate(${layout.x(at)} 0)`}>
          <line y1={box.top} y2={box.height - box.bottom} />
          <path d={`M0 ${box.top + 5}l-5 -5l5 -5l5 5z`} />
        </g>
      ))}
    </g>
  )
}

interface CursorProps {
  point: ChartPoint
  x: number
  layout: Layout
  box: Box
  hasDots: boolean
}

function Cursor({ point, x, layout, box, hasDots }: CursorProps) {
  return (
    <g className="cursor">
      <line x1={x} x2={x} y1={box.top} y2={box.height - box.bottom} />
      {hasDots && point.previous !== null && <Dot x={x} y={layout.y(point.previous)} isBefore />}
      {hasDots && point.value !== null && <Dot x={x} y={layout.y(point.value)} />}
    </g>
  )
}
