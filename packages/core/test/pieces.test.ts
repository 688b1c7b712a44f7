import { expect, test } from 'vitest'
import { isTemporary, retryDelay } from '../src/backoff.ts'
import { createEngagement } from '../src/engagement.ts'
import { isKey, makeIdempotencyKey } from '../src/event.ts'
import { classifyLink } from '../src/link.ts'
import { matchesPath, pathOf } from '../src/route.ts'

test.each([
  [undefined, true],
  [202, false],
  [400, false],
  [401, false],
  [409, false],
  [429, true],
  [499, false],
  [500, true],
  [503, true],
])('isTemporary(%s) is %s', (status, expected) => {
  expect(isTemporary(status ? { status } : {})).toBe(expected)
})

test.each([
  [1, null, 0, 2000],
  [2, null, 0, 4000],
  [5, null, 0.5, 48_000],
  [1, '7', 0, 7000],
  [4, '7', 0.5, 10_500],
  [1, '0', 0, 2000],
  [1, 'Wed, 21 Oct 2026 07:28:00 GMT', 0, 2000],
  // The rest of a month: more than a timer takes, which would be due at once.
  [1, '2678400', 0.5, 2e9],
  [60, null, 0, 2e9],
])('retryDelay(%s, %s, %s) is %s ms', (failures, retryAfter, random, expected) => {
  expect(retryDelay(failures, retryAfter, random)).toBe(expected)
})

test.each([
  ['tel:+15551234', false, 'phone'],
  ['mailto:hi@site.test', false, 'email'],
  ['https://site.test/pricing', false, undefined],
  ['https://site.test/report.PDF?v=2', false, 'download'],
  ['https://site.test/export', true, 'download'],
  ['https://cdn.test/setup.exe', false, 'download'],
  ['https://other.test/', false, 'outbound'],
  ['https://sub.site.test/', false, 'outbound'],
  ['http://site.test:8080/', false, 'outbound'],
  ['https://site.test/john.doe', false, undefined],
  ['data:text/csv,a', true, undefined],
  ['javascript:void 0', false, undefined],
])('a click on %s (download: %s) is %s', (href, isFile, expected) => {
  expect(classifyLink(new URL(href), 'site.test', isFile) || undefined).toBe(expected)
})

test.each([
  ['/admin', '/admin', true],
  ['/admin/', '/admin', false],
  ['/admin/a/b', '/admin/**', true],
  ['/admins', '/admin/**', false],
  ['/users/7/edit', '/users/*/edit', true],
  ['/users/7/8/edit', '/users/*/edit', false],
  ['/b', '/a, /b', true],
  ['/a.html', '/a.html', true],
  ['/axhtml', '/a.html', false],
  ['/x(1)', '/x(1)', true],
  ['/', '', false],
  ['/#/secret/1', '/#/secret/*', true],
])('matchesPath(%s, %s) is %s', (path, patterns, expected) => {
  expect(matchesPath(path, patterns)).toBe(expected)
})

test.each([
  ['https://site.test/', '/'],
  ['https://site.test:8080/a/b?c=/d', '/a/b'],
  ['https://site.test/app?x=1#/users/7', '/app#/users/7'],
  ['capacitor://localhost/a', '/a'],
])('pathOf(%s) is %s', (url, expected) => {
  expect(pathOf(url)).toBe(expected)
})

test.each([
  [`metrone_live_${'0'.repeat(32)}`, true],
  [`mk_test_${'af'.repeat(16)}`, true],
  [`metrone_live_${'0'.repeat(31)}`, false],
  [`metrone_live_${'A'.repeat(32)}`, false],
  ['', false],
  [undefined, false],
  [{}, false],
  [7, false],
])('isKey(%s) is %s', (key, expected) => {
  expect(isKey(key)).toBe(expected)
})

test('idempotency keys fit the wire and differ', () => {
  const keys = Array.from({ length: 1000 }, makeIdempotencyKey)
  expect(new Set(keys).size).toBe(1000)
  expect(Math.max(...keys.map((key) => key.length))).toBeLessThanOrEqual(255)
})

test('engagement counts active time only', () => {
  const [observe, take] = createEngagement()
  observe(true, 100, 20, false)
  observe(false, 1300.7, 40.6, false)
  observe(false, 90_000, 40, false)
  observe(true, 100_000, 40, false)
  observe(true, 100_500, 40, false)
  expect(take()).toEqual({ engaged_ms: 1700, scroll_depth: 40 })
})

test('engagement is not worth an event below a second without scrolling', () => {
  const [observe, take] = createEngagement()
  observe(true, 1, 100, false)
  observe(false, 1000, 100, false)
  expect(take()).toBe(false)
})

test('a scroll is worth an event, and its depth is the deepest seen, 100 at most', () => {
  const [observe, take] = createEngagement()
  observe(false, 1, 120, true)
  observe(false, 2, 30, true)
  expect(take()).toEqual({ engaged_ms: 0, scroll_depth: 100 })
  expect(take()).toBe(false)
})

test('one look after the other: nothing of the first is in the second', () => {
  const [observe, take] = createEngagement()
  observe(true, 1, 90, true)
  observe(true, 2001, 90, false)
  expect(take()).toEqual({ engaged_ms: 2000, scroll_depth: 90 })
  observe(true, 4001, 30, false)
  expect(take()).toEqual({ engaged_ms: 2000, scroll_depth: 30 })
})
