/** What an owner does with a project: what it is set to, its keys, its usage, then the reset and the end of it. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { becomeOwner, type Installation, startInstallation } from './installation.ts'
import { findFaults, watchPage } from './watching.ts'

const NAME = 'Shop <script>alert(1)</script>'
/** What Chromium writes of answers that a test provokes. */
const EXPECTED = /status of 40[01]/

let installation: Installation
let context: BrowserContext
let page: Page
let breaches: string[]
let project: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  installation = await startInstallation()
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' })
  page = await context.newPage()
  breaches = watchPage(page, installation.origin, EXPECTED)
  await becomeOwner(page, installation.setUpLink())
  const session = await page.request.get(`${installation.origin}/app/session`)
  project = ((await session.json()) as { projects: { id: string }[] }).projects[0]?.id as string
})

test.afterAll(async () => {
  await context?.close()
  await installation?.stop()
})

const openSection = (section: string) =>
  page.goto(`${installation.origin}/settings/${section}?project=${project}`)
const part = (name: string) => page.getByRole('region', { name })
const send = (key: string) =>
  page.request.post(`${installation.origin}/v1/events`, {
    headers: { 'X-Api-Key': key },
    data: { event_type: 'pageview', page_path: '/a' },
  })
const usage = async () =>
  (await page.request.get(`${installation.origin}/app/projects/${project}/usage`)).json() as Promise<{
    days: { events: number }[]
  }>

test('what a project is set to is saved, and a time zone that is none is refused with a better one', async () => {
  await openSection('general')
  const general = part('General')
  await general.getByLabel('Name').fill(NAME)
  await general.getByLabel('Time zone').fill('europe/berlin')
  await general.getByRole('button', { name: 'Save' }).click()
  await expect(general.getByRole('alert')).toContainText('did you mean Europe/Berlin')
  await general.getByLabel('Time zone').fill('Europe/Berlin')
  await general.getByLabel('Weeks start on').selectOption('Sunday')
  await general.getByLabel('Days that events are kept').fill('400')
  await general.getByLabel(/^Keep transcripts/).check()
  expect(await findFaults(page)).toEqual([])
  await general.getByRole('button', { name: 'Save' }).click()
  const question = page.getByRole('dialog', { name: 'Erase older events?' })
  expect(await findFaults(page)).toEqual([])
  await question.getByRole('button', { name: 'Keep 400 days' }).click()
  await expect(general.getByText('Saved.')).toBeVisible()
  await expect(general.getByLabel('Weeks start on')).toHaveValue('7')
  await page.reload()
  await expect(general.getByLabel('Name')).toHaveValue(NAME)
  await expect(general.getByLabel('Weeks start on')).toHaveValue('7')
  await expect(general.getByLabel('Days that events are kept')).toHaveValue('400')
  await expect(general.getByLabel(/^Keep transcripts/)).toBeChecked()
})

test('a key is made, shown once, works, and stops when it is revoked', async () => {
  await openSection('keys')
  const made = part('New key')
  await made.getByLabel('Name').fill('Site <b>bold</b>')
  await made.getByLabel('Last day').fill('2036-12-31')
  await made.getByRole('button', { name: 'Create key' }).click()
  const key = (await made.locator('code').textContent()) as string
  expect(key).toMatch(/^metrone_live_[0-9a-f]{32}$/)
  expect(await findFaults(page)).toEqual([])
  expect((await send(key)).status()).toBe(202)
  await page.reload()
  await expect(part('API keys').getByText('Site <b>bold</b>')).toBeVisible()
  await expect(page.getByText(key)).toBeHidden()
  await page.getByRole('button', { name: 'Revoke Site <b>bold</b>' }).click()
  expect(await findFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Revoke it' }).click()
  await expect(page.getByText('Keys that no longer work (1)')).toBeVisible()
  expect((await send(key)).status()).toBe(401)
})

test('usage counts what came, and each day can be asked for by key', async () => {
  await openSection('usage')
  await expect(part('Usage').getByText(/events in .*There is no quota/)).toBeVisible()
  await expect.poll(async () => (await usage()).days.at(-1)?.events).toBe(1)
  await page.reload()
  const days = page.getByRole('slider', { name: 'Day' })
  await expect(days).toHaveAttribute('aria-valuetext', /: 1 event$/)
  await days.focus()
  await page.keyboard.press('Home')
  await expect(days).toHaveAttribute('aria-valuenow', '1')
  expect(await findFaults(page)).toEqual([])
})

test('every page fits a phone, in the dark, too', async () => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  for (const section of ['general', 'keys', 'usage']) {
    await openSection(section)
    await expect(page.getByRole('region').first()).toBeVisible()
    await page.waitForLoadState('networkidle')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await findFaults(page)).toEqual([])
  }
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
})

test('a reset takes the name, and then the numbers', async () => {
  await openSection('general')
  await page.getByRole('button', { name: 'Reset…' }).click()
  const question = page.getByRole('dialog', { name: 'Reset the project?' })
  await expect(question.getByRole('button', { name: 'Reset it' })).toBeDisabled()
  expect(await findFaults(page)).toEqual([])
  await question.getByLabel('Name of the project').fill(NAME)
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
  await expect.poll(async () => (await usage()).days.at(-1)?.events).toBe(0)
})

test('a deleted project is gone from the page of projects', async () => {
  await openSection('general')
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByLabel('Name of the project').fill(NAME)
  await page.getByRole('button', { name: 'Delete it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
  await expect(page.getByText('New project')).toBeVisible()
  await expect(page.getByText(NAME)).toBeHidden()
  await page.goto(`${installation.origin}/team`)
  await expect(part('Who changed what').getByText(`project deleted · ${NAME}`)).toBeVisible()
  expect(breaches).toEqual([])
})
