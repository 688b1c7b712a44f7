import { expect, test } from 'vitest'
import { type Comparison, compareParams } from '../src/comparison.ts'

test.each<[Comparison, Record<string, unknown>]>([
  [{ name: 'off' }, {}],
  [{ name: 'off', isSameWeekday: true }, {}],
  [{ name: 'previous' }, { compare: 'previous', compare_so_far: true }],
  [
    { name: 'year', isSameWeekday: true },
    { compare: 'year', compare_so_far: true, compare_weekday: true },
  ],
  [
    { name: 'custom', from: '2026-01-01', to: '2026-01-31' },
    { compare: 'custom', compare_so_far: true, compare_from: '2026-01-01', compare_to: '2026-01-31' },
  ],
])('what is asked to compare with %j', (comparison, params) => {
  expect(compareParams(comparison)).toEqual(params)
})
