/** The whole path: two visitors walk real pages of another origin, and the reads give exactly their numbers. */
import { type Browser, expect, type Page, test } from '@playwright/test'
import { drained, type Metrone, startMetrone } from './metrone.ts'
import { type Site, startSite } from './site.ts'

/** Two people's browsers: Chromium's own name says that no person steers it, and robots are not counted. */
const DESKTOP =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
const PHONE =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36'

interface EventRow {
  event_type: string
  event_name: string | null
  page_path: string
  page_title: string | null
  referrer: string | null
  browser: string | null
  device_type: string | null
  visitor_type: string
  utm_source: string | null
  properties: Record<string, unknown>
}

let metrone: Metrone
let site: Site

function makePage(): string {
  return `<!doctype html><html><head><title>Shop</title>
    <script defer src="${metrone.origin}/m.js" data-key="${metrone.keys.write}"></script></head><body>
    <script>addEventListener('click', (event) => event.preventDefault())</script>
    <a id="out" href="https://partner.example/offer">Partner</a>
    <a id="file" href="/files/menu.pdf">Menu</a>
    <a id="tel" href="tel:+15550100">Call us</a>
    <button id="cta" data-track="signup_cta" data-track-plan="pro">Sign up</button>
    <div style="height: 4000px"></div></body></html>`
}

test.beforeAll(async ({ browser }) => {
  site = await startSite()
  metrone = await startMetrone()
  site.pages['*'] = makePage()
  await walkShop(browser)
  const bounce = await openPage(browser, PHONE, '/')
  await bounce.context().close()
  await expect.poll(async () => (await readEvents('event_type=engagement')).some(isLastLook), POLL).toBe(true)
  await expect.poll(async () => (await readEvents('event_type=pageview')).length, POLL).toBe(4)
  await drained(metrone.origin)
})

test.afterAll(async () => {
  await Promise.all([site?.stop(), metrone?.stop()])
})

async function openPage(browser: Browser, userAgent: string, path: string): Promise<Page> {
  const context = await browser.newContext({ userAgent })
  const page = await context.newPage()
  await page.goto(site.origin + path)
  return page
}

const isLastLook = (row: EventRow): boolean => row.page_path === '/docs' && row.event_type === 'engagement'

/** Load, two routes, four clicks, a conversion, a scroll, a second of reading, and away. */
async function walkShop(browser: Browser): Promise<void> {
  const page = await openPage(browser, DESKTOP, '/?utm_source=newsletter&utm_medium=email')
  await page.evaluate(() => {
    history.pushState({}, '', '/pricing?plan=pro')
    document.title = 'Pricing'
  })
  for (const id of ['out', 'file', 'tel', 'cta']) await page.click(`#${id}`)
  await page.evaluate(() => {
    Object(window).metrone.conversion('purchase', 69, { currency: 'USD' })
    history.pushState({}, '', '/docs')
    scrollTo(0, 2000)
  })
  await page.waitForFunction(
    (since) => performance.now() > since + 1500,
    await page.evaluate(() => performance.now()),
  )
  await page.context().close()
}

async function readEvents(question: string): Promise<EventRow[]> {
  return ((await metrone.read(`events?${question}`)) as { data: EventRow[] }).data
}

/** Until an event is readable: the drain runs every second, the rest is for busy machines. */
const POLL = { timeout: 20_000, intervals: [200] }

test('what two visitors do comes out of stats', async () => {
  expect(await metrone.read('stats?days=1')).toMatchObject({
    pageviews: 4,
    unique_visitors: 2,
    unique_sessions: 2,
    conversions: 1,
    conversion_rate: 50,
    bounce_rate: 50,
    views_per_session: 2,
    ai_interactions: 0,
  })
})

test('the pages know who came, entered and left', async () => {
  const pages = (await metrone.read('pages?days=1')) as { data: Record<string, unknown>[] }
  const counts = pages.data.map((row) => [
    row.page_path,
    row.pageviews,
    row.unique_visitors,
    row.entries,
    row.exits,
  ])
  expect(counts.sort()).toEqual([
    ['/', 2, 2, 2, 1],
    ['/docs', 1, 1, 0, 1],
    ['/pricing', 1, 1, 0, 0],
  ])
})

test('every kind of click is an event of its page', async () => {
  const clicks = await readEvents('event_type=click')
  expect(clicks.map((row) => [row.event_name, row.page_path, row.properties]).sort()).toEqual([
    ['download', '/pricing', { url: `${site.origin}/files/menu.pdf`, text: 'Menu', click_type: 'download' }],
    [
      'outbound',
      '/pricing',
      { url: 'https://partner.example/offer', text: 'Partner', click_type: 'outbound' },
    ],
    ['phone', '/pricing', { url: 'tel:+15550100', text: 'Call us', click_type: 'phone' }],
    ['signup_cta', '/pricing', { text: 'Sign up', click_type: 'tracked', plan: 'pro' }],
  ])
})

test('pageviews know their page, their visitor’s browser and their campaign', async () => {
  const views = await readEvents('event_type=pageview')
  const entry = views.find((row) => row.utm_source && row.page_path === '/')
  expect(entry).toMatchObject({
    page_path: '/',
    page_title: 'Shop',
    utm_source: 'newsletter',
    device_type: 'desktop',
  })
  expect(entry?.properties).toEqual({ screen: '1280x720' })
  const pricing = views.find((row) => row.page_path === '/pricing')
  expect(pricing?.page_title).toBe('Pricing')
  expect(new Set(views.map((row) => row.visitor_type))).toEqual(new Set(['human']))
  expect(new Set(views.map((row) => row.device_type))).toEqual(new Set(['desktop', 'mobile']))
})

test('the last look is measured: time and depth', async () => {
  const looks = await readEvents('event_type=engagement')
  const look = looks.find(isLastLook)
  const { engaged_ms, scroll_depth } = (look?.properties ?? {}) as {
    engaged_ms: number
    scroll_depth: number
  }
  expect(engaged_ms).toBeGreaterThanOrEqual(1000)
  expect(scroll_depth).toBeGreaterThan(60)
  expect(scroll_depth).toBeLessThan(75)
})

test('m.js is served under its own address, cacheable, and as built', async () => {
  const answer = await fetch(`${metrone.origin}/m.js`)
  expect(answer.headers.get('content-type')).toMatch(/javascript/)
  expect(answer.headers.get('cache-control')).toBeTruthy()
  expect((await answer.text()).length).toBeGreaterThan(1000)
})
