/** A goal from the settings to the numbers: made with a trial, seen in the panel and the key number, filtered by, saved as CSV. */
import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { type Dashboard, START_MS, startDashboard } from './dashboard.ts'
import { becomeOwner } from './installation.ts'
import { findFaults } from './watching.ts'

const HOSTILE = '<img src=x onerror=alert(1)> 💥 "order"'

let dashboard: Dashboard
let page: Page
let fullKey: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(START_MS)
  let writeKey = ''
  dashboard = await startDashboard(browser, (run) => {
    const { keys } = JSON.parse(run('projects', 'create', 'Shop', '--json'))
    writeKey = keys.write
    fullKey = keys.full
  })
  page = dashboard.page
  const at = (path: string) => ({ page_url: `https://shop.example${path}` })
  await dashboard.send(writeKey, [
    { event_type: 'pageview', ...at('/'), user_id: 'a' },
    { event_type: 'pageview', ...at('/thanks/1'), user_id: 'a' },
    { event_type: 'order', ...at('/thanks/1'), user_id: 'a', properties: { value: 60, currency: 'EUR' } },
    { event_type: 'order', ...at('/thanks/2'), user_id: 'b', properties: { value: 9.5, currency: 'EUR' } },
    { event_type: 'conversion', event_name: 'other', ...at('/'), user_id: 'c' },
    { event_type: 'pageview', ...at('/'), user_id: 'd' },
  ])
  const { url } = JSON.parse(dashboard.run('users', 'setup', '--public-url', dashboard.origin, '--json'))
  await becomeOwner(page, url, 'Shop')
})

test.afterAll(() => dashboard?.stop())

const panel = () => page.getByRole('region', { name: 'Goals' })
const keyNumber = (title: string) => page.getByRole('button', { name: new RegExp(`^${title}`) })

async function read(path: string) {
  const answer = await page.request.get(`${dashboard.origin}/v1/api/${path}`, {
    headers: { 'X-Api-Key': fullKey },
  })
  return answer.json()
}

/** Makes a goal in the open settings; gives what the trial says. */
async function makeGoal(name: string, fill: (dialog: ReturnType<Page['getByRole']>) => Promise<void>) {
  await page.getByRole('button', { name: 'New goal' }).click()
  const dialog = page.getByRole('dialog', { name: 'New goal' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await fill(dialog)
  const trial = dialog.getByRole('status').filter({ hasText: '30 days' })
  await expect(trial).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
}

test('before a goal, conversions are events of that type, and the panel leads to the settings', async () => {
  await expect(keyNumber('Conversions')).toContainText('1')
  await panel().getByRole('link', { name: 'Make the first goal' }).click()
  await expect(page.getByText('No goal yet.')).toBeVisible()
  expect(await findFaults(page)).toEqual([])
})

test('a goal is tried, made by keyboard, and counts at once', async () => {
  await makeGoal(HOSTILE, async (dialog) => {
    await dialog.getByLabel('Event name').fill('order')
    await expect(dialog.getByText('2 events of 2 visitors in the last 30 days reach this.')).toBeVisible()
    await dialog.getByRole('button', { name: 'Add a criterion' }).click()
    await dialog.getByLabel('Criterion').nth(1).selectOption('min_value')
    await dialog.getByLabel('Value at least', { exact: true }).fill('10')
    await expect(dialog.getByText('1 event of 1 visitor in the last 30 days reach')).toBeVisible()
  })
  await makeGoal('Thanked', async (dialog) => {
    await dialog.getByLabel('Criterion').selectOption('page')
    await dialog.getByLabel('Page', { exact: true }).fill('/thanks/*')
  })
  await expect(page.getByRole('listitem').filter({ hasText: '/thanks/*' })).toBeVisible()
  await page.getByRole('link', { name: 'Overview' }).click()
  await expect(panel().getByRole('button', { name: /^Thanked/ })).toContainText('3')
  await expect(keyNumber('Conversions')).toContainText('3')
  expect(await findFaults(page)).toEqual([])
  expect((await read('stats?days=30')).conversions).toBe(3)
})

test('the panel is what the read says, and so is the CSV', async () => {
  const { data } = await read('goals?days=30')
  expect(data).toEqual([
    { value: 'Thanked', conversions: 3, unique_visitors: 2, conversion_rate: 50, revenue: { EUR: 69.5 } },
    { value: HOSTILE, conversions: 1, unique_visitors: 1, conversion_rate: 25, revenue: { EUR: 60 } },
  ])
  await page.getByRole('button', { name: 'Goals: the whole table' }).click()
  const table = page.getByRole('dialog', { name: 'Goals' })
  await expect(table.getByRole('row', { name: /^Thanked/ })).toHaveText('Thanked3250%€69.50')
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    table.getByRole('button', { name: 'CSV' }).click(),
  ])
  expect(readFileSync(await saved.path(), 'utf8')).toBe(
    [
      'goal,conversions,unique_visitors,conversion_rate,revenue.EUR',
      'Thanked,3,2,50,69.5',
      `"${HOSTILE.replaceAll('"', '""')}",1,1,25,60`,
      '',
    ].join('\r\n'),
  )
  await table.getByLabel('Search Goal').fill('thank')
  await expect(table.getByRole('rowheader')).toHaveText(['Thanked'])
  await table.getByRole('button', { name: 'Close' }).click()
})

test('a row is a filter that keeps its conversions and its rate', async () => {
  await panel().getByRole('button', { name: /^<img/ }).click()
  await expect(page.getByRole('button', { name: /^Goal is <img/ })).toBeVisible()
  await expect(keyNumber('Conversions')).toContainText('1')
  await expect(keyNumber('Visitors')).toContainText('1')
  await expect(panel().getByRole('button', { name: /^<img/ })).toContainText('25%')
  await page.keyboard.press('Escape')
  await panel()
    .getByRole('button', { name: /^Thanked/ })
    .click({ modifiers: ['Alt'] })
  await expect(page.getByRole('button', { name: /^Goal is not Thanked/ })).toBeVisible()
  await expect(keyNumber('Conversions')).toContainText('0')
  await page.keyboard.press('Escape')
})

test('a goal is deleted and brought back; on a phone nothing is too wide', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(panel().getByRole('button', { name: /^Thanked/ })).toBeVisible()
  expect(await dashboard.isTooWide()).toBe(false)
  await page.goto(`${dashboard.origin}/settings/goals`)
  await page.getByRole('button', { name: 'Delete Thanked' }).click()
  await expect(page.getByRole('button', { name: 'Change Thanked' })).toBeHidden()
  expect((await read('stats?days=30')).conversions).toBe(1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('button', { name: 'Change Thanked' })).toBeVisible()
  await page.getByRole('button', { name: 'Change Thanked' }).click()
  await expect(page.getByRole('dialog').getByLabel('Page', { exact: true })).toHaveValue('/thanks/*')
  expect(await dashboard.isTooWide()).toBe(false)
  expect(dashboard.breaches).toEqual([])
})
