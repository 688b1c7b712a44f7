/** The tracker on the wire: what m.js sends from a page, exactly, to a server that only writes it down. */
import { expect, type Page, test } from '@playwright/test'
import { Receiver, type SentEvent } from './receiver.ts'
import { type Site, startSite } from './site.ts'

const KEY = `metrone_live_${'0123456789abcdef'.repeat(2)}`

let receiver: Receiver
let site: Site
let pageErrors: string[]
let foreignRequests: string[]

test.beforeEach(async ({ page }) => {
  receiver = await new Receiver().start()
  site = await startSite()
  pageErrors = []
  foreignRequests = []
  page.on('pageerror', (error) => pageErrors.push(error.message))
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (/^http/.test(protocol) && origin !== site.origin && origin !== receiver.origin)
      foreignRequests.push(request.url())
  })
})

test.afterEach(async () => {
  await Promise.all([receiver.stop(), site.stop()])
  expect(pageErrors, 'nothing is ever thrown into the page').toEqual([])
  expect(receiver.strays, 'no preflights, no other requests').toEqual([])
  expect(foreignRequests, 'no request to any other host').toEqual([])
})

/** Opens `path` as a page with the script tag and `body`. */
async function open(page: Page, { path = '/', attributes = '', body = '', before = '' } = {}): Promise<void> {
  const tag = `<script defer src="${receiver.origin}/m.js" data-key="${KEY}" ${attributes}></script>`
  site.pages['*'] =
    `<!doctype html><html><head><title>Home</title>${before}${tag}</head><body>${body}</body></html>`
  await page.goto(site.origin + path)
}

/** Waits until everything that `page` has sent so far is here, by sending an empty delivery after it. */
async function drain(page: Page): Promise<void> {
  await page.evaluate((url) => fetch(url, { method: 'POST', body: '[]' }), `${receiver.origin}/mark`)
  await expect.poll(() => receiver.deliveries.some(({ path }) => path === '/mark')).toBe(true)
}

const types = (events: SentEvent[]): string[] => events.map((event) => event.event_type)
const ofType = (type: string) => (events: SentEvent[]) => events.filter((event) => event.event_type === type)
const pathsOf = (events: SentEvent[]): string[] =>
  ofType('pageview')(events).map((event) => event.page_url.slice(site.origin.length))
const clicksOf = (events: SentEvent[]): unknown[] =>
  ofType('click')(events).map((event) => [event.event_name, event.properties])

test('a load sends one pageview, at once and as a simple request', async ({ page }) => {
  const before = Date.now()
  await open(page, { path: '/pricing?utm_source=ads&x=1#token' })
  await receiver.expectEvents(types, ['pageview'])
  const [{ path, headers, mode }] = receiver.deliveries as [(typeof receiver.deliveries)[0]]
  expect([path, mode, headers['content-type'], headers.cookie]).toEqual([
    '/v1/events/batch',
    'cors',
    'text/plain;charset=UTF-8',
    undefined,
  ])
  const [{ idempotency_key, timestamp, sdk_version, ...event }] = receiver.events as [SentEvent]
  expect(event).toEqual({
    api_key: KEY,
    event_type: 'pageview',
    page_url: `${site.origin}/pricing?utm_source=ads&x=1`,
    page_title: 'Home',
    referrer: '',
    properties: { screen: '1280x720' },
  })
  expect(idempotency_key).toMatch(/^[\d.e-]{20,60}$/)
  expect(timestamp).toBeGreaterThanOrEqual(before)
  expect(timestamp).toBeLessThanOrEqual(Date.now())
  expect(sdk_version).toMatch(/^m\.js\/\d+\.\d+\.\d+$/)
})

test('data-api names another address for the events', async ({ page }) => {
  await open(page, { attributes: `data-api="${receiver.origin}/t/v1/events"` })
  await receiver.expectEvents(types, ['pageview'])
  expect(receiver.deliveries[0]?.path).toBe('/t/v1/events/batch')
})

