/** From a fresh installation by the link that it prints: the owner account, the dashboard, out and in again, by keyboard. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { type Installation, startInstallation } from './installation.ts'
import { findFaults, watchPage } from './watching.ts'

const PASSWORD = 'violet anchor humming drum'
const EMAIL = 'ann@shop.example'
/** What Chromium writes of answers that a test provokes. */
const EXPECTED = /status of 40[013]/

let installation: Installation
let origin: string
let context: BrowserContext
let page: Page
let breaches: string[]

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  installation = await startInstallation()
  origin = installation.origin
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' })
  page = await context.newPage()
  breaches = watchPage(page, origin, EXPECTED)
})

test.afterAll(async () => {
  await context?.close()
  await installation?.stop()
})

const heading = (name: string) => page.getByRole('heading', { level: 1, name })

/** Types into the field that has the focus and goes on by Tab, as people without a mouse do. */
async function type(...texts: string[]): Promise<void> {
  for (const text of texts) {
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
}

test('without the printed link nobody makes the account', async () => {
  await page.goto(`${origin}/`)
  await expect(page.getByText('metrone users setup')).toBeVisible()
  await page.goto(`${origin}/setup#token=${'x'.repeat(43)}`)
  await expect(heading('Create the owner account')).toBeVisible()
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await type('eve@evil.example', '', PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('was used or has expired')
  expect(await findFaults(page)).toEqual([])
})

test('the printed link makes the owner account, by keyboard, and opens the dashboard', async () => {
  const link = installation.setUpLink()
  await page.goto(link) // in the tab of the wrong one, where only the fragment changes
  await expect(page).toHaveURL(`${origin}/setup`)
  await page.goto('about:blank')
  await page.goto(link)
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await expect(page).toHaveURL(`${origin}/setup`)
  expect(await findFaults(page)).toEqual([])
  await type(EMAIL, 'Ann')
  await page.keyboard.type('password123')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('first that are guessed')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(heading('My website')).toBeVisible()
  expect(page.url()).toBe(`${origin}/`)
  const cookies = await context.cookies()
  expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([[true, 'Strict']])
})

test('signing out shows the form, which signs in again and tells nothing of a wrong address', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(heading('Sign in')).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  const told = new Set<string | null>()
  for (const email of [EMAIL, 'bob@shop.example']) {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill('wrong and long')
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.keyboard.press('Enter')
    await answered // until then the form takes nothing, and the alert of the try before may stand there
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled()
    await expect(page.getByRole('alert')).toBeVisible()
    told.add(await page.getByRole('alert').textContent())
  }
  expect(told.size).toBe(1)
  await page.getByLabel('E-mail').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(heading('My website')).toBeVisible()
})

test('the account page changes the password and signs another browser out', async ({ browser }) => {
  const other = await browser.newContext()
  const elsewhere = await other.newPage()
  await elsewhere.goto(`${origin}/signin`)
  await elsewhere.getByLabel('E-mail').fill(EMAIL)
  await elsewhere.getByLabel('Password').fill(PASSWORD)
  await elsewhere.keyboard.press('Enter')
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'My website' })).toBeVisible()
  await page.getByRole('link', { name: 'Account' }).click()
  await expect(heading('Account')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Sign out Chrome/ })).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  await page.getByRole('button', { name: /^Sign out Chrome/ }).click()
  await expect(page.getByRole('button', { name: /^Sign out Chrome/ })).toBeHidden()
  await elsewhere.reload()
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  await other.close()
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByLabel('New password').fill(`${PASSWORD} again`)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText(/^Changed\./)).toBeVisible()
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await page.setViewportSize({ width: 1280, height: 900 })
  expect(breaches).toEqual([])
})

test('a lost password is set anew by the link of a command, which works once', async () => {
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(page.getByText('metrone users reset you@example.com')).toBeVisible()
  const link = installation.run('users', 'reset', EMAIL).trim()
  await page.goto(link)
  await expect(heading('Set a new password')).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  await page.getByLabel('New password').fill('seven lanterns over water')
  await page.keyboard.press('Enter')
  await expect(heading('My website')).toBeVisible()
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('was used or has expired')
  expect(breaches).toEqual([])
})
