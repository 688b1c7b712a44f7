/** The dashboard in real Chromium against the real server: signing in, the first event, the numbers, filters, hostile names. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { listenAnywhere, stopServer } from './site.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PROGRAM = join(ROOT, '.venv/bin/metrone')
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PERSON =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
const HOSTILE = [
  '/<img src=x onerror=alert(1)>',
  '/"><script>alert(2)</script>',
  '/\u202Egnp.exe',
  `/${'long'.repeat(400)}`,
  '/\u{1F389}',
]
const START = { timeout: 30_000, intervals: [100] }

const dataDir = mkdtempSync(join(tmpdir(), 'metrone-dashboard-'))
let origin: string
let program: ChildProcess
let writeKey: string
let context: BrowserContext
let page: Page
/** Whatever a page must never do: script errors, dialogs, breaches of the policy, requests to other hosts. */
const breaches: string[] = []

function run(...args: string[]): string {
  return execFileSync(PROGRAM, [...args, '--data-dir', dataDir], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

async function send(events: object[]): Promise<void> {
  const answer = await fetch(`${origin}/v1/events/batch`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Api-Key': writeKey },
    body: JSON.stringify(events.map((event) => ({ source: 'web', user_agent: PERSON, ...event }))),
  })
  expect(answer.status).toBe(202)
}

function watch(watched: Page): void {
  watched.on('console', (message) => message.type() === 'error' && breaches.push(message.text()))
  watched.on('pageerror', (error) => breaches.push(String(error)))
  watched.on('dialog', (dialog) => {
    breaches.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  watched.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) breaches.push(`request to ${request.url()}`)
  })
}

async function findFaults(): Promise<string[]> {
  await page.evaluate(AXE)
  const script =
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))'
  return page.evaluate<string[]>(script)
}

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  execFileSync('npm', ['run', 'build', '--workspace', 'dashboard'], { cwd: ROOT, stdio: 'ignore' })
  const free = await listenAnywhere(() => {})
  await stopServer(free.server)
  origin = free.origin
  writeKey = JSON.parse(run('projects', 'create', 'Shop', '--tz', 'Europe/Berlin', '--json')).keys.write
  program = spawn(PROGRAM, ['serve', '--port', new URL(origin).port, '--data-dir', dataDir], {
    stdio: 'ignore',
  })
  const isUp = () =>
    fetch(`${origin}/v1/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isUp, START).toBe(true)
  context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: 'en-US' })
  page = await context.newPage()
  watch(page)
})

test.afterAll(async () => {
  await context?.close()
  const ended = new Promise((resolve) => program.once('exit', resolve))
  program.kill()
  await ended
  rmSync(dataDir, { recursive: true, force: true })
})

test('a link signs in once, and its token is gone from the address', async () => {
  const link = run('link', '--public-url', origin).trim()
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: 'Shop' })).toBeVisible()
  expect(page.url()).toBe(`${origin}/`)
  const cookies = await context.cookies()
  expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([[true, 'Strict']])
})

test('a project without events waits, and the first event ends the wait', async () => {
  await expect(page.getByText(`src="${origin}/m.js" data-key="metrone_live_YOUR_WRITE_KEY"`)).toBeVisible()
  expect(await findFaults()).toEqual([])
  await send([
    { event_type: 'pageview', page_url: 'https://shop.example/', session_id: 'a', user_id: 'ann' },
    { event_type: 'pageview', page_url: 'https://shop.example/cart', session_id: 'a', user_id: 'ann' },
    { event_type: 'conversion', event_name: 'order', session_id: 'a', user_id: 'ann' },
    { event_type: 'pageview', page_url: 'https://shop.example/', session_id: 'b', user_id: 'bob' },
  ])
  await expect(page.getByRole('button', { name: /^Visitors 2/ })).toBeVisible({ timeout: 10_000 })
})

test('the six numbers, the panels and the live count are those of the events', async () => {
  for (const name of [/^Visitors 2/, /^Sessions 2/, /^Pageviews 3/, /^Bounce rate 50%/, /^Conversions 1/])
    await expect(page.getByRole('button', { name }).first()).toBeVisible()
  const pages = page.getByRole('region', { name: 'Pages' })
  await expect(pages.getByRole('button')).toHaveText([/^\/ ?2.*2/s, /^\/cart ?1.*1/s])
  await expect(page.getByText('2 online')).toBeVisible()
  await send([{ event_type: 'pageview', page_url: 'https://shop.example/', session_id: 'c', user_id: 'cy' }])
  await expect(page.getByText('3 online')).toBeVisible({ timeout: 10_000 })
})

test('a row filters, the address holds it, back and Esc undo it', async () => {
  await page.getByRole('button', { name: /^\/cart/ }).click()
  await expect(page).toHaveURL(`${origin}/?f=is,page,/cart`)
  await expect(page.getByRole('button', { name: /^Visitors 1/ }).first()).toBeVisible()
  await page.reload()
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText('/cart')
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`${origin}/`)
  await page.goBack()
  await expect(page).toHaveURL(`${origin}/?f=is,page,/cart`)
  await page.goto(origin)
})

test('the period is chosen by menu, calendar and keys', async () => {
  await page.getByRole('button', { name: /^Period:/ }).click()
  await page.getByRole('menuitem', { name: 'Last 7 days' }).click()
  await expect(page).toHaveURL(`${origin}/?period=7d`)
  await page.keyboard.press('c')
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(await findFaults()).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('t')
  await expect(page).toHaveURL(`${origin}/?period=today`)
  await page.keyboard.press('ArrowLeft')
  await expect(page).toHaveURL(`${origin}/?period=yesterday`)
})

test('hostile names are text and break no layout, wide and on a phone', async () => {
  await send(
    HOSTILE.map((path, at) => ({
      event_type: 'pageview',
      page_url: `https://shop.example${path}`,
      referrer: 'https://<svg onload=alert(3)>.example/',
      utm_campaign: '<b onclick=alert(4)>',
      event_name: '<script>alert(5)</script>',
      session_id: `h${at}`,
    })),
  )
  for (const width of [1440, 390])
    for (const view of ['', '?sources=referrers&pages=entry', '?sources=campaigns&pages=exit&devices=os']) {
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`${origin}/${view}`)
      await expect(page.getByRole('region', { name: 'Pages' }).getByRole('button').first()).toBeVisible()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await page.evaluate(() => document.querySelector('bdi *'))).toBeNull()
      expect(await findFaults()).toEqual([])
    }
  expect(breaches).toEqual([])
})

test('signing out ends the session and says how to come back', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'You are signed out' })).toBeVisible()
  expect(await context.cookies()).toEqual([])
})
