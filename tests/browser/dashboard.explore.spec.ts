/** Asking the dashboard: comparisons, filters, whole tables and their CSV, keys, the page of now, the event log; on demo data. */
import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { type Dashboard, START_MS, startDashboard } from './dashboard.ts'

interface Row {
  value: string | null
  [metric: string]: string | number | null
}

let keys: { full: string; write: string }
let shown: Dashboard
let page: Page

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(START_MS)
  shown = await startDashboard(browser, (run) => {
    keys = JSON.parse(run('demo', '--events', '6000', '--days', '40', '--json')).keys
  })
  page = shown.page
  await page.goto(shown.run('link', '--public-url', shown.origin).trim())
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible()
})

test.afterAll(() => shown?.stop())

async function open(address: string): Promise<void> {
  await page.goto(`${shown.origin}${address}`)
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible()
}

/** The rows of a breakdown by the REST API, with a key: the page may show no other numbers. */
async function breakdown(params: Record<string, string>): Promise<Row[]> {
  const query = new URLSearchParams({ days: '30', ...params })
  const answer = await fetch(`${shown.origin}/v1/api/breakdown?${query}`, {
    headers: { 'X-Api-Key': keys.full },
  })
  expect(answer.status).toBe(200)
  return (await answer.json()).data
}

const panel = (name: string) => page.getByRole('region', { name, exact: true })
const number = (name: RegExp) => page.locator('.numbers').getByRole('button', { name })

test('every tab of every panel has the rows of the REST API, or says what to do', async () => {
  await open('/')
  const tabs: [panel: string, tab: string, dimension: string, filters?: string][] = [
    ['Sources', 'Sources', 'traffic_source'],
    ['Sources', 'Referrers', 'referrer'],
    ['Sources', 'Campaigns', 'utm_campaign'],
    ['Pages', 'Entry', 'entry_page'],
    ['Pages', 'Exit', 'exit_page'],
    ['AI', 'Assistants', 'referrer', '[["is","channel",["ai_assistants"]]]'],
    ['AI', 'Agents', 'agent', '[["is","visitor_type",["ai_agent"]]]'],
    ['Locations', 'Regions', 'region'],
    ['Locations', 'Cities', 'city'],
    ['Devices', 'OS', 'os'],
    ['Devices', 'Device', 'device'],
    ['Devices', 'Size', 'screen'],
    ['Events', 'Conversions', 'event_name', '[["is","event_type",["conversion"]]]'],
  ]
  for (const [name, tab, dimension, filters = '[]'] of tabs) {
    await panel(name).getByRole('tab', { name: tab, exact: true }).click()
    const first = tab === 'Agents' || name === 'Events' ? 'total_events' : 'unique_visitors'
    const rows = await breakdown({ dimension, filters, metrics: first, limit: '8' })
    expect(rows.length, `${name} ${tab}`).toBeGreaterThan(0)
    await expect(panel(name).locator('.rows li'), `${name} ${tab}`).toHaveCount(rows.length)
    const numbers = await panel(name)
      .locator('.row bdi + span')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title')))
    expect(numbers).toEqual(rows.map((row) => Number(row[first]).toLocaleString('en-US')))
  }
  await panel('Sources').getByLabel('Which of Campaigns').selectOption('UTM medium')
  await expect(page).toHaveURL(/sources=utm_medium/)
  const media = await breakdown({ dimension: 'utm_medium', limit: '8' })
  await expect(panel('Sources').locator('.row bdi')).toHaveText(media.map(({ value }) => value ?? ''))
  await panel('Events').getByRole('tab', { name: 'Properties' }).click()
  await panel('Events').getByLabel('Property').selectOption('click_type')
  await expect(page).toHaveURL(/property=click_type/)
  const own = await breakdown({ dimension: 'props:click_type', metrics: 'total_events', limit: '8' })
  await expect(panel('Events').locator('.rows li')).toHaveCount(own.length)
  await expect(panel('Events').locator('.row bdi')).toHaveText(own.map(({ value }) => value ?? ''))
})

