import { expect, test } from 'vitest'
import {
  changeOf,
  formatChange,
  formatDuration,
  formatExact,
  formatShort,
  type Unit,
} from '../src/numbers.ts'

test.each<[number | null | undefined, Unit, string, string]>([
  [0, 'count', '0', '0'],
  [9_999, 'count', '9,999', '9,999'],
  [12_345, 'count', '12.3K', '12,345'],
  [1_234_567, 'count', '1.2M', '1,234,567'],
  [36.42, 'percent', '36%', '36.42%'],
  [4.26, 'percent', '4.3%', '4.26%'],
  [100, 'percent', '100%', '100%'],
  [999.5, 'money:EUR', '€999.50', '€999.50'],
  [2_786.4, 'money:EUR', '€2,786', '€2,786.40'],
  [15_300.5, 'money:USD', '$15.3K', '$15,300.50'],
  [94, 'seconds', '1m 34s', '1m 34s'],
  [null, 'count', '–', '–'],
  [undefined, 'percent', '–', '–'],
  [Number.NaN, 'seconds', '–', '–'],
])('%s as %s is %s, exactly %s', (value, unit, short, exact) => {
  expect(formatShort(value, unit, 'en-US')).toBe(short)
  expect(formatExact(value, unit, 'en-US')).toBe(exact)
})

test('the locale of the reader decides on separators', () => {
  expect(formatExact(1_234_567.5, 'count', 'de-DE')).toBe('1.234.567,5')
})

test.each([
  [0, '0s'],
  [59.4, '59s'],
  [59.6, '1m 00s'],
  [125, '2m 05s'],
  [3_599.7, '1h 00m'],
  [3_725, '1h 02m'],
  [-3, '0s'],
])('%f seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test.each<[number | null | undefined, number | null | undefined, number | null]>([
  [110, 100, 10],
  [50, 100, -50],
  [0, 100, -100],
  [0, 0, 0],
  [5, 0, null],
  [5, null, null],
  [undefined, 5, null],
  [Number.POSITIVE_INFINITY, 5, null],
])('the change to %s from %s is %s', (now, before, change) => {
  expect(changeOf(now, before)).toBe(change)
})

test.each([
  [12.4, '12%'],
  [-12.4, '12%'],
  [0.44, '0.4%'],
  [1_659_000, '1.7M%'],
  [0, '0%'],
  [1_234, '1,234%'],
])('a change of %f is written %s', (change, text) => {
  expect(formatChange(change, 'en-US')).toBe(text)
})