test('routes of the History API are pageviews, one for each address', async ({ page }) => {
  await open(page)
  await page.evaluate(() => {
    history.pushState({}, '', '/a?tab=1')
    document.title = 'A'
    history.replaceState({}, '', '/a?tab=1')
    history.replaceState({}, '', '/a?tab=1#top')
    history.pushState({}, '', '/b')
    document.title = 'B, as the router set it'
  })
  await page.goBack()
  await receiver.expectEvents(pathsOf, ['/', '/a?tab=1', '/b', '/a?tab=1'])
  const views = ofType('pageview')(receiver.events)
  const root = site.origin
  expect(views.map((view) => view.referrer)).toEqual(['', `${root}/`, `${root}/a?tab=1`, `${root}/b`])
  expect(views.slice(0, 3).map((view) => view.page_title)).toEqual(['Home', 'A', 'B, as the router set it'])
  expect(new Set(receiver.events.map((event) => event.idempotency_key)).size).toBe(receiver.events.length)
})

test('fragments are routes with data-hash and nothing without', async ({ page }) => {
  await open(page, { attributes: 'data-hash', body: '<a id="link" href="#/users/7">User</a>' })
  await page.click('#link')
  await page.evaluate(() => {
    location.hash = '#/settings'
  })
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  await receiver.expectEvents(pathsOf, ['/', '/#/users/7', '/#/settings'])
})

test('data-spa="false" follows no routes, data-auto="false" sends only what it is told', async ({ page }) => {
  await open(page, { attributes: 'data-spa="false"' })
  await page.evaluate(() => history.pushState({}, '', '/a'))
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  await receiver.expectEvents(pathsOf, ['/'])
  await open(page, { attributes: 'data-auto="false"', body: '<button data-track="x">X</button>' })
  await page.click('button')
  await page.evaluate(() => {
    Object(window).metrone.pageview()
    Object(window).metrone('flush')
  })
  await receiver.expectEvents(types, ['pageview', 'pageview'])
})

test('a page that comes back from the back/forward cache is viewed again', async ({ page }) => {
  await open(page, { path: '/a' })
  await page.evaluate(() => {
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
  })
  await receiver.expectEvents(pathsOf, ['/a', '/a'])
  expect(receiver.events.at(-1)?.referrer).toBe(`${site.origin}/a`)
})

test('a page loaded ahead of time is viewed when it is shown', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
  })
  await open(page, { body: '<button>A</button>' })
  await page.evaluate(() => {
    Object(window).metrone.track('early')
    window.dispatchEvent(new Event('pagehide'))
  })
  await drain(page)
  expect(receiver.events).toEqual([])
  await page.evaluate(() => {
    Object.defineProperty(document, 'prerendering', { value: false })
    document.dispatchEvent(new Event('prerenderingchange'))
  })
  await receiver.expectEvents(types, ['pageview', 'early'])
})

const LINKS = `
  <script>addEventListener('click', (event) => event.preventDefault())
    addEventListener('auxclick', (event) => event.preventDefault())</script>
  <a id="in" href="/next">Inside</a>
  <a id="out" href="https://other.example/x?y=1"> Other
    <b>site</b> </a>
  <a id="file" href="/files/report.pdf">Report</a>
  <a id="named" href="/export" download>Export</a>
  <a id="tel" href="tel:+15550100">Call us</a>
  <a id="mail" href="mailto:hi@site.example">Write</a>
  <button id="cta" data-track="signup_cta" data-track-plan="pro" data-track-item_id="7"><i>Sign up</i></button>
  <a id="both" href="https://partner.example/" data-track="partner">Partner</a>
  <p id="plain">Nothing</p>
  <div id="host"></div>
  <script>
    document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = '<a href="tel:1">In the shadow</a>'
    document.getElementById('in').addEventListener('click', (event) => event.stopImmediatePropagation())
  </script>`

test('clicks on links that lead away and on tracked elements are events', async ({ page }) => {
  await open(page, { body: LINKS })
  for (const id of ['in', 'out', 'file', 'named', 'tel', 'mail', 'cta', 'both', 'plain'])
    await page.click(`#${id}`)
  await page.click('#host a')
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  const click = (name: string, url: string | undefined, text: string) => [
    name,
    { ...(url && { url }), text, click_type: name },
  ]
  await receiver.expectEvents(clicksOf, [
    click('outbound', 'https://other.example/x?y=1', 'Other site'),
    click('download', `${site.origin}/files/report.pdf`, 'Report'),
    click('download', `${site.origin}/export`, 'Export'),
    click('phone', 'tel:+15550100', 'Call us'),
    click('email', 'mailto:hi@site.example', 'Write'),
    ['signup_cta', { text: 'Sign up', click_type: 'tracked', plan: 'pro', item_id: '7' }],
    ['partner', { url: 'https://partner.example/', text: 'Partner', click_type: 'tracked' }],
    click('phone', 'tel:1', 'In the shadow'),
  ])
})

