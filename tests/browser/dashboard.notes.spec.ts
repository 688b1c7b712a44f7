/** Segments, annotations and the map in real Chromium against the real server: what an owner writes down stays, as text. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { START_MS } from './dashboard.ts'
import { becomeOwner, type Installation, startInstallation } from './installation.ts'
import { findFaults, watchPage } from './watching.ts'

let installation: Installation
let context: BrowserContext
let page: Page
let breaches: string[]

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(START_MS)
  installation = await startInstallation()
  context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: 'en-US' })
  page = await context.newPage()
  breaches = watchPage(page, installation.origin)
  installation.run('demo', '--project', 'My website', '--events', '3000', '--days', '9')
  await becomeOwner(page, installation.setUpLink())
})

test.afterAll(async () => {
  await context?.close()
  await installation?.stop()
})

const dialog = (name: string) => page.getByRole('dialog', { name })
const isTooWide = () =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

test('the filters of the page are saved as a segment and applied again', async () => {
  await page.getByRole('button', { name: /^Germany/ }).click()
  await expect(page).toHaveURL(/f=is,country,DE/)
  await page.keyboard.press('s')
  await dialog('Segments').getByLabel('Save the filters of the page as').fill('Germans <b>')
  await dialog('Segments').getByLabel('For everybody of the project').check()
  expect(await findFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Save the filters' }).click()
  await expect(page.getByRole('button', { name: 'Segment: Germans <b>' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Filters' })).toContainText('Germans <b>')
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`${installation.origin}/`)
  await page.getByRole('link', { name: 'Voice' }).click()
  await page.getByRole('button', { name: 'Segments' }).click()
  await dialog('Segments')
    .getByRole('button', { name: /^Germans <b>/ })
    .click()
  await expect(page).toHaveURL(/\/voice\?f=is,country,DE/)
  await page.getByRole('button', { name: /^Segment: / }).click()
  await page.getByRole('button', { name: 'Delete Germans <b>' }).click()
  await expect(dialog('Segments').getByText('No segment is saved yet.')).toBeVisible()
  await page.goto(`${installation.origin}/?period=7d`)
})

test('a day is annotated by right-click and by key, and the chart tells it', async () => {
  const chart = page.getByRole('slider', { name: 'Visitors over time' })
  await chart.click({ button: 'right', position: { x: 600, y: 120 } })
  await dialog('Annotate').getByLabel('What happened').fill('<img src=x onerror=alert(1)>')
  expect(await findFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Annotate', exact: true }).last().click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.locator('.marks path')).toHaveCount(1)
  await chart.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('a')
  await dialog('Annotate').getByLabel('What happened').fill('Launch')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.locator('.marks path')).toHaveCount(2)
  await expect(page).toHaveURL(`${installation.origin}/?period=7d`)
  await chart.focus()
  await page.keyboard.press('Home')
  await expect(chart).toHaveAttribute('aria-valuetext', /\. Launch$/)
  await expect(page.locator('.cursor-note')).toHaveText('Launch')
  await page.keyboard.press('a')
  await dialog('Annotate').getByRole('button', { name: 'Change Launch' }).click()
  await page.getByLabel('What happened').fill('Relaunch')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await chart.focus()
  await page.keyboard.press('Home')
  await expect(chart).toHaveAttribute('aria-valuetext', /\. Relaunch$/)
  // By week and by month it stands at the bucket that has the day.
  await page.goto(`${installation.origin}/?period=year`)
  await expect(page.locator('.marks path').first()).toBeVisible()
  await page.goto(`${installation.origin}/?period=7d`)
  await chart.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('a')
  await page.getByRole('button', { name: 'Delete Relaunch' }).click()
  await expect(dialog('Annotate').getByText('Relaunch')).toBeHidden()
  await page.keyboard.press('Escape')
})

test('a click on a country of the map filters', async () => {
  await page.getByRole('region', { name: 'Locations' }).getByRole('tab', { name: 'Map' }).click()
  const country = page.locator('.map [data-code="BR"]')
  await country.hover()
  await expect(page.locator('.map-card')).toHaveText(/^Brazil [\d,]+ visitors$/)
  expect(await findFaults(page)).toEqual([])
  await country.click({ modifiers: ['Alt'] })
  await expect(page).toHaveURL(/f=is_not,country,BR/)
  await page.keyboard.press('Escape')
  await expect(country).toHaveAttribute('data-step', /[1-5]/)
  await country.click()
  await expect(page).toHaveURL(/f=is,country,BR/)
  await page.setViewportSize({ width: 390, height: 844 })
  await expect.poll(isTooWide).toBe(false)
  expect(breaches).toEqual([])
})
