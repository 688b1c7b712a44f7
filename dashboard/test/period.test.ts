import { CalendarDate, parseDate } from '@internationalized/date'
import { expect, test } from 'vitest'
import {
  countDays,
  intervalOf,
  namedPeriod,
  type Period,
  rangeOf,
  readDate,
  stepPeriod,
} from '../src/period.ts'

const TODAY = parseDate('2026-11-23')
const days = (period: Period, today = TODAY) => {
  const { from, to } = rangeOf(period, today)
  return `${from}/${to}`
}

test.each<[Period, string]>([
  [{ name: 'today' }, '2026-11-23/2026-11-23'],
  [{ name: 'yesterday' }, '2026-11-22/2026-11-22'],
  [{ name: '7d' }, '2026-11-17/2026-11-23'],
  [{ name: '28d' }, '2026-10-27/2026-11-23'],
  [{ name: '30d' }, '2026-10-25/2026-11-23'],
  [{ name: '90d' }, '2026-08-26/2026-11-23'],
  [{ name: 'month' }, '2026-11-01/2026-11-23'],
  [{ name: 'month', date: '2024-02-10' }, '2024-02-01/2024-02-29'],
  [{ name: 'year' }, '2026-01-01/2026-11-23'],
  [{ name: 'year', date: '2025-06-01' }, '2025-01-01/2025-12-31'],
  [{ name: 'custom', from: '2026-03-05', to: '2026-03-01' }, '2026-03-01/2026-03-05'],
  [{ name: 'custom', from: '2026-11-20', to: '2027-01-01' }, '2026-11-20/2026-11-23'],
])('a period covers its days: %j', (period, expected) => {
  expect(days(period)).toBe(expected)
})

test.each<[Period, -1 | 1, Period | null]>([
  [{ name: 'today' }, -1, { name: 'yesterday' }],
  [{ name: 'today' }, 1, null],
  [{ name: 'yesterday' }, 1, { name: 'today' }],
  [{ name: '7d' }, -1, { name: 'custom', from: '2026-11-10', to: '2026-11-16' }],
  [{ name: 'custom', from: '2026-11-10', to: '2026-11-16' }, 1, { name: '7d' }],
  [{ name: 'month' }, -1, { name: 'month', date: '2026-10-01' }],
  [{ name: 'month', date: '2026-10-01' }, 1, { name: 'month' }],
  [{ name: 'month' }, 1, null],
  [{ name: 'year' }, -1, { name: 'year', date: '2025-01-01' }],
  [{ name: 'custom', from: '2000-01-01', to: '2000-01-02' }, -1, null],
])('a step from %j by %i', (period, step, expected) => {
  expect(stepPeriod(period, step, TODAY)).toEqual(expected)
})

test('stepping back and forth comes home for every length and day', () => {
  for (let length = 1; length <= 95; length += 7)
    for (let back = 1; back <= 400; back += 13) {
      const to = TODAY.subtract({ days: back + length })
      const start = namedPeriod({ from: to.subtract({ days: length - 1 }), to }, TODAY)
      const later = stepPeriod(start, 1, TODAY) as Period
      expect(stepPeriod(later, -1, TODAY)).toEqual(start)
      expect(countDays(rangeOf(later, TODAY))).toBe(length)
    }
})

test('days are counted over a leap day and over changes of the clock', () => {
  expect(countDays({ from: new CalendarDate(2024, 2, 28), to: new CalendarDate(2024, 3, 1) })).toBe(3)
  expect(countDays({ from: new CalendarDate(2026, 3, 28), to: new CalendarDate(2026, 3, 30) })).toBe(3)
})

test.each<[Period, string]>([
  [{ name: 'today' }, 'hour'],
  [{ name: '7d' }, 'day'],
  [{ name: '90d' }, 'day'],
  [{ name: 'year' }, 'month'],
  [{ name: 'custom', from: '2026-01-01', to: '2026-09-01' }, 'week'],
  [{ name: 'custom', from: '2022-01-01', to: '2026-09-01' }, 'month'],
])('the interval of %j is %s', (period, interval) => {
  expect(intervalOf(rangeOf(period, TODAY), period.name)).toBe(interval)
})

test.each(['2026-02-30', '2026-13-01', '26-01-01', 'today', '', '2026-01-01T00:00'])(
  '%j is no date',
  (text) => {
    expect(readDate(text)).toBeNull()
  },
)
