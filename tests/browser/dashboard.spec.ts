/** The dashboard in real Chromium against the real server: signing in, the first event, the numbers, filters, hostile names. */
import { expect, test } from '@playwright/test'
import { type Dashboard, START_MS, startDashboard } from './dashboard.ts'

const HOSTILE = [
  '/<img src=x onerror=alert(1)>',
  '/"><script>alert(2)</script>',
  '/\u202Egnp.exe',
  `/${'long'.repeat(400)}`,
  '/\u{1F389}',
]

let writeKey: string
let shown: Dashboard

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(START_MS)
  shown = await startDashboard(browser, (run) => {
    writeKey = JSON.parse(run('projects', 'create', 'Shop', '--tz', 'Europe/Berlin', '--json')).keys.write
  })
})

test.afterAll(() => shown?.stop())

test('a link signs in once, and its token is gone from the address', async () => {
  const { context, origin, page, run } = shown
  const link = run('link', '--public-url', origin).trim()
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: 'Shop' })).toBeVisible()
  expect(page.url()).toBe(`${origin}/`)
  const cookies = await context.cookies()
  expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([[true, 'Strict']])
})

test('a project without events waits, and the first event ends the wait', async () => {
  const { origin, page, findFaults } = shown
  await expect(page.getByText(`src="${origin}/m.js" data-key="metrone_live_YOUR_WRITE_KEY"`)).toBeVisible()
  expect(await findFaults()).toEqual([])
  await shown.send(writeKey, [
    { event_type: 'pageview', page_url: 'https://shop.example/', session_id: 'a', user_id: 'ann' },
    { event_type: 'pageview', page_url: 'https://shop.example/cart', session_id: 'a', user_id: 'ann' },
    { event_type: 'conversion', event_name: 'order', session_id: 'a', user_id: 'ann' },
    { event_type: 'pageview', page_url: 'https://shop.example/', session_id: 'b', user_id: 'bob' },
  ])
  await expect(page.getByRole('button', { name: /^Visitors 2/ })).toBeVisible({ timeout: 10_000 })
})

test('the six numbers, the panels and the live count are those of the events', async () => {
  const { page } = shown
  for (const name of [/^Visitors 2/, /^Sessions 2/, /^Pageviews 3/, /^Bounce rate 50%/, /^Conversions 1/])
    await expect(page.getByRole('button', { name }).first()).toBeVisible()
  const pages = page.getByRole('region', { name: 'Pages' })
  await expect(pages.getByRole('listitem')).toHaveText([/^\/ ?2.*2/s, /^\/cart ?1.*1/s])
  await expect(page.getByText('2 online')).toBeVisible()
  await shown.send(writeKey, [
    { event_type: 'pageview', page_url: 'https://shop.example/', session_id: 'c', user_id: 'cy' },
  ])
  await expect(page.getByText('3 online')).toBeVisible({ timeout: 10_000 })
})

test('a row filters, the address holds it, back and Esc undo it', async () => {
  const { origin, page } = shown
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
  const { origin, page, findFaults } = shown
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
  const { origin, page, breaches, findFaults } = shown
  await shown.send(
    writeKey,
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
    for (const view of [
      '',
      '?sources=referrers&pages=entry',
      '?sources=campaigns&detail=sources',
      '?detail=pages',
    ]) {
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`${origin}/${view}`)
      await expect(
        page
          .getByRole('list', { name: /^(Page|Entry page),/ })
          .getByRole('button')
          .first(),
      ).toBeVisible()
      expect(await shown.isTooWide()).toBe(false)
      expect(await page.evaluate(() => document.querySelector('bdi *'))).toBeNull()
      expect(await findFaults()).toEqual([])
    }
  expect(breaches).toEqual([])
})

test('signing out ends the session and says how to come back', async () => {
  const { context, origin, page } = shown
  await page.goto(origin)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'You are signed out' })).toBeVisible()
  expect(await context.cookies()).toEqual([])
})
