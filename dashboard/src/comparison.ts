/** What the period is compared with, its words, and its place in the URL. Pure; which days those are is the server's word. */
import { readDate } from './period.ts'

export const COMPARE_NAMES = ['previous', 'year', 'custom', 'off'] as const
export type CompareName = (typeof COMPARE_NAMES)[number]
export type Comparison = (
  | { name: 'previous' | 'year' | 'off' }
  | { name: 'custom'; from: string; to: string }
) & {
  /** Begins on the same weekday; not for `custom`. */
  isSameWeekday?: boolean
}

export const COMPARE_TITLES: Record<CompareName, string> = {
  previous: 'Period before',
  year: 'Year before',
  custom: 'Other days',
  off: 'No comparison',
}

/** The parameters of a stats read. */
export function compareParams(comparison: Comparison): Record<string, unknown> {
  if (comparison.name === 'off') return {}
  const params = { compare: comparison.name, compare_so_far: true }
  if (comparison.name === 'custom')
    return { ...params, compare_from: comparison.from, compare_to: comparison.to }
  return comparison.isSameWeekday ? { ...params, compare_weekday: true } : params
}

/** How the other period is called inside a sentence. */
export function sayOther({ name }: Comparison): string {
  return name === 'custom' ? 'the other days' : name === 'year' ? 'the year before' : 'the period before'
}

export function parseComparison(params: URLSearchParams): Comparison {
  const name = params.get('compare') as CompareName
  const weekday = params.get('weekday') === '1' ? { isSameWeekday: true } : {}
  const from = readDate(params.get('compare_from'))
  const to = readDate(params.get('compare_to'))
  if (name === 'off') return { name }
  if (name === 'custom' && from && to && from.compare(to) <= 0)
    return { name, from: from.toString(), to: to.toString() }
  return { name: name === 'year' ? 'year' : 'previous', ...weekday }
}

export function formatComparison(comparison: Comparison, params: URLSearchParams): void {
  if (comparison.name !== 'previous') params.set('compare', comparison.name)
  if (comparison.name === 'custom') {
    params.set('compare_from', comparison.from)
    params.set('compare_to', comparison.to)
  } else if (comparison.isSameWeekday) params.set('weekday', '1')
}