test('the keyboard and the middle button click too, the right button does not', async ({ page }) => {
  await open(page, { body: LINKS })
  await page.focus('#tel')
  await page.keyboard.press('Enter')
  await page.focus('#cta')
  await page.keyboard.press('Space')
  await page.click('#out', { button: 'middle' })
  await page.click('#out', { button: 'right' })
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  await receiver.expectEvents(
    (events) => ofType('click')(events).map((event) => event.event_name),
    ['phone', 'signup_cta', 'outbound'],
  )
})

test('a click text is cut at 120 characters, not within one', async ({ page }) => {
  await open(page, { body: `<button data-track="long">${'é🙂'.repeat(100)}</button>` })
  await page.click('button')
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  await receiver.expectEvents(
    (events) => ofType('click')(events).map((event) => event.properties.text),
    ['é🙂'.repeat(60)],
  )
})

test('a closed tab reports engagement and scroll depth by beacon, with all that waited', async ({ page }) => {
  await open(page, { body: '<button data-track="late">Late</button><div style="height: 3000px"></div>' })
  await receiver.expectEvents(types, ['pageview'])
  await page.evaluate(() => scrollTo(0, 1000))
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.waitForFunction(() => performance.now() > 1500)
  await page.evaluate(() => document.querySelector('button')?.click())
  await page.close()
  await receiver.expectEvents(types, ['pageview', 'click', 'engagement'])
  expect(receiver.deliveries.at(-1)?.mode).toBe('no-cors')
  expect(receiver.deliveries.at(-1)?.headers['content-type']).toBe('text/plain;charset=UTF-8')
  const { page_url, properties } = receiver.events.at(-1) as SentEvent
  expect(page_url).toBe(`${site.origin}/`)
  expect(properties.scroll_depth).toBe(Math.floor(((1000 + 720) / height) * 100))
  expect(properties.interactive).toBe(false)
  expect(properties.engaged_ms).toBeGreaterThanOrEqual(1000)
  expect(properties.engaged_ms).toBeLessThan(15_000)
})

test('engagement belongs to the page that was left by a route change', async ({ page }) => {
  await open(page, { path: '/long' })
  await page.waitForFunction(() => performance.now() > 1300)
  await page.evaluate(() => history.pushState({}, '', '/next'))
  await receiver.expectEvents(
    (events) => events.map((event) => [event.event_type, event.page_url.slice(site.origin.length)]),
    [
      ['pageview', '/long'],
      ['engagement', '/long'],
      ['pageview', '/next'],
    ],
  )
})

test('a look too short to count reports nothing', async ({ page }) => {
  await open(page)
  await page.evaluate(() => {
    document.hasFocus = () => false
    window.dispatchEvent(new Event('blur'))
    window.dispatchEvent(new Event('pagehide'))
    Object(window).metrone.track('mark')
    window.dispatchEvent(new Event('pagehide'))
  })
  await receiver.expectEvents((events) => types(events).filter((type) => type !== 'pageview'), ['mark'])
})

test('failed deliveries are repeated with the same keys until they are taken', async ({ page }) => {
  await page.addInitScript(() => {
    Math.random = () => 0.01 // The shortest waits.
  })
  receiver.replies = [undefined, { status: 503 }, { status: 202 }]
  await open(page)
  await receiver.expectEvents(types, ['pageview', 'pageview', 'pageview'])
  expect(new Set(receiver.events.map((event) => event.idempotency_key)).size).toBe(1)
  await page.evaluate(() => {
    Object(window).metrone.track('after')
    Object(window).metrone.flush()
  })
  await receiver.expectEvents((events) => types(events).slice(3), ['after'])
})

