/** How `@metrone-io/sdk` delivers: every event that was taken is in the store exactly once, whatever fails on the way. */
import type { Page } from '@playwright/test'
import { readRequestTimes } from './requests.ts'
import {
  countNames,
  type EventRow,
  expect,
  inPage,
  names,
  POLL,
  readStorage,
  startFlaky,
  test,
} from './sdksite.ts'

/** The shortest waits; keys stay as random as they are. */
const HURRY = 'const random = Math.random; Math.random = () => random() / 100'
const withoutEngagement = (rows: EventRow[]) => names(rows).filter((name) => name !== 'engagement')

/** `prefix0`, `prefix1`, …: `count` names, each once. */
const once = (prefix: string, count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [prefix + i, 1]))

async function track(page: Page, prefix: string, count: number, from = 0): Promise<void> {
  await page.evaluate(
    ([prefix, from, count]) => {
      for (let i = from; i < from + count; i++) Object(window).metrone.track(prefix + i)
    },
    [prefix, from, count] as const,
  )
}

/** Waits until nothing of the page waits any more. */
async function flushAll(page: Page): Promise<void> {
  await expect
    .poll(() => inPage(page, ({ metrone }) => metrone.flush()).then(({ waiting }) => waiting), POLL)
    .toBe(0)
}

test('offline events wait, are kept, and leave once the page is online again', async ({
  page,
  context,
  open,
  expectRows,
}) => {
  await open({ path: '/offline/online' })
  await flushAll(page)
  await context.setOffline(true)
  await track(page, 'e', 3)
  expect(await inPage(page, ({ metrone }) => metrone.flush())).toEqual({ sent: 0, failed: 0, waiting: 3 })
  expect(await readStorage(page)).toEqual([expect.stringMatching(/^metrone_queue_/)])
  await context.setOffline(false)
  await expectRows('/offline/online', countNames, { pageview: 1, ...once('e', 3) })
  await expect.poll(() => readStorage(page), POLL).toEqual([])
})

test('events queued offline survive the tab, and two tabs do not lose each other’s', async ({
  page,
  context,
  open,
  site,
  expectRows,
}) => {
  await open({ path: '/offline/tab' })
  const second = await context.newPage()
  await open({ path: '/offline/tab' }, second)
  await Promise.all([flushAll(page), flushAll(second)])
  await context.setOffline(true)
  await track(page, 'first', 3)
  await track(second, 'second', 3)
  for (const tab of [page, second]) {
    await inPage(tab, ({ metrone }) => metrone.flush())
    await tab.close()
  }
  await context.setOffline(false)
  const third = await context.newPage()
  await third.goto(`${site.origin}/offline/tab`)
  await expectRows(
    '/offline/tab',
    (rows) => countNames(rows.filter((row) => row.event_type !== 'engagement')),
    {
      pageview: 3,
      ...once('first', 3),
      ...once('second', 3),
    },
  )
  await expect.poll(() => readStorage(third), POLL).toEqual([])
})

test('a reload with events queued, against a server in trouble', async ({
  page,
  open,
  metrone,
  expectRows,
}) => {
  await page.addInitScript(HURRY)
  // Two that fail before the reload, the beacons of the reload, and one more after it.
  const flaky = await startFlaky(metrone.origin, [{ status: 503 }, 'reset', 'reset', 'reset', 'lost'])
  await open({ path: '/reload', endpoint: flaky.origin })
  await track(page, 'e', 12)
  await expect.poll(() => readStorage(page), POLL).toHaveLength(1)
  await page.reload()
  await expectRows('/reload', (rows) => countNames(rows.filter((row) => row.event_type !== 'engagement')), {
    pageview: 2,
    ...once('e', 12),
  })
  await expect.poll(() => readStorage(page), POLL).toEqual([])
  await flaky.stop()
})

test('a tab closed with events waiting: by beacon, and what no beacon takes at the next visit', async ({
  page,
  context,
  open,
  site,
  expectRows,
}) => {
  const sizes: number[] = []
  context.on(
    'request',
    (request) => request.method() === 'POST' && sizes.push(request.postDataBuffer()?.length ?? 0),
  )
  await open({ path: '/close/few', config: '{ offlineQueue: false }' })
  await flushAll(page)
  await track(page, 'few', 9)
  await page.goto('about:blank')
  await expectRows('/close/few', withoutEngagement, ['pageview', ...Object.keys(once('few', 9))].sort())
  await open({ path: '/close/many' })
  await flushAll(page)
  // More than the 64 KiB that all beacons of a closing page may hold together.
  await page.evaluate(() => {
    for (let i = 0; i < 25; i++) Object(window).metrone.track(`many${i}`, { text: 'ü'.repeat(3000) })
  })
  await page.close()
  const next = await context.newPage()
  await next.goto(`${site.origin}/close/many`)
  await expectRows(
    '/close/many',
    (rows) => countNames(rows.filter((row) => row.event_type !== 'engagement')),
    {
      pageview: 2,
      ...once('many', 25),
    },
  )
  await expect.poll(() => readStorage(next), POLL).toEqual([])
  expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536)
})

