/** Installing a project: the first event arrives live, refusals are told, a platform's test is verified, exclusions leave out. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { becomeOwner, type Installation, startInstallation } from './installation.ts'
import { findFaults, watchPage } from './watching.ts'

const UNKNOWN_KEY = `metrone_live_${'0'.repeat(32)}`
const SITE = 'https://www.shop.example'
const PAGES = ['install', 'integrations', 'exclusions']
/** What Chromium writes of answers that a test provokes. */
const EXPECTED = /status of 40[03]/

let installation: Installation
let context: BrowserContext
let page: Page
let breaches: string[]
let key: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  installation = await startInstallation()
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' })
  page = await context.newPage()
  breaches = watchPage(page, installation.origin, EXPECTED)
  await becomeOwner(page, installation.setUpLink())
  await page.goto(`${installation.origin}/settings/general`)
  await page.getByLabel('Site').fill('shop.example')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
})

test.afterAll(async () => {
  await context?.close()
  await installation?.stop()
})

const part = (name: string) => page.getByRole('region', { name, exact: true })

/** As the tracker of the site sends it. */
async function send(apiKey: string, path: string, name?: string): Promise<number> {
  const event = {
    event_type: name ? 'custom' : 'pageview',
    event_name: name,
    page_url: `${SITE}${path}`,
    sdk_version: 'm.js/0.1.0',
  }
  const headers = { Origin: SITE, 'X-Api-Key': apiKey, 'Content-Type': 'application/json' }
  const answer = await fetch(`${installation.origin}/v1/events`, {
    method: 'POST',
    headers,
    body: JSON.stringify(event),
  })
  return answer.status
}

test('a new key stands in every text, and is not shown again', async () => {
  await page.getByRole('link', { name: 'Install' }).click()
  await expect(part('Install').getByText('metrone_live_YOUR_WRITE_KEY').first()).toBeVisible()
  await page.getByRole('button', { name: 'Create a write key' }).click()
  await expect(page.getByText('Your new key is in the texts below')).toBeVisible()
  const tag = (await part('Install').locator('pre').first().textContent()) as string
  key = /metrone_live_[0-9a-f]{32}/.exec(tag)?.[0] as string
  expect(tag).toContain(`${installation.origin}/m.js`)
  await page.reload()
  await expect(part('Install').locator('pre').first()).toContainText('YOUR_WRITE_KEY')
})

test('a wrong key is told while the page waits, and then the first event', async () => {
  await expect(page.getByText('Waiting for an event.')).toBeVisible()
  expect(await send(UNKNOWN_KEY, '/')).toBe(401)
  const check = part('Does it work?')
  await expect(check.getByText('Wrong key')).toBeVisible()
  await expect(check.getByText('www.shop.example')).toBeVisible()
  await check.getByText('Nothing arrives').click()
  await expect(check.locator('pre')).toContainText(`connect-src 'self' ${installation.origin}`)
  expect(await findFaults(page)).toEqual([])
  expect(await send(key, '/pricing', '<script>alert(1)</script>')).toBe(202)
  await expect(check.getByText('It works.')).toContainText(
    '<script>alert(1)</script> of https://www.shop.example/pricing',
  )
  await expect(check.getByText('It works.')).toContainText('sent by m.js/0.1.0')
})

test('a secret is set, a test is verified, and an unsigned delivery is refused with the reason', async () => {
  await page.getByRole('link', { name: 'Integrations' }).click()
  await page.getByLabel('Endpoint').fill('sales')
  await page.locator('summary', { hasText: 'Retell' }).click()
  const retell = page.locator('details', { hasText: 'Retell' })
  await expect(retell.locator('pre')).toContainText('/v1/webhooks/retell/sales?key=')
  await retell.getByRole('button', { name: 'Send a test' }).click()
  await expect(retell.getByText('Taken, not verified')).toBeVisible()
  await retell.getByLabel('Secret of Retell').fill('key_0123456789abcdef0123456789')
  await retell.getByRole('button', { name: 'Set the secret' }).click()
  await expect(retell.getByText('sales …6789')).toBeVisible()
  await retell.getByRole('button', { name: 'Send a test' }).click()
  await expect(retell.getByText('Taken and verified')).toBeVisible()
  const forged = await fetch(`${installation.origin}/v1/webhooks/retell/sales?key=${key}`, {
    method: 'POST',
    body: '{"event": "call_ended"}',
  })
  expect(forged.status).toBe(401)
  await retell.getByRole('button', { name: 'Send a test' }).click()
  await expect(retell.getByText('x-retell-signature is absent')).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  await retell.getByRole('button', { name: 'Remove the secret sales …6789' }).click()
  await expect(retell.getByText('None is set')).toBeVisible()
})

test('an excluded path does not count', async () => {
  await page.getByRole('link', { name: 'Exclusions' }).click()
  const paths = part('Paths')
  await paths.getByLabel('Path').fill('admin')
  await paths.getByRole('button', { name: 'Add' }).click()
  await expect(paths.getByRole('alert')).toContainText('begins with /')
  await paths.getByLabel('Path').fill('/admin/**')
  await paths.getByRole('button', { name: 'Add' }).click()
  await expect(paths.getByRole('button', { name: 'Remove /admin/**' })).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  expect(await send(key, '/admin/users')).toBe(202)
  expect(await send(key, '/counted')).toBe(202)
  await page.goto(`${installation.origin}/events`)
  await expect(page.getByText('/counted').first()).toBeVisible()
  await expect(page.getByText('/admin/users')).toBeHidden()
})

test('the pages fit a phone, and nothing of them asks another host', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const name of PAGES) {
    await page.goto(`${installation.origin}/settings/${name}`)
    await expect(page.getByRole('region').first()).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  }
  expect(breaches).toEqual([])
})