test('Retry-After is obeyed', async ({ page }) => {
  await page.addInitScript(() => {
    Math.random = () => 0.01
  })
  receiver.replies = [{ status: 429, headers: { 'Retry-After': '3' } }]
  await open(page)
  await receiver.expectEvents(types, ['pageview'])
  await page.evaluate(() => {
    Object(window).metrone.track('meanwhile')
    Object(window).metrone.flush()
  })
  await receiver.expectEvents(types, ['pageview', 'pageview', 'meanwhile'])
  const [first, second] = receiver.deliveries.map((delivery) => delivery.at) as [number, number]
  expect(second - first).toBeGreaterThanOrEqual(3000)
})

test('what a server refuses for good is not sent again', async ({ page }) => {
  receiver.replies = [{ status: 401 }]
  await open(page)
  await receiver.expectEvents(types, ['pageview'])
  await page.evaluate(() => Object(window).metrone.track('next'))
  await receiver.expectEvents(types, ['pageview', 'next'])
})

test('many long events leave a closing page in several beacons', async ({ page }) => {
  await open(page)
  await receiver.expectEvents(types, ['pageview'])
  await page.evaluate(() => {
    for (let i = 0; i < 25; i++) Object(window).metrone.track('big', { i, text: 'ü'.repeat(700) })
  })
  await page.close()
  await receiver.expectEvents(
    (events) => ofType('big')(events).map((event) => event.properties.i),
    Array.from({ length: 25 }, (_, i) => i),
  )
  const sizes = receiver.deliveries.map(({ headers }) => Number(headers['content-length']))
  expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536)
})

const STUB = `<script>window.metrone = window.metrone || function () {
  (window.metrone.q = window.metrone.q || []).push(arguments)
}
metrone('track', 'early', { a: 1 }); metrone('conversion', 'signup', 2, { currency: 'EUR' })</script>`

test('calls made before the script has loaded are not lost, in either form', async ({ page }) => {
  await open(page, { before: STUB })
  await receiver.expectEvents(types, ['pageview', 'early', 'conversion'])
  expect(receiver.events.slice(1).map((event) => event.properties)).toEqual([
    { a: 1 },
    { currency: 'EUR', conversion_type: 'signup', value: 2 },
  ])
  receiver.deliveries = []
  await open(page, { before: `<script>metrone = []; metrone.push(['track', 'listed'])</script>` })
  await receiver.expectEvents(
    (events) => types(events).filter((type) => type !== 'engagement'),
    ['pageview', 'listed'],
  )
})

test('a call that makes no sense costs the page and the other events nothing', async ({ page }) => {
  await open(page)
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

test('a second tag on the page counts nothing twice', async ({ page }) => {
  await open(page, {
    body: `<script src="${'RECEIVER'}/m.js" data-key="${KEY}"></script>`.replace('RECEIVER', receiver.origin),
  })
  await page.evaluate(() => history.pushState({}, '', '/a'))
  await receiver.expectEvents(pathsOf, ['/', '/a'])
})

test('excluded pages send nothing and are nobody’s referrer', async ({ page }) => {
  await open(page, { path: '/admin/users', attributes: 'data-exclude="/admin/**, /me/*/edit"' })
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
  test(`${what} ${expected ? 'keeps' : 'ends'} counting`, async ({ page }) => {
    await page.addInitScript(signal)
    await open(page, { attributes })
    await page.evaluate(() => {
      Object(window).metrone.track('mark')
      window.dispatchEvent(new Event('pagehide'))
    })
    await drain(page)
    expect(new Set(types(receiver.events))).toEqual(new Set(expected ? ['pageview', 'mark'] : []))
  })
}

test('a page under a strict policy is counted, and nothing is left in the browser', async ({
  page,
  context,
}) => {
  const policy = `default-src 'none'; script-src ${receiver.origin}; connect-src ${receiver.origin}`
  site.headers = { 'Content-Security-Policy': policy }
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  await open(page, { body: '<a href="tel:1" data-track="call">Call</a>' })
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

test('the page keeps its own history functions and clicks', async ({ page }) => {
  await open(page, { body: '<button data-track="x" onclick="document.title = history.state.n">Go</button>' })
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
