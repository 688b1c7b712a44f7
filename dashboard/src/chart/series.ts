/** From the answer of a stats read to the points of a chart, and where they lie. Pure: no DOM, no clock. */
import { ticks as roundTicks } from 'd3-array'
import type { Stats } from '../api/reads.ts'
import { type BucketState, startOfBucket, stateOfBucket } from '../bucket.ts'
import { amountOf, type Metric } from '../metrics.ts'
import type { Unit } from '../numbers.ts'
import type { Interval } from '../period.ts'

export interface ChartPoint {
  start: number
  /** Null where the bucket lies in the future or has nothing to average. */
  value: number | null
  previous: number | null
  /** Where the previous value's bucket starts; null where there is none. */
  previousStart: number | null
  state: BucketState
}

export interface ChartTime {
  interval: Interval
  timezone: string
  now: number
}

/** One point a bucket; the other period lies under it by position. Points without a readable time are left out. */
export function pointsOf(stats: Stats, metric: Metric, time: ChartTime): ChartPoint[] {
  const before = stats.previous?.timeseries ?? []
  return (stats.timeseries ?? []).flatMap((point, at) => {
    const start = startOfBucket(point.start, time.timezone)
    if (Number.isNaN(start)) return []
    const state = stateOfBucket(start, time.interval, time.timezone, time.now)
    const other = before[at]
    const otherStart = other ? startOfBucket(other.start, time.timezone) : Number.NaN
    return {
      start,
      state,
      value: state === 'future' ? null : (amountOf(point, metric) ?? null),
      previous: amountOf(other, metric) ?? null,
      previousStart: Number.isNaN(otherStart) ? null : otherStart,
    }
  })
}

export interface Box {
  width: number
  height: number
  left: number
  top: number
  bottom: number
}

export interface Layout {
  x: (at: number) => number
  /** How wide a bar may be. */
  band: number
  y: (value: number) => number
  /** The point under a horizontal position. */
  nearest: (left: number) => number
  ticks: number[]
  /** Which points have their time written under the axis. */
  labels: number[]
}

const ROOM_OF_LABEL = 72
const STEPS_SEC = [5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400]
const MOST_TICKS = 4
const BAR_SHARE = 0.72

/** Scales and ticks for points inside a box. */
export function layOut(points: readonly ChartPoint[], unit: Unit, box: Box, hasBars = false): Layout {
  const most = Math.max(...points.flatMap(({ value, previous }) => [value ?? 0, previous ?? 0]), 0)
  const ticks = ticksOf(most, unit)
  const right = box.width - box.left
  // Points of a line reach from edge to edge; bars stand in the middle of their band.
  const last = hasBars ? points.length : Math.max(points.length - 1, 1)
  const shift = hasBars ? 0.5 : 0
  const tall = box.height - box.bottom - box.top
  return {
    x: (at) => box.left + ((at + shift) / last) * right,
    band: (right / last) * BAR_SHARE,
    y: (value) => box.top + (1 - value / (ticks.at(-1) || 1)) * tall,
    nearest: (left) =>
      Math.round(Math.min(Math.max(((left - box.left) / right) * last - shift, 0), points.length - 1)),
    ticks,
    labels: labelsOf(points.length, right),
  }
}

/** Round values from 0 to at least `most`: whole numbers for counts, round times for seconds, at most 100 for rates. */
export function ticksOf(most: number, unit: Unit): number[] {
  if (unit === 'seconds') {
    const step =
      STEPS_SEC.find((size) => size * MOST_TICKS >= most) ?? Math.ceil(most / MOST_TICKS / 3_600) * 3_600
    return stepTicks(step, most)
  }
  const top = unit === 'percent' ? Math.min(Math.max(most, 1), 100) : Math.max(most, MOST_TICKS)
  const rough = roundTicks(0, top, MOST_TICKS - 1)
  const step = Math.max((rough[1] ?? 1) - (rough[0] ?? 0), unit === 'count' ? 1 : 0)
  return stepTicks(step, top)
}

function stepTicks(step: number, most: number): number[] {
  const count = Math.max(1, Math.ceil(most / step))
  return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}

function labelsOf(count: number, width: number): number[] {
  const every = Math.max(1, Math.ceil(count / Math.max(1, Math.floor(width / ROOM_OF_LABEL))))
  return Array.from({ length: Math.ceil(count / every) }, (_, at) => at * every)
}

/** The points of the drawn line: what is over, and the stretch to the running bucket, which is drawn dashed. */
export function splitLine(points: readonly ChartPoint[]): { solid: number; dashed: number | null } {
  const running = points.findIndex(({ state }) => state === 'running')
  return running === -1
    ? { solid: points.length, dashed: null }
    : { solid: running, dashed: Math.max(0, running - 1) }
}
