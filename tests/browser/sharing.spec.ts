/** Shared links in a browser without an account: a password, a locked segment, a frame on another site, and the end of it. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { becomeOwner, type Installation, PASSWORD, startInstallation } from './installation.ts'
import { type Site, startSite } from './site.ts'
import { findFaults, watchPage } from './watching.ts'

/** What Chromium writes of answers that a test provokes. */
const EXPECTED = /status of 40[134]/
const PERSON =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'

let installation: Installation
let origin: string
let owner: BrowserContext
let page: Page
let guest: Page
let breaches: string[]
let link: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(90_000)
  installation = await startInstallation()
  origin = installation.origin
  owner = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' })
  page = await owner.newPage()
  await becomeOwner(page, installation.setUpLink())
  await sendVisits()
  guest = await (await browser.newContext({ locale: 'en-US' })).newPage()
  breaches = watchPage(guest, origin, EXPECTED)
})

test.afterAll(async () => {
  await guest?.context().close()
  await owner?.close()
  await installation?.stop()
})

/** One person of the campaign, two others; each opens a page whose name could be a tag. */
async function sendVisits() {
  const [project] = JSON.parse(installation.run('projects', 'list', '--json'))
  const made = JSON.parse(installation.run('keys', 'create', project.id, '--scopes', 'write', '--json'))
  const events = ['spring', 'autumn', 'winter'].map((name) => ({
    event_type: 'pageview',
    source: 'web',
    user_agent: PERSON,
    user_id: name,
    session_id: name,
    page_url: `https://shop.example/${name}<b>?utm_campaign=${name}&utm_source=mail`,
  }))
  await expect
    .poll(async () => {
      const answer = await fetch(`${origin}/v1/events/batch`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Api-Key': made.key },
        body: JSON.stringify(events),
        // The commands above took longer than the server keeps a connection.
      }).catch(() => undefined)
      return answer?.status
    })
    .toBe(202)
}

const visitors = (on: Pick<Page, 'getByRole'>, count: number) =>
  on.getByRole('button', { name: new RegExp(`^Visitors ${count}\\b`) })

test('the owner locks a link to a campaign and gives it a password', async () => {
  await page.goto(`${origin}/settings/sharing`)
  await expect(page.getByText('Nothing is shared.')).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Filter' }).click()
  const dialog = page.getByRole('dialog', { name: 'Filter' })
  await dialog.getByLabel('Filter by').selectOption('utm_campaign')
  await dialog.getByRole('checkbox', { name: 'spring' }).check()
  expect(await findFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await page.getByLabel('Name').fill('Agency <img src=x>')
  await page.getByLabel('Who may open it').selectOption('password')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByLabel('Last day').fill('2090-12-31')
  await page.getByRole('button', { name: 'Make the link' }).click()
  const line = page.getByRole('listitem').filter({ hasText: 'Agency <img src=x>' })
  await expect(line).toContainText('link with password · until Dec 31, 2090')
  await expect(line.getByRole('list', { name: 'Locked segment' })).toContainText('spring')
  link = (await line.locator('code').first().textContent()) as string
  expect(await findFaults(page)).toEqual([])
})

test('somebody without an account gives the password and sees the numbers of the segment alone', async () => {
  await guest.goto(link)
  await expect(guest.getByRole('heading', { name: 'Enter the password' })).toBeVisible()
  await expect(guest.getByText('My website')).toBeHidden()
  expect(await findFaults(guest)).toEqual([])
  await guest.getByLabel('Password').fill('wrong')
  await guest.keyboard.press('Enter')
  await expect(guest.getByRole('alert')).toHaveText('The password is wrong.')
  await guest.getByLabel('Password').fill(PASSWORD)
  await guest.keyboard.press('Enter')
  await expect(visitors(guest, 1)).toBeVisible()
  await expect(guest.getByRole('list', { name: 'Filters' })).toContainText('spring')
  await expect(guest.getByRole('region', { name: 'Pages' })).toContainText('/spring')
  await expect(guest.getByText('/autumn')).toHaveCount(0)
  expect(await findFaults(guest)).toEqual([])
  await guest.keyboard.press('Escape')
  await expect(visitors(guest, 1)).toBeVisible()
  await guest.reload()
  await expect(visitors(guest, 1)).toBeVisible()
  await guest.getByRole('link', { name: 'Voice' }).click()
  await expect(guest.getByRole('region', { name: 'Hour of the day' })).toBeVisible()
  expect(await findFaults(guest)).toEqual([])
  await guest.setViewportSize({ width: 390, height: 844 })
  for (const path of ['', '/voice', '/chat']) {
    await guest.goto(`${link}${path}`)
    await expect(guest.getByRole('region', { name: 'Key numbers' })).toBeVisible()
    expect(await guest.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  }
  expect(breaches).toEqual([])
})

test('a revoked link shows nothing any more, on an open page too', async () => {
  await guest.goto(link)
  await expect(visitors(guest, 1)).toBeVisible()
  await page.getByRole('button', { name: 'Revoke Agency <img src=x>' }).click()
  const dialog = page.getByRole('dialog', { name: 'Revoke this link?' })
  expect(await findFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('Nothing is shared.')).toBeVisible()
  await guest.keyboard.press('t')
  await expect(guest.getByRole('heading', { name: 'This link shows nothing' })).toBeVisible()
  await guest.reload()
  await expect(guest.getByRole('heading', { name: 'This link shows nothing' })).toBeVisible()
  expect(await findFaults(guest)).toEqual([])
})

test('a public dashboard stands in a frame of the site that it names, and of no other', async ({
  browser,
}) => {
  const sites: Site[] = [await startSite(), await startSite()]
  const [named, other] = sites as [Site, Site]
  await page.reload()
  await page.getByLabel('Name').fill('Public')
  await page.getByLabel('Who may open it').selectOption('public')
  await page.getByLabel('Address').fill('shop-numbers')
  await page.getByLabel(/Pages of other sites/).check()
  await page.getByLabel(/^Sites/).fill(named.origin)
  await page.getByRole('button', { name: 'Make the link' }).click()
  await page.getByText('Put it into a page').click()
  const frame = (await page.locator('code', { hasText: '<iframe' }).textContent()) as string
  expect(await findFaults(page)).toEqual([])
  for (const site of sites) site.pages['/'] = `<!doctype html><title>Blog</title>${frame}`
  const reader = await (await browser.newContext({ locale: 'en-US' })).newPage()
  await reader.goto(named.origin)
  const inside = reader.frameLocator('iframe')
  await expect(visitors(inside, 3)).toBeVisible()
  await inside
    .getByRole('region', { name: 'Pages' })
    .getByRole('button', { name: /spring/ })
    .click()
  await expect(visitors(inside, 1)).toBeVisible()
  await expect(inside.getByRole('link')).toHaveCount(0)
  await reader.goto(other.origin)
  await expect(reader.frameLocator('iframe').getByRole('heading', { name: 'My website' })).toHaveCount(0)
  await reader.goto(`${origin}/share/shop-numbers`)
  await expect(visitors(reader, 3)).toBeVisible()
  await reader.context().close()
  for (const site of sites) await site.stop()
})
