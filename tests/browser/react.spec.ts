/** A real React app under StrictMode, walked in Chromium: what the reads of a running server say is what was done. */
import { type Browser, expect, type Page, test } from '@playwright/test'
import { type Metrone, type Project, startMetrone } from './metrone.ts'
import { startShop, type Variant } from './reactsite.ts'

/** A person's browser: Chromium's own name says that nobody steers it, and robots are not counted. */
const DESKTOP =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
/** Until an event is readable; the rest is for busy machines. */
const POLL = { timeout: 20_000, intervals: [200] }

const WEB = encodeURIComponent('[["is","source",["web"]]]')

const VARIANTS: Variant[] = [
  { react: 19, mode: 'development', isRendered: true },
  { react: 18, mode: 'development', isRendered: false },
  { react: 18, mode: 'production', isRendered: true },
]

interface Row {
  event_type: string
  event_name: string | null
  page_path: string
  properties: Record<string, unknown>
  [column: string]: unknown
}

/** Everything a visitor can do, with a provider that is taken away and put back on the way. */
const WALK = [
  'Sign up', 'Go to /pricing', 'Buy', 'Compare', 'Toggle', 'Toggle', 'Provider',
  'Go to /docs', 'Ask', // nobody listens
  'Provider', 'Ask',
] // biome-ignore format: one walk, as it goes

async function walkShop(page: Page): Promise<void> {
  for (const name of WALK) await page.getByRole('button', { name, exact: true }).click()
  await page.goBack()
  await page.getByRole('button', { name: 'Compare' }).click()
}

/** Walks the shop and stays until `hasArrived`; gives what the console and the page complained of. */
async function visit(browser: Browser, origin: string, hasArrived: () => Promise<void>): Promise<string[]> {
  const context = await browser.newContext({ userAgent: DESKTOP })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (/^(error|warning)$/.test(message.type())) complaints.push(message.text())
  })
  await page.goto(`${origin}/`)
  await walkShop(page)
  await hasArrived()
  await context.close()
  return complaints
}

const describeVariant = ({ react, mode, isRendered }: Variant): string =>
  `React ${react}, ${mode}, ${isRendered ? 'hydrated' : 'rendered in the browser'}`

let metrone: Metrone
test.beforeAll(async () => {
  metrone = await startMetrone()
})
test.afterAll(() => metrone?.stop())

for (const variant of VARIANTS)
  test.describe(describeVariant(variant), () => {
    let project: Project
    let complaints: string[]

    test.beforeAll(async ({ browser }) => {
      test.setTimeout(90_000) // two builds and a walk
      project = await metrone.addProject()
      const shop = await startShop(variant, { apiKey: project.keys.write, endpoint: metrone.origin })
      const last = async () => (await read('event_name=pricing_compare')).length
      complaints = await visit(browser, shop.origin, () => expect.poll(last, POLL).toBe(2))
      await shop.stop()
    })

    async function read(question: string): Promise<Row[]> {
      return ((await project.read(`events?${question}`)) as { data: Row[] }).data.reverse()
    }

    test('each route is one pageview, and the visit one session', async () => {
      const views = await read('event_type=pageview')
      expect(views.map((row) => row.page_path)).toEqual(['/', '/pricing', '/docs', '/pricing'])
      // Calls and chats that name no session are visits of their own (metrics.md).
      expect(await project.read(`stats?days=1&filters=${WEB}`)).toMatchObject({
        pageviews: 4,
        unique_visitors: 1,
        unique_sessions: 1,
        conversions: 1,
      })
      expect(await project.read('stats?days=1')).toMatchObject({ pageviews: 4, ai_interactions: 2 })
      // Nothing thrown, no hydration mismatch; only what the walk provokes, and that for developers alone.
      const outside = [expect.stringMatching(/^Metrone: useMetrone\(\) is called outside/)]
      expect(complaints).toEqual(variant.mode === 'development' ? outside : [])
    })

    test('each action is one event, of its page', async () => {
      const events = await read('event_type=custom')
      expect(events.map((row) => [row.event_name, row.page_path, row.properties])).toEqual([
        ['signup', '/', { plan: 'growth' }],
        ['pricing_compare', '/pricing', { team: 'web' }],
        ['pricing_compare', '/pricing', { team: 'web' }],
      ])
      const [conversion, ...others] = await read('event_type=conversion')
      expect(others).toEqual([])
      expect(conversion?.properties).toMatchObject({
        conversion_type: 'purchase',
        value: 69,
        currency: 'USD',
        team: 'web',
      })
    })

    test('each AI interaction is one event, with what was said of it', async () => {
      const [call, ...others] = await read('event_type=ai_call')
      expect(others).toEqual([])
      expect(call).toMatchObject({ ai_provider: 'vapi', ai_call_id: 'call_1', ai_intent: 'booking' })
      for (const type of ['ai_chat', 'ai_intent', 'ai_session_start'])
        expect(await read(`event_type=${type}`)).toHaveLength(1)
    })
  })
