/** How m.js delivers, what it makes of calls from the page, and what it leaves alone. */
import { expect } from '@playwright/test'
import type { SentEvent } from './receiver.ts'
import { readRequestTimes } from './requests.ts'
import { drain, KEY, ofType, pathsOf, test, types } from './tracked.ts'

test('failed deliveries are repeated with the same keys until they are taken', async ({
  page,
  receiver,
  open,
}) => {
  await page.addInitScript(() => {
    Math.random = () => 0.01 // The shortest waits.
  })
  receiver.replies = [undefined, { status: 503 }, { status: 202 }]
  await open()
  await receiver.expectEvents(types, ['pageview', 'pageview', 'pageview'])
  expect(new Set(receiver.events.map((event) => event.idempotency_key)).size).toBe(1)
  await page.evaluate(() => {
    Object(window).metrone.track('after')
    Object(window).metrone.flush()
  })
  await receiver.expectEvents((events) => types(events).slice(3), ['after'])
})

test('Retry-After is obeyed', async ({ page, receiver, open }) => {
  await page.addInitScript(() => {
    Math.random = () => 0.01
  })
  receiver.replies = [{ status: 429, headers: { 'Retry-After': '3' } }]
  await open()
  await receiver.expectEvents(types, ['pageview'])
  await page.evaluate(() => {
    Object(window).metrone.track('meanwhile')
    Object(window).metrone.flush()
  })
  await receiver.expectEvents(types, ['pageview', 'pageview', 'meanwhile'])
  await expect.poll(() => readRequestTimes(page)).toHaveLength(2) // listed once they are answered
  const [first = 0, second] = await readRequestTimes(page)
  expect(second).toBeGreaterThanOrEqual(first + 3000)
})

test('what a server refuses for good is not sent again', async ({ page, receiver, open }) => {
  receiver.replies = [{ status: 401 }]
  await open()
  await receiver.expectEvents(types, ['pageview'])
  await page.evaluate(() => Object(window).metrone.track('next'))
  await receiver.expectEvents(types, ['pageview', 'next'])
})

test('many long events leave a closing page in several beacons', async ({ page, receiver, open }) => {
  await open()
  await receiver.expectEvents(types, ['pageview'])
  await page.evaluate(() => {
    for (let i = 0; i < 25; i++) Object(window).metrone.track('big', { i, text: 'ü'.repeat(700) })
  })
  await page.close()
  const numbers = (events: SentEvent[]) => ofType('big')(events).map((event) => Number(event.properties.i))
  const sorted = (found: number[]) => found.toSorted((a, b) => a - b)
  await receiver.expectEvents(
    (events) => sorted(numbers(events)),
    Array.from({ length: 25 }, (_, i) => i),
  )
  // Each beacon has its own connection and they may arrive in any order; within one, events are as they were told.
  const beacons = receiver.deliveries.map(({ events }) => numbers(events))
  expect(beacons).toEqual(beacons.map(sorted))
  const sizes = receiver.deliveries.map(({ headers }) => Number(headers['content-length']))
  expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536)
})

const STUB = `<script>window.metrone = window.metrone || function () {
  (window.metrone.q = window.metrone.q || []).push(arguments)
}
metrone('track', 'early', { a: 1 }); metrone('conversion', 'signup', 2, { currency: 'EUR' })</script>`

test('calls made before the script has loaded are not lost, in either form', async ({ receiver, open }) => {
  await open({ before: STUB })
  await receiver.expectEvents(types, ['pageview', 'early', 'conversion'])
  expect(receiver.events.slice(1).map((event) => event.properties)).toEqual([
    { a: 1 },
    { currency: 'EUR', conversion_type: 'signup', value: 2 },
  ])
  receiver.deliveries = []
  await open({ before: `<script>metrone = []; metrone.push(['track', 'listed'])</script>` })
  await receiver.expectEvents(
    (events) => types(events).filter((type) => type !== 'engagement'),
    ['pageview', 'listed'],
  )
})

