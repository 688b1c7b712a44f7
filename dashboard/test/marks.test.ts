import { expect, test } from 'vitest'
import { isDay, onBucket, placeAnnotations } from '../src/notes/marks.ts'
import type { Interval } from '../src/period.ts'

const BERLIN = 'Europe/Berlin'
const starts = (...times: string[]) => times.map((time) => Date.parse(time))
const annotation = (on: string) => ({ id: on, on, text: on, author: 'Ann', is_shared: true })

// Midnight in Berlin is 23:00 or 22:00 UTC of the day before.
const DAYS = starts('2026-03-27T23:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z')
const CASES: [what: string, interval: Interval, starts: number[], on: string, place: number | undefined][] = [
  ['a day', 'day', DAYS, '2026-03-29', 1],
  ['the day of the longer night', 'day', DAYS, '2026-03-30', 2],
  ['a moment late in the day', 'day', DAYS, '2026-03-29T21:59:00+00:00', 1],
  ['a moment of the next', 'day', DAYS, '2026-03-29T22:00:00Z', 2],
  ['the day before', 'day', DAYS, '2026-03-27', undefined],
  ['the day after', 'day', DAYS, '2026-03-31', undefined],
  ['what cannot be read', 'day', DAYS, 'soon', undefined],
  ['an hour', 'hour', starts('2026-03-14T23:00Z', '2026-03-15T00:00Z'), '2026-03-15T00:59:59Z', 1],
  ['a day among hours', 'hour', starts('2026-03-14T23:00Z', '2026-03-15T00:00Z'), '2026-03-15', 0],
  ['a day of a week', 'week', starts('2026-03-08T23:00Z', '2026-03-15T23:00Z'), '2026-03-15', 0],
  ['a day of a month', 'month', starts('2026-01-31T23:00Z', '2026-02-28T23:00Z'), '2026-03-31', 1],
]

test.each(CASES)('%s stands where it belongs', (_, interval, at, on, place) => {
  const places = placeAnnotations([annotation(on)], { starts: at, interval, timezone: BERLIN })
  expect([...places.keys()]).toEqual(place === undefined ? [] : [place])
})

test('several stand at one place, in their order', () => {
  const both = [annotation('2026-03-29'), annotation('2026-03-29T10:00:00Z')]
  const places = placeAnnotations(both, { starts: DAYS, interval: 'day', timezone: BERLIN })
  expect(places.get(1)).toEqual(both)
  expect(placeAnnotations(both, { starts: [], interval: 'day', timezone: BERLIN }).size).toBe(0)
})

test('a new one is of the hour, or of the day with which its bucket begins', () => {
  const start = Date.parse('2026-03-28T23:00Z')
  expect(onBucket(start, 'hour', BERLIN)).toBe('2026-03-28T23:00:00.000Z')
  for (const interval of ['day', 'week', 'month'] as const)
    expect(onBucket(start, interval, BERLIN)).toBe('2026-03-29')
  expect([isDay('2026-03-29'), isDay('2026-03-28T23:00:00.000Z')]).toEqual([true, false])
})
