/** A line with its area, the period before as a faint line, and a cursor that follows pointer and keys. */
import { Area, LinePath } from '@visx/shape'
import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { labelAxis, labelBucket } from '../bucket.ts'
import { formatExact, formatShort, type Unit } from '../numbers.ts'
import type { Interval } from '../period.ts'
import { CursorCard } from './CursorCard.tsx'
import { type Box, type ChartPoint, type Layout, layOut, splitLine } from './series.ts'
import { useWidth } from './width.ts'

export interface ChartProps {
  points: ChartPoint[]
  title: string
  unit: Unit
  interval: Interval
  timezone: string
  onPick: (point: ChartPoint) => void
}

const HEIGHT = 272
const HALF_A_LINE = 4
/** Room for the numbers of the axis: `1m 30s` is the longest. */
const GUTTER: Record<Unit, number> = { count: 44, percent: 44, seconds: 60 }

export function TimeChart(props: ChartProps) {
  const { points, title, unit, interval, timezone, onPick } = props
  const [frame, width] = useWidth()
  const [cursor, setCursor] = useState<number | null>(null)
  const at = cursor === null ? null : Math.min(cursor, points.length - 1)
  const box: Box = { width: width - 12, height: HEIGHT, left: GUTTER[unit], top: 12, bottom: 28 }
  const layout = layOut(points, unit, box)
  const point = at === null ? undefined : points[at]
  const last = points.length - 1

  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left
    setCursor(layout.nearest(left))
  }
  const onKey = (event: KeyboardEvent) => {
    const next = cursorAfter(event.key, at, last)
    if (next !== undefined) setCursor(next)
    else if (event.key === 'Enter' && point) onPick(point)
    else return
    event.preventDefault()
  }
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
      aria-valuetext={sayPoint(points[at ?? last] as ChartPoint, props)}
      onPointerMove={follow}
      onPointerLeave={() => setCursor(null)}
      onBlur={() => setCursor(null)}
      onKeyDown={onKey}
      onClick={() => point && onPick(point)}
      data-picks={interval !== 'hour'}
    >
      {width > 0 && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <Axes layout={layout} box={box} {...props} />
          <Lines points={points} layout={layout} />
          {point && at !== null && <Cursor point={point} x={layout.x(at)} layout={layout} box={box} />}
        </svg>
      )}
      {point && at !== null && (
        <CursorCard point={point} {...{ title, unit, interval, timezone }} x={layout.x(at)} width={width} />
      )}
    </div>
  )
}

/** Where a key moves the cursor: null hides it, undefined means that the key is not the chart's. */
function cursorAfter(key: string, at: number | null, last: number): number | null | undefined {
  if (key === 'ArrowLeft') return Math.max(0, (at ?? last + 1) - 1)
  if (key === 'ArrowRight') return Math.min(last, (at ?? -1) + 1)
  if (key === 'Home') return 0
  if (key === 'End') return last
  return key === 'Escape' && at !== null ? null : undefined
}

function sayPoint(point: ChartPoint, { title, unit, interval, timezone }: ChartProps): string {
  const running = point.state === 'running' ? ', still running' : ''
  const before = point.previous === null ? '' : `, period before ${formatExact(point.previous, unit)}`
  return `${labelBucket(point.start, interval, timezone)}: ${title} ${formatExact(point.value, unit)}${running}${before}`
}

function Axes({ layout, box, points, unit, interval, timezone }: ChartProps & { layout: Layout; box: Box }) {
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
        <text key={at} x={layout.x(at)} y={HEIGHT - 6} textAnchor={anchorOf(at, points.length - 1)}>
          {labelAxis((points[at] as ChartPoint).start, interval, timezone)}
        </text>
      ))}
    </g>
  )
}

/** Labels at the ends stay inside the chart. */
function anchorOf(at: number, last: number) {
  if (at === 0) return 'start'
  return at === last ? 'end' : 'middle'
}

function Lines({ points, layout }: { points: ChartPoint[]; layout: Layout }) {
  const { solid, dashed } = splitLine(points)
  const x = (_: ChartPoint, at: number) => layout.x(at)
  const y = ({ value }: ChartPoint) => layout.y(value ?? 0)
  const past = points.slice(0, solid)
  const known = points.slice(0, solid + (dashed === null ? 0 : 1))
  return (
    <>
      <LinePath
        className="line before"
        data={points}
        x={x}
        y={({ previous }) => layout.y(previous ?? 0)}
        defined={({ previous }) => previous !== null}
      />
      <Area className="area" data={known} x={x} y0={layout.y(0)} y1={y} defined={hasValue} />
      <LinePath className="line" data={past} x={x} y={y} defined={hasValue} />
      {dashed !== null && (
        <LinePath
          className="line running"
          data={points.slice(dashed, dashed + (solid === 0 ? 1 : 2))}
          x={(_, at) => layout.x(dashed + at)}
          y={y}
          defined={hasValue}
        />
      )}
      {solid === 1 && <Dot x={layout.x(0)} y={layout.y(points[0]?.value ?? 0)} />}
    </>
  )
}

function hasValue({ value }: ChartPoint): boolean {
  return value !== null
}

interface CursorProps {
  point: ChartPoint
  x: number
  layout: Layout
  box: Box
}

function Cursor({ point, x, layout, box }: CursorProps) {
  return (
    <g className="cursor">
      <line x1={x} x2={x} y1={box.top} y2={box.height - box.bottom} />
      {point.previous !== null && <Dot x={x} y={layout.y(point.previous)} isBefore />}
      {point.value !== null && <Dot x={x} y={layout.y(point.value)} />}
    </g>
  )
}

function Dot({ x, y, isBefore = false }: { x: number; y: number; isBefore?: boolean }) {
  return <circle className={isBefore ? 'point before' : 'point'} cx={x} cy={y} r={isBefore ? 3 : 4} />
}