test('a row of agents brings the filter that its events need', async () => {
  await open('/?ai=agents')
  await panel('AI').getByRole('listitem').first().getByRole('button').click()
  await expect(page).toHaveURL(/f=is,visitor_type,ai_agent&f=is,agent,/)
  await expect(panel('AI').getByRole('listitem')).toHaveCount(1)
  await expect(number(/^Visitors [1-9]/)).toBeVisible()
})

test('comparisons change with menu, calendar and key, and stand in the address', async () => {
  await open('/?period=7d')
  const button = page.getByRole('button', { name: /^Comparison:/ })
  const choose = async (name: string) => {
    await button.click()
    await page.getByRole('menuitem', { name }).click()
  }
  await choose('From the same weekday')
  await expect(page).toHaveURL(/\?period=7d&weekday=1$/)
  await choose('Year before')
  await expect(page).toHaveURL(/\?period=7d&compare=year&weekday=1$/)
  await page.keyboard.press('x')
  await expect(page).toHaveURL(/\?period=7d&compare=off$/)
  await expect(page.locator('.change[data-tone]')).toHaveCount(0)
  await page.keyboard.press('x')
  await expect(page.locator('.change[data-tone]').first()).toBeVisible()
  await button.click()
  await page.getByRole('menuitem', { name: 'Other days' }).click()
  const days = page.getByRole('dialog').getByRole('gridcell').getByRole('button', { disabled: false })
  await days.nth(1).click()
  await days.nth(3).click()
  await expect(page).toHaveURL(/compare=custom&compare_from=[\d-]{10}&compare_to=[\d-]{10}$/)
  await page.reload()
  await expect(button).toHaveAccessibleName(/vs\. \w{3} \d/)
  expect(await shown.findFaults()).toEqual([])
})

test('a running day is compared with the same hours of the day before', async () => {
  await open('/?period=today')
  await number(/^Visitors/).focus()
  await expect(page.getByRole('tooltip')).toContainText('At this point of the period before:')
  await expect(page.getByRole('tooltip')).toContainText('Distinct visitors with at least one event.')
})

test('the chart is a line or bars, by button and key, and its cursor moves by keyboard', async () => {
  await open('/')
  await page.getByRole('button', { name: 'Bars' }).click()
  await expect(page).toHaveURL(/chart=bars/)
  await expect(page.locator('.column[data-state=running]')).toHaveCount(1)
  const slider = page.getByRole('slider', { name: 'Visitors over time' })
  await slider.focus()
  await page.keyboard.press('Home')
  const first = await slider.getAttribute('aria-valuetext')
  await page.keyboard.press('ArrowRight')
  expect(await slider.getAttribute('aria-valuetext')).not.toBe(first)
  await page.keyboard.press('b')
  await expect(page.locator('.line.running')).toHaveCount(1)
})

test('all time begins with the first event', async () => {
  await open('/?period=all')
  await expect(number(/^Visitors/)).toBeVisible()
  await expect(page.getByRole('button', { name: /^Comparison/ })).toHaveCount(0)
  const answer = await fetch(`${shown.origin}/v1/api/stats?days=3660`, {
    headers: { 'X-Api-Key': keys.full },
  })
  const { unique_visitors } = await answer.json()
  await expect(
    number(new RegExp(`^Visitors ${Number(unique_visitors).toLocaleString('en-US')}`)),
  ).toBeVisible()
})

test('a filter is made and changed in the editor, with every operator', async () => {
  await open('/')
  const dialog = page.getByRole('dialog', { name: 'Filter' })
  await page.keyboard.press('/')
  await dialog.getByLabel('Filter by').selectOption('Country')
  await dialog.getByLabel('Value', { exact: true }).fill('germ')
  await dialog.getByLabel('Germany').check()
  expect(await shown.findFaults()).toEqual([])
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(page).toHaveURL(/\?f=is,country,DE$/)
  await page.getByRole('button', { name: /^Country is Germany/ }).click()
  await dialog.getByLabel('Operator').selectOption('is not')
  await dialog.getByLabel('Value', { exact: true }).press('Enter')
  await expect(page).toHaveURL(/\?f=is_not,country,DE$/)
  for (const [operator, value] of [
    ['contains', 'pri'],
    ['contains_not', '/blog'],
    ['matches', '^/(pricing|docs)'],
  ] as const) {
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await dialog.getByLabel('Operator').selectOption(operator)
    await dialog.getByLabel('Value', { exact: true }).fill(value)
    await dialog.getByLabel('Value', { exact: true }).press('Enter')
    await expect(dialog).toHaveCount(0)
  }
  await expect(page.getByRole('list', { name: 'Filters' }).locator('.chip')).toHaveCount(4)
  await expect(panel('Pages').locator('.row bdi')).toHaveText(['/pricing'])
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`${shown.origin}/`)
})