test('a call that makes no sense costs the page and the other events nothing', async ({
  page,
  receiver,
  open,
}) => {
  await open()
  await page.evaluate(() => {
    const metrone = Object(window).metrone
    const circle: Record<string, unknown> = {}
    circle.circle = circle
    metrone.track('circle', circle)
    metrone.track('big', { value: BigInt(1) })
    metrone('nonsense')
    metrone('__proto__')
    metrone()
    metrone.push(null)
    const properties = { step: 1 }
    metrone.push(['track', 'good', properties])
    properties.step = 2
  })
  await receiver.expectEvents(
    (events) => events.slice(1).map((event) => [event.event_type, event.properties]),
    [['good', { step: 1 }]],
  )
})

test('a second tag on the page counts nothing twice', async ({ page, receiver, open }) => {
  await open({
    body: `<script src="${'RECEIVER'}/m.js" data-key="${KEY}"></script>`.replace('RECEIVER', receiver.origin),
  })
  await page.evaluate(() => history.pushState({}, '', '/a'))
  await receiver.expectEvents(pathsOf, ['/', '/a'])
})

test('excluded pages send nothing and are nobody’s referrer', async ({ page, receiver, site, open }) => {
  await open({ path: '/admin/users', attributes: 'data-exclude="/admin/**, /me/*/edit"' })
  await page.evaluate(() => {
    Object(window).metrone.track('secret')
    history.pushState({}, '', '/me/7/edit')
    history.pushState({}, '', '/public')
  })
  await receiver.expectEvents(
    (events) => events.map((event) => [event.page_url, event.referrer]),
    [[`${site.origin}/public`, '']],
  )
})

for (const [what, signal, attributes, expected] of [
  ['the ignore flag', "localStorage.setItem('metrone_ignore', '1')", '', 0],
  [
    'Do Not Track with data-dnt',
    "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })",
    'data-dnt',
    0,
  ],
  ['Do Not Track alone', "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })", '', 1],
  ['Global Privacy Control with data-dnt', 'navigator.globalPrivacyControl = true', 'data-dnt', 0],
  ['data-dnt without a signal', '', 'data-dnt', 1],
] as const) {
  test(`${what} ${expected ? 'keeps' : 'ends'} counting`, async ({ page, receiver, open }) => {
    await page.addInitScript(signal)
    await open({ attributes })
    await page.evaluate(() => {
      Object(window).metrone.track('mark')
      window.dispatchEvent(new Event('pagehide'))
    })
    await drain(page, receiver)
    expect(new Set(types(receiver.events))).toEqual(new Set(expected ? ['pageview', 'mark'] : []))
  })
}

test('a page under a strict policy is counted, and nothing is left in the browser', async ({
  page,
  receiver,
  site,
  open,
  context,
}) => {
  const policy = `default-src 'none'; script-src ${receiver.origin}; connect-src ${receiver.origin}`
  site.headers = { 'Content-Security-Policy': policy }
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  await open({ body: '<a href="tel:1" data-track="call">Call</a>' })
  await page.click('a')
  await receiver.expectEvents(types, ['pageview', 'click'])
  expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([])
  expect(await context.cookies()).toEqual([])
  const left = await page.evaluate(async () => [
    document.cookie,
    localStorage.length,
    sessionStorage.length,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
  ])
  expect(left).toEqual(['', 0, 0, 0, 0])
})

test('the page keeps its own history functions and clicks', async ({ page, open }) => {
  await open({ body: '<button data-track="x" onclick="document.title = history.state.n">Go</button>' })
  const state = await page.evaluate(() => {
    history.pushState({ n: 'kept' }, '', '/a')
    return [history.state, location.pathname]
  })
  expect(state).toEqual([{ n: 'kept' }, '/a'])
  await page.click('button')
  await expect(page).toHaveTitle('kept')
  const failure = await page.evaluate(() => {
    try {
      history.pushState({}, '', 'https://other.example/')
      return ''
    } catch (error) {
      return (error as Error).name
    }
  })
  expect(failure).toBe('SecurityError')
})
