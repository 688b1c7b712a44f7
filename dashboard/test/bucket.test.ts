import { parseDate } from '@internationalized/date'
import { expect, test } from 'vitest'
import {
  endOfBucket,
  labelAxis,
  labelBucket,
  labelRange,
  startOfBucket,
  stateOfBucket,
} from '../src/bucket.ts'

const BERLIN = 'Europe/Berlin'
const HOUR = 3_600_000

test.each([
  ['2026-11-23T00:00:00Z', '2026-11-23T00:00:00.000Z'],
  ['2026-11-23T00:00:00+01:00', '2026-11-22T23:00:00.000Z'],
  ['2026-11-23T00:00:00', '2026-11-22T23:00:00.000Z'],
  ['2026-07-01 00:00:00', '2026-06-30T22:00:00.000Z'],
  ['2026-11-23', '2026-11-22T23:00:00.000Z'],
])('a start with or without an offset: %s', (start, expected) => {
  expect(new Date(startOfBucket(start, BERLIN)).toISOString()).toBe(expected)
})

test('an unreadable start is not a number', () => {
  expect(startOfBucket('soon', BERLIN)).toBeNaN()
})

test.each([
  ['2026-03-29', 23],
  ['2026-10-25', 25],
  ['2026-11-23', 24],
])('%s has %i hours in Berlin', (day, hours) => {
  const start = startOfBucket(day, BERLIN)
  expect((endOfBucket(start, 'day', BERLIN) - start) / HOUR).toBe(hours)
})

test('both hours that the clocks repeat are buckets of their own', () => {
  const first = Date.parse('2026-10-25T02:00:00+02:00')
  expect(new Date(endOfBucket(first, 'hour', BERLIN)).toISOString()).toBe('2026-10-25T01:00:00.000Z')
})

test.each([
  ['2026-11-22', 'past'],
  ['2026-11-23', 'running'],
  ['2026-11-24', 'future'],
])('%s is %s at half past midnight in Berlin, when it is still yesterday in London', (day, state) => {
  const now = Date.parse('2026-11-22T23:30:00Z')
  expect(stateOfBucket(startOfBucket(day, BERLIN), 'day', BERLIN, now)).toBe(state)
})

test('a moment that ends a bucket belongs to the next one', () => {
  const start = startOfBucket('2026-11-22', BERLIN)
  expect(stateOfBucket(start, 'day', BERLIN, endOfBucket(start, 'day', BERLIN))).toBe('past')
})

test('labels are in the zone of the project and the language of the reader', () => {
  const start = startOfBucket('2026-11-23', BERLIN)
  expect(labelAxis(start, 'day', BERLIN, 'en-GB')).toBe('23 Nov')
  expect(labelBucket(start, 'day', BERLIN, 'de-DE')).toBe('Mo., 23. Nov. 2026')
  expect(labelBucket(start, 'week', BERLIN, 'en-GB')).toBe('Week of 23 Nov 2026')
  const week = { from: parseDate('2026-11-03'), to: parseDate('2026-11-09') }
  expect(labelRange(week, 'en-GB').replace(/\s/g, ' ')).toBe('3 – 9 Nov 2026')
})