test('an expression that is none is refused with a sentence', async () => {
  await open('/?f=matches,page,(')
  await expect(page.getByRole('alert').first()).toContainText('not a regular expression')
  shown.breaches.length = 0 // the browser reports the answer 400 by itself
  await page.keyboard.press('Escape')
  await expect(number(/^Visitors [1-9]/)).toBeVisible()
})

test('a whole table is searched, sorted, filtered by, and its file has the numbers of the REST API', async () => {
  await open('/')
  await page.getByRole('button', { name: 'Pages: the whole table' }).click()
  await expect(page).toHaveURL(/detail=pages/)
  const dialog = page.getByRole('dialog', { name: 'Pages' })
  await dialog.getByLabel('Search Page').fill('blog')
  await dialog.getByRole('button', { name: 'Views' }).click()
  await expect(dialog.getByRole('columnheader', { name: 'Views' })).toHaveAttribute('aria-sort', 'descending')
  const metrics = 'unique_visitors,pageviews,entries,exits,bounce_rate,conversions'
  const filters = '[["contains","page",["blog"]]]'
  const rows = await breakdown({ dimension: 'page', metrics, filters, order_by: 'pageviews:desc' })
  await expect(dialog.getByRole('row')).toHaveCount(rows.length + 1)
  expect(await dialog.getByRole('rowheader').allTextContents()).toEqual(rows.map(({ value }) => value))
  expect(await shown.findFaults()).toEqual([])
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^metrone-page-[\d-]{10}-[\d-]{10}\.csv$/)
  const lines = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n')
  const names = metrics.split(',')
  expect(lines).toEqual([
    `page,${metrics}`,
    ...rows.map((row) => [row.value, ...names.map((name) => row[name])].join(',')),
  ])
  await page.goBack()
  await expect(dialog).toHaveCount(0)
  await expect(page).toHaveURL(`${shown.origin}/`)
  await page.goForward()
  await dialog
    .getByRole('rowheader')
    .first()
    .getByRole('button')
    .click({ modifiers: ['Alt'] })
  await expect(page).toHaveURL(/\?f=is_not,page,/)
})

test('Esc closes a table and leaves the filters', async () => {
  await open('/?f=is,os,Windows&detail=locations&locations=cities')
  await expect(page.getByRole('dialog').getByRole('rowheader').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\?locations=cities&f=is,os,Windows$/)
})

test('? lists the keys, and letters lead to the pages', async () => {
  await open('/?period=7d')
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(help.getByText('Last 28 days')).toBeVisible()
  expect(await shown.findFaults()).toEqual([])
  await page.keyboard.press('l')
  await expect(help).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('l')
  await expect(page).toHaveURL(`${shown.origin}/events?period=7d`)
  await expect(page.getByRole('heading', { name: 'Every event, newest first' })).toBeVisible()
  await page.keyboard.press('r')
  await expect(page).toHaveURL(`${shown.origin}/realtime?period=7d`)
  await expect(page.getByRole('heading', { name: 'Events as they come in' })).toBeVisible()
  await page.keyboard.press('o')
  await expect(page).toHaveURL(`${shown.origin}/?period=7d`)
})