test('the oldest make room, are counted, and are told', async ({ page, open, expectRows }) => {
  await open({ path: '/full', config: '{ maxQueueSize: 5, cookieConsent: () => window.hasAgreed }' })
  await track(page, 'e', 7)
  expect(await inPage(page, ({ lost }) => lost.map(({ reason, events }) => [reason, events.length]))).toEqual(
    [
      ['overflow', 1],
      ['overflow', 1],
      ['overflow', 1],
    ],
  )
  expect(await readStorage(page)).toEqual([])
  await page.evaluate(() => {
    Object(window).hasAgreed = true
  })
  expect(await inPage(page, ({ metrone }) => metrone.flush())).toEqual({ sent: 5, failed: 0, waiting: 0 })
  await expectRows('/full', withoutEngagement, ['e2', 'e3', 'e4', 'e5', 'e6'])
})

test('what the server refuses for good is lost once, told with its answer, and does not stop the rest', async ({
  page,
  open,
  expectRows,
}) => {
  await open({ path: '/refused', key: `metrone_live_${'0'.repeat(32)}` })
  await expect
    .poll(() => inPage(page, ({ lost }) => lost.map(({ reason, status }) => [reason, status])))
    .toEqual([['refused', 401]])
  await open({ path: '/refused' })
  await flushAll(page)
  await page.evaluate(() => {
    const { metrone } = Object(window)
    metrone.track('good')
    metrone.track('bad', { text: 'x'.repeat(17_000) })
    metrone.track('fine')
  })
  expect(await inPage(page, ({ metrone }) => metrone.flush())).toEqual({ sent: 2, failed: 1, waiting: 0 })
  expect(await inPage(page, ({ lost }) => lost.map(({ reason, status }) => [reason, status]))).toEqual([
    ['refused', 400],
  ])
  await expectRows('/refused', withoutEngagement, ['fine', 'good', 'pageview'])
})

test('every event exactly once through resets, lost answers, 500s, 429s and time-outs', async ({
  page,
  open,
  metrone,
  expectRows,
}) => {
  test.setTimeout(90_000)
  await page.addInitScript(HURRY)
  const plan = [
    'lost',
    'pass',
    'reset',
    'pass',
    { status: 500 },
    'pass',
    { status: 429, retry_after: 1 },
    'lost',
  ]
  const flaky = await startFlaky(metrone.origin, [...plan, 'pass', 'timeout'])
  await open({ path: '/flaky', endpoint: flaky.origin, config: '{ batchSize: 5 }' })
  for (let i = 0; i < 8; i++) {
    await track(page, 'e', 5, i * 5)
    await flushAll(page)
  }
  await expectRows('/flaky', countNames, { pageview: 1, ...once('e', 40) })
  expect(await inPage(page, ({ lost }) => lost)).toEqual([])
  expect(await readStorage(page)).toEqual([])
  await flaky.stop()
})

test('Retry-After is obeyed', async ({ page, open, metrone, expectRows }) => {
  await page.addInitScript(HURRY)
  const flaky = await startFlaky(metrone.origin, ['pass', { status: 429, retry_after: 3 }])
  await open({ path: '/later', endpoint: flaky.origin })
  await flushAll(page)
  await track(page, 'e', 10)
  await flushAll(page)
  const [, refused = 0, repeated, ...more] = await readRequestTimes(page)
  expect(repeated).toBeGreaterThanOrEqual(refused + 3000)
  expect(more).toEqual([])
  await expectRows('/later', countNames, { pageview: 1, ...once('e', 10) })
  await flaky.stop()
})

test('a server that is killed in the middle and comes back', async ({ page, open, metrone, expectRows }) => {
  test.setTimeout(90_000)
  await page.addInitScript(HURRY)
  await open({ path: '/killed', config: '{ batchSize: 2 }' })
  await track(page, 'e', 10)
  await metrone.kill()
  await track(page, 'e', 10, 10)
  await expect.poll(() => readStorage(page), POLL).toHaveLength(1)
  await metrone.restart()
  await track(page, 'e', 5, 20)
  await flushAll(page)
  await expectRows('/killed', countNames, { pageview: 1, ...once('e', 25) })
  expect(await readStorage(page)).toEqual([])
})
