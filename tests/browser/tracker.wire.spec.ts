/** What m.js sends from a page by itself, exactly, to a server that only writes it down. */
import { expect, type Page } from '@playwright/test'
import type { Receiver, SentEvent } from './receiver.ts'
import { drain, KEY, ofType, pathsOf, test, types } from './tracked.ts'

/** Looks at the page for longer than the shortest look that counts, from when the tracker surely runs. */
async function lookOn(page: Page, receiver: Receiver): Promise<void> {
  await receiver.expectEvents((events) => types(events).slice(0, 1), ['pageview'])
  const since = await page.evaluate(() => performance.now())
  await page.waitForFunction((since) => performance.now() > since + 1300, since)
}

const clicksOf = (events: SentEvent[]): unknown[] =>
  ofType('click')(events).map((event) => [event.event_name, event.properties])

test('a load sends one pageview, at once and as a simple request', async ({ receiver, site, open }) => {
  const before = Date.now()
  await open({ path: '/pricing?utm_source=ads&x=1#token' })
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

test('data-api names another address for the events', async ({ receiver, open }) => {
  await open({ attributes: `data-api="${receiver.origin}/t/v1/events"` })
  await receiver.expectEvents(types, ['pageview'])
  expect(receiver.deliveries[0]?.path).toBe('/t/v1/events/batch')
})

test('routes of the History API are pageviews, one for each address', async ({
  page,
  receiver,
  site,
  open,
}) => {
  await open()
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

test('fragments are routes with data-hash and nothing without', async ({ page, receiver, open }) => {
  await open({ attributes: 'data-hash', body: '<a id="link" href="#/users/7">User</a>' })
  await page.click('#link')
  await page.evaluate(() => {
    location.hash = '#/settings'
  })
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  await receiver.expectEvents(pathsOf, ['/', '/#/users/7', '/#/settings'])
})

test('data-spa="false" follows no routes, data-auto="false" sends only what it is told', async ({
  page,
  receiver,
  open,
}) => {
  await open({ attributes: 'data-spa="false"' })
  await page.evaluate(() => history.pushState({}, '', '/a'))
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  await receiver.expectEvents(pathsOf, ['/'])
  await open({ attributes: 'data-auto="false"', body: '<button data-track="x">X</button>' })
  await page.click('button')
  await page.evaluate(() => {
    Object(window).metrone.pageview()
    Object(window).metrone('flush')
  })
  await receiver.expectEvents(types, ['pageview', 'pageview'])
})

test('a page that comes back from the back/forward cache is viewed again', async ({
  page,
  receiver,
  site,
  open,
}) => {
  await open({ path: '/a' })
  await page.evaluate(() => {
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
  })
  await receiver.expectEvents(pathsOf, ['/a', '/a'])
  expect(receiver.events.at(-1)?.referrer).toBe(`${site.origin}/a`)
})

test('a page loaded ahead of time is viewed when it is shown', async ({ page, receiver, open }) => {
  await page.addInitScript(() => {
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
  })
  await open({ body: '<button>A</button>' })
  await page.evaluate(() => {
    Object(window).metrone.track('early')
    window.dispatchEvent(new Event('pagehide'))
  })
  await drain(page, receiver)
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

test('clicks on links that lead away and on tracked elements are events', async ({
  page,
  receiver,
  site,
  open,
}) => {
  await open({ body: LINKS })
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

test('the keyboard and the middle button click too, the right button does not', async ({
  page,
  receiver,
  open,
}) => {
  await open({ body: LINKS })
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

test('a click text is cut at 120 characters, not within one', async ({ page, receiver, open }) => {
  await open({ body: `<button data-track="long">${'é🙂'.repeat(100)}</button>` })
  await page.click('button')
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  await receiver.expectEvents(
    (events) => ofType('click')(events).map((event) => event.properties.text),
    ['é🙂'.repeat(60)],
  )
})

test('a closed tab reports engagement and scroll depth by beacon, with all that waited', async ({
  page,
  receiver,
  site,
  open,
}) => {
  await open({ body: '<button data-track="late">Late</button><div style="height: 3000px"></div>' })
  await receiver.expectEvents(types, ['pageview'])
  await page.evaluate(() => scrollTo(0, 1000))
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await lookOn(page, receiver)
  await page.evaluate(() => document.querySelector('button')?.click())
  await page.close()
  await receiver.expectEvents(types, ['pageview', 'click', 'engagement'])
  expect(receiver.deliveries.at(-1)?.mode).toBe('no-cors')
  expect(receiver.deliveries.at(-1)?.headers['content-type']).toBe('text/plain;charset=UTF-8')
  const { page_url, properties } = receiver.events.at(-1) as SentEvent
  expect(page_url).toBe(`${site.origin}/`)
  expect(properties.scroll_depth).toBe(Math.floor(((1000 + 720) / height) * 100))
  expect(properties.engaged_ms).toBeGreaterThanOrEqual(1000)
  expect(properties.engaged_ms).toBeLessThan(15_000)
})

test('engagement belongs to the page that was left by a route change', async ({
  page,
  receiver,
  site,
  open,
}) => {
  await open({ path: '/long' })
  await lookOn(page, receiver)
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

test('a look too short to count reports nothing', async ({ page, receiver, open }) => {
  await open()
  await page.evaluate(() => {
    document.hasFocus = () => false
    window.dispatchEvent(new Event('blur'))
    window.dispatchEvent(new Event('pagehide'))
    Object(window).metrone.track('mark')
    window.dispatchEvent(new Event('pagehide'))
  })
  await receiver.expectEvents((events) => types(events).filter((type) => type !== 'pageview'), ['mark'])
})