test('the page of now shows an event as it comes in, its minute and its page', async () => {
  await open('/realtime')
  const list = page.getByRole('list', { name: 'Events, newest first' })
  await expect(list.getByRole('listitem').first()).toBeVisible()
  await shown.send(keys.write, [
    ...['a', 'b', 'c', 'd'].map((name) => ({
      event_type: 'pageview',
      page_url: 'https://demo.example/just-now',
      session_id: name,
      user_id: name,
    })),
    {
      event_type: 'ai_call',
      source: 'voice',
      ai_provider: 'vapi',
      ai_call_id: 'call-now',
      ai_intent: 'just_called',
    },
  ])
  await expect(list.getByRole('button', { name: /Web Pageview \/just-now/ })).toHaveCount(4)
  await expect(list.getByRole('button', { name: /Voice AI call vapi · just_called/ })).toBeVisible()
  await expect(panel('Pages').getByRole('button', { name: /^\/just-now/ })).toBeVisible({ timeout: 20_000 })
  const minutes = page.getByRole('slider', { name: 'Visitors over time' })
  await minutes.press('End') // where the minute has just turned, it is the one before
  const atEnd = (await minutes.getAttribute('aria-valuetext')) ?? ''
  await minutes.press('ArrowLeft')
  expect(atEnd + (await minutes.getAttribute('aria-valuetext'))).toMatch(/Visitors [1-9]/)
  expect(await shown.findFaults()).toEqual([])
})

test('the event log goes on as one scrolls, shows one whole, and new ones on top', async () => {
  await open('/events')
  const list = page.getByRole('list', { name: 'Events', exact: true })
  await expect.poll(() => list.getByRole('listitem').count()).toBeGreaterThanOrEqual(50)
  await page.mouse.wheel(0, 20_000)
  await expect.poll(() => list.getByRole('listitem').count()).toBeGreaterThanOrEqual(100)
  await shown.send(keys.write, [{ event_type: 'custom', event_name: 'on_top', properties: { plan: 'pro' } }])
  const fresh = list
    .getByRole('listitem')
    .first()
    .getByRole('button', { name: /on_top/ })
  await expect(fresh).toBeVisible({ timeout: 10_000 })
  await fresh.click()
  const dialog = page.getByRole('dialog', { name: 'on_top' })
  expect(JSON.parse((await dialog.locator('code').textContent()) ?? '')).toMatchObject({
    event_name: 'on_top',
    properties: { plan: 'pro' },
  })
  expect(await shown.findFaults()).toEqual([])
})

test('new events are shown as the filters of the log let pass, or not at all', async () => {
  await open('/events?f=is,event_name,wanted')
  await expect(page.getByText('No event in this period that the filters let pass.')).toBeVisible()
  await shown.send(keys.write, [
    { event_type: 'custom', event_name: 'other' },
    { event_type: 'custom', event_name: 'wanted' },
  ])
  const list = page.getByRole('list', { name: 'Events', exact: true })
  await expect(list.getByRole('listitem')).toHaveText([/wanted/], { timeout: 10_000 })
  await page.getByLabel('Live').uncheck()
  await expect(list.getByRole('listitem')).toHaveCount(0)
})

test('what came between the reading of the log and its stream is on it', async () => {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/v1/api/stream*', async (route) => {
    await released
    await route.continue()
  })
  await open('/events')
  const list = page.getByRole('list', { name: 'Events', exact: true })
  await expect.poll(() => list.getByRole('listitem').count()).toBeGreaterThan(0)
  await shown.send(keys.write, [{ event_type: 'custom', event_name: 'in_between' }])
  release()
  await expect(list.getByText('in_between')).toBeVisible({ timeout: 10_000 })
})

test('every page is whole on a phone and in the dark', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const colorScheme of ['light', 'dark'] as const)
    for (const address of [
      '/',
      '/?period=today&chart=bars',
      '/?detail=sources&sources=campaigns',
      '/realtime',
      '/events',
    ]) {
      await page.emulateMedia({ colorScheme })
      await open(address)
      await expect(page.locator('.bone')).toHaveCount(0)
      expect(await shown.isTooWide(), address).toBe(false)
      expect(await shown.findFaults(), `${address} ${colorScheme}`).toEqual([])
    }
  expect(shown.breaches).toEqual([])
})
