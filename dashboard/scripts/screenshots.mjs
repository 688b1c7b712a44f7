/**
 * Walks the built page in a real browser against the mock and leaves a picture of every state in test-results/.
 * Fails on a console error, a breach of the content policy, a request to another host, a sideways scroll or an axe finding.
 * Usage: npm run screenshots -w dashboard [-- part-of-a-name]. CHROMIUM names another browser.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build, preview } from 'vite'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(root, 'test-results')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const only = process.argv[2] ?? ''
const SIZES = { wide: { width: 1440, height: 1000 }, phone: { width: 390, height: 844 } }

/** name → scene of the mock, address, and what is done before the picture. */
const STATES = {
  full: { scene: 'full' },
  today: { scene: 'full', path: '/?period=today&metric=pageviews' },
  filtered: {
    scene: 'full',
    path: '/?period=7d&f=is,country,DE&f=is_not,browser,Chrome&sources=referrers&devices=os',
  },
  year: { scene: 'full', path: '/?period=year&metric=avg_session_duration_sec' },
  cursor: { scene: 'full', act: (page) => hover(page, '.chart', 0.62) },
  tooltip: { scene: 'full', act: (page) => page.focus('.number') },
  menu: { scene: 'full', act: (page) => page.click('[aria-haspopup=menu]') },
  bars: { scene: 'full', path: '/?chart=bars&metric=revenue&compare=year' },
  all: { scene: 'full', path: '/?period=all&sources=utm_source&events=properties&ai=agents' },
  compare: { scene: 'full', act: (page) => page.click('[aria-label^=Comparison]') },
  filter: { scene: 'full', act: (page) => page.keyboard.press('/') },
  map: { scene: 'full', path: '/?locations=map', act: (page) => hover(page, '.map svg', 0.25) },
  segments: { scene: 'full', act: (page) => page.keyboard.press('s') },
  segmented: { scene: 'full', path: '/?f=is,country,DE', act: (page) => page.click('[aria-label^=Segment]') },
  annotated: { scene: 'full', act: (page) => hover(page, '.chart', 0.7) },
  annotate: { scene: 'full', act: (page) => page.click('[aria-label=Annotate]') },
  detail: { scene: 'full', path: '/?detail=pages' },
  help: { scene: 'full', act: (page) => page.keyboard.press('?') },
  realtime: { scene: 'full', path: '/realtime' },
  events: { scene: 'full', path: '/events' },
  event: { scene: 'full', path: '/events', act: (page) => page.click('.event') },
  voice: { scene: 'full', path: '/voice' },
  chat: { scene: 'full', path: '/chat?chart=bars' },
  call: { scene: 'full', path: '/voice/int_000000000000001b' },
  voiceEmpty: { scene: 'empty', path: '/voice' },
  voiceError: { scene: 'error', path: '/voice' },
  calendar: { scene: 'full', act: (page) => page.keyboard.press('c') },
  empty: { scene: 'empty' },
  error: { scene: 'error' },
  hostile: { scene: 'hostile', path: '/?sources=referrers' },
  hostileTable: { scene: 'hostile', path: '/?detail=pages' },
  hostileEvents: { scene: 'hostile', path: '/events' },
  slow: { scene: 'slow' },
  out: { scene: 'out' },
  stale: { scene: 'full', path: '/signin#token=old' },
  setup: { scene: 'full', path: '/setup#token=good' },
  account: { scene: 'full', path: '/account' },
  team: { scene: 'full', path: '/team' },
  projects: { scene: 'full', path: '/projects' },
  missing: { scene: 'full', path: '/nowhere' },
}

async function hover(page, selector, share) {
  const box = await page.locator(selector).boundingBox()
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2)
}

async function shoot(browser, origin, name, size, colorScheme) {
  const { scene, path = '/', act } = STATES[name]
  const problems = []
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme, bypassCSP: false })
  await context.addCookies([{ name: 'mock', value: scene, url: origin }])
  const page = await context.newPage()
  const isExpected = (text) => /status of (401|500)/.test(text)
  page.on('console', (m) => m.type() === 'error' && !isExpected(m.text()) && problems.push(m.text()))
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('dialog', (dialog) => problems.push(`dialog ${dialog.message()}`))
  page.on('request', (r) => r.url().startsWith(origin) || problems.push(`request to ${r.url()}`))
  await page.goto(origin + path)
  await page.waitForSelector('h1', { state: 'attached' })
  await page.waitForTimeout(scene === 'error' ? 600 : 500)
  await act?.(page)
  await page.waitForTimeout(700)
  await page.screenshot({ path: join(out, `${name}-${size}-${colorScheme}.png`), fullPage: !act })
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  if (width > SIZES[size].width) problems.push(`scrolls sideways: ${width} px`)
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  for (const { id, nodes } of violations)
    problems.push(`axe ${id}: ${nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
  await context.close()
  return problems
}

mkdirSync(out, { recursive: true })
await build({ root, logLevel: 'error' })
const server = await preview({ root, logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } })
const origin = `http://127.0.0.1:${server.httpServer.address().port}`
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
let failed = 0
for (const name of Object.keys(STATES).filter((state) => state.includes(only)))
  for (const size of Object.keys(SIZES))
    for (const scheme of ['light', 'dark']) {
      const problems = await shoot(browser, origin, name, size, scheme)
      failed += problems.length
      console.log(`${problems.length ? 'FAIL' : 'ok  '} ${name} ${size} ${scheme}`)
      for (const problem of problems) console.log(`     ${problem}`)
    }
await browser.close()
await new Promise((resolve) => server.httpServer.close(resolve))
process.exit(failed ? 1 : 0)
