import { expect, test } from 'vitest'
import { amountOf, metricsOf } from '../src/metrics.ts'

test('revenue is shown where there is some, in its largest currency', () => {
  const names = (revenue?: Record<string, number>) =>
    metricsOf(revenue && { revenue }).map(({ name }) => name)
  expect(names()).not.toContain('revenue')
  expect(names({})).not.toContain('revenue')
  expect(names({ EUR: 1 })).toContain('revenue')
  const revenue = metricsOf({ revenue: { EUR: 10, USD: 12 } }).find(({ name }) => name === 'revenue')
  expect(revenue?.unit).toBe('money:USD')
  if (!revenue) return
  expect(amountOf({ revenue: { EUR: 10, USD: 12 } }, revenue)).toBe(12)
  expect(amountOf({ revenue: { EUR: 10 } }, revenue)).toBe(0)
  expect(amountOf(undefined, revenue)).toBeUndefined()
})

test('revenue that was there before only is shown as none now', () => {
  const metric = metricsOf({ revenue: {} }, { revenue: { GBP: 3 } }).find(({ name }) => name === 'revenue')
  expect(metric && amountOf({ revenue: {} }, metric)).toBe(0)
})
