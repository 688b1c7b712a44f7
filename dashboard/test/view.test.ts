import { expect, test } from 'vitest'
import { BOARDS } from '../src/boards.ts'
import type { Comparison } from '../src/comparison.ts'
import { addFilter, type Filter, formatFilter, OPERATORS, parseFilter } from '../src/filters.ts'
import { METRIC_NAMES } from '../src/metrics.ts'
import { PANELS } from '../src/panels.ts'
import type { Period } from '../src/period.ts'
import { DEFAULT_VIEW, formatView, parseView, type View } from '../src/view.ts'

const PERIODS: Period[] = [
  ...(['today', 'yesterday', '7d', '28d', '30d', '90d', 'month', 'year', 'all'] as const).map((name) => ({
    name,
  })),
  { name: 'month', date: '2026-02-01' },
  { name: 'year', date: '2020-01-01' },
  { name: 'custom', from: '2026-01-31', to: '2026-02-01' },
]
const COMPARISONS: Comparison[] = [
  { name: 'previous' },
  { name: 'previous', isSameWeekday: true },
  { name: 'year', isSameWeekday: true },
  { name: 'off' },
  { name: 'custom', from: '2026-01-31', to: '2026-02-01' },
]
const VALUES = [
  '/',
  '/a,b',
  '/a%2Cb',
  '100%',
  '%25',
  '%2C',
  ',',
  ' ',
  'a&b=c#d?e',
  'a+b',
  '<script>',
  '\u202Egnp',
  '👩‍👩‍👧',
  'ü',
  '__proto__',
  'x'.repeat(10_000),
]

test('every period, comparison, metric, tab and filter survives the URL', () => {
  for (const period of PERIODS)
    for (const metric of METRIC_NAMES)
      for (const operator of OPERATORS) {
        const tabs = Object.fromEntries(
          [...PANELS, ...BOARDS.flatMap(({ panels }) => panels)]
            .filter((p) => p.tabs[1])
            .map((p) => [p.name, p.tabs[1]?.name]),
        )
        const filters: Filter[] = [
          [operator, 'page', VALUES.slice(0, -1)],
          ['is', 'props:a,b', ['1']],
        ]
        const rest = {
          hasBars: true,
          property: 'a,b=c',
          detail: 'voice_intents',
          search: 'a&b',
          result: 'refused',
        } as const
        for (const compare of COMPARISONS) {
          const view: View = { project: 'prj_1', period, compare, metric, tabs, filters, ...rest }
          expect(parseView(formatView(view))).toEqual(view)
          expect(parseView(new URL(formatView(view), 'http://x.test/').search)).toEqual(view)
        }
      }
})

test('the default view has an empty query', () => {
  expect(formatView(DEFAULT_VIEW)).toBe('')
  expect(parseView('')).toEqual(DEFAULT_VIEW)
})

test('a link is readable', () => {
  const view: View = { ...DEFAULT_VIEW, period: { name: '7d' }, filters: [['is', 'page', ['/docs/a b']]] }
  expect(formatView(view)).toBe('?period=7d&f=is,page,/docs/a+b')
})

test.each([
  '?period=never',
  '?period=custom&from=2026-02-30&to=2026-03-01',
  '?period=custom',
  '?metric=__proto__',
  '?pages=toString',
  '?f=',
  '?f=is',
  '?f=is,page',
  '?f=drop,page,x',
  '?f=%',
  '?%ff=%ff',
  '?nothing=here',
  '?compare=week',
  '?compare=custom&compare_from=2026-02-30&compare_to=2026-03-01',
  '?compare=custom&compare_from=2026-03-02&compare_to=2026-03-01',
  '?chart=pie',
  '?detail=toString',
])('a broken query falls back to the default: %s', (query) => {
  expect(parseView(query)).toEqual(DEFAULT_VIEW)
})

test.each(VALUES)('a filter value survives: %.20s', (value) => {
  const filter: Filter = ['is_not', 'page', [value, value]]
  expect(parseFilter(formatFilter(filter))).toEqual(filter)
})

test('one more click replaces what is shown and widens what is left out', () => {
  const de = addFilter([], 'is', 'country', 'DE')
  expect(addFilter(de, 'is', 'country', 'FR')).toEqual([['is', 'country', ['FR']]])
  const notDe = addFilter(de, 'is_not', 'country', 'US')
  expect(addFilter(notDe, 'is_not', 'country', 'GB')).toEqual([
    ['is', 'country', ['DE']],
    ['is_not', 'country', ['US', 'GB']],
  ])
  expect(addFilter([['is_not', 'os', ['iOS']]], 'is_not', 'os', 'iOS')).toEqual([['is_not', 'os', ['iOS']]])
})
