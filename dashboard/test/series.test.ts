import { expect, test } from 'vitest'
import type { Stats } from '../src/api/reads.ts'
import { layOut, pointsOf, splitLine, ticksOf } from '../src/chart/series.ts'
import { METRICS, type Metric } from '../src/metrics.ts'
import type { Unit } from '../src/numbers.ts'

const STATS: Stats = {
  total_events: 6,
  timeseries: [
    { start: '2026-11-21', pageviews: 1 },
    { start: '2026-11-22', pageviews: 3 },
    { start: '2026-11-23', pageviews: 2 },
    { start: '2026-11-24', pageviews: 0 },
    { start: 'broken', pageviews: 9 },
  ],
  previous: { timeseries: [{ start: '2026-11-17', pageviews: 5 }] },
}
const PAGEVIEWS = METRICS[2] as Metric
const TIME = { interval: 'day', timezone: 'UTC', now: Date.parse('2026-11-23T12:00:00Z') } as const

test('points carry their value, the one of the period before, and whether they are over', () => {
  const points = pointsOf(STATS, PAGEVIEWS, TIME)
  expect(points.map(({ value, previous, state }) => [value, previous, state])).toEqual([
    [1, 5, 'past'],
    [3, null, 'past'],
    [2, null, 'running'],
    [null, null, 'future'],
  ])
  expect(splitLine(points)).toEqual({ solid: 2, dashed: 1 })
})

test('a line that is all over has no dashed end, one that just began has nothing else', () => {
  const points = pointsOf(STATS, PAGEVIEWS, TIME)
  expect(splitLine(points.slice(0, 2))).toEqual({ solid: 2, dashed: null })
  expect(splitLine(points.slice(2))).toEqual({ solid: 0, dashed: 0 })
})

test.each<[number, Unit, number[]]>([
  [0, 'count', [0, 1, 2, 3, 4]],
  [1, 'count', [0, 1, 2, 3, 4]],
  [254, 'count', [0, 100, 200, 300]],
  [12_345, 'count', [0, 5_000, 10_000, 15_000]],
  [36, 'percent', [0, 10, 20, 30, 40]],
  [100, 'percent', [0, 50, 100]],
  [94, 'seconds', [0, 30, 60, 90, 120]],
  [0, 'seconds', [0, 5]],
])('ticks up to %f %s', (most, unit, ticks) => {
  expect(ticksOf(most, unit)).toEqual(ticks)
})

test('ticks always reach the highest value and stay few', () => {
  for (const unit of ['count', 'percent', 'seconds'] as const)
    for (let most = 0; most < (unit === 'percent' ? 100 : 1e7); most = most * 1.3 + 0.7) {
      const ticks = ticksOf(most, unit)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
      expect(ticks.length).toBeLessThanOrEqual(7)
    }
})

test('the point under the pointer is the nearest, and the ends hold', () => {
  const points = pointsOf(STATS, PAGEVIEWS, TIME)
  const layout = layOut(points, 'count', { width: 344, height: 100, left: 44, top: 0, bottom: 0 })
  for (const at of points.keys()) expect(layout.nearest(layout.x(at) + 20)).toBe(at)
  const bars = layOut(points, 'count', { width: 344, height: 100, left: 44, top: 0, bottom: 0 }, true)
  for (const at of points.keys()) expect(bars.nearest(bars.x(at) - bars.band / 2)).toBe(at)
  expect(bars.x(0) - bars.band / 2).toBeGreaterThanOrEqual(44)
  expect(bars.x(3) + bars.band / 2).toBeLessThanOrEqual(344)
  expect(layout.nearest(-500)).toBe(0)
  expect(layout.nearest(5_000)).toBe(3)
  expect(layout.y(0)).toBe(100)
})

test('one point alone is drawn without a division by zero', () => {
  const layout = layOut(pointsOf(STATS, PAGEVIEWS, TIME).slice(0, 1), 'count', {
    width: 300,
    height: 100,
    left: 0,
    top: 0,
    bottom: 0,
  })
  expect([layout.x(0), layout.nearest(250)]).toEqual([0, 0])
})
