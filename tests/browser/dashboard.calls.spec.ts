/** Voice, and chat and assistants, in real Chromium: the first call, the numbers of the REST API, search, one call, refusals. */
import { expect, type Page, test } from '@playwright/test'
import { type Dashboard, START_MS, startDashboard } from './dashboard.ts'
import { drained } from './metrone.ts'

const SECRET = 'a secret of this endpoint alone'
const HOSTILE = '<img src=x onerror=alert(1)>'

let keys: { full: string; write: string }
let empty: { id: string; keys: { full: string; write: string } }
let shown: Dashboard
let page: Page

test.describe.configure({ mode: 'serial', timeout: 60_000 })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(START_MS)
  shown = await startDashboard(browser, (run) => {
    keys = JSON.parse(run('demo', '--events', '6000', '--days', '40', '--json')).keys
    empty = JSON.parse(run('projects', 'create', 'Empty', '--json'))
  })
  page = shown.page
})

test.afterAll(() => shown?.stop())

async function open(address: string): Promise<void> {
  await page.goto(`${shown.origin}${address}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

async function signIn(project: string): Promise<void> {
  await page.goto(shown.run('link', project, '--public-url', shown.origin).trim())
  await expect(page.getByRole('heading', { level: 1, name: project })).toBeVisible()
}

function deliver(address: string, key: string, body: object): Promise<number> {
  return fetch(`${shown.origin}/v1/webhooks/${address}?key=${key}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }).then(({ status }) => status)
}

async function read(question: string): Promise<unknown> {
  const answer = await fetch(`${shown.origin}/v1/api/${question}`, { headers: { 'X-Api-Key': keys.full } })
  expect(answer.status).toBe(200)
  return answer.json()
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const call = (id: string) => ({
  type: 'ended',
  id,
  kind: 'call',
  provider: 'elevenlabs',
  direction: 'inbound',
  agent_id: 'front-desk',
  started_at: ago(9),
  ended_at: ago(5),
  outcome: 'completed',
  phone: '+447700900177',
})
const number = (name: RegExp) => page.locator('.numbers').getByRole('button', { name })
const calls = () => page.getByRole('list', { name: 'Every call, newest first' }).getByRole('link')

test('a project without calls shows the address to paste, and a refused delivery its reason, until the first call', async () => {
  await signIn('Empty')
  await page.getByRole('link', { name: 'Voice' }).click()
  const address = `${shown.origin}/v1/webhooks/vapi/main?key=metrone_live_YOUR_WRITE_KEY`
  await expect(page.getByText(address)).toBeVisible()
  expect(await shown.findFaults()).toEqual([])
  expect(await deliver('vapi/main', empty.keys.write, { nonsense: 1 })).toBe(400)
  await drained(shown.origin)
  await page.reload()
  await expect(page.getByText('The body has not the shape of any message of Vapi.')).toBeVisible()
  expect(await deliver('generic/main', empty.keys.write, call('first'))).toBe(200)
  await expect(number(/^Calls 1/)).toBeVisible({ timeout: 20_000 })
  await open('/chat')
  await expect(
    page.getByText(`${shown.origin}/v1/webhooks/intercom/main?key=metrone_live_YOUR_WRITE_KEY`),
  ).toBeVisible()
})

test('the numbers are those of the REST API, of calls alone and of chats and assistants alone', async () => {
  await signIn('Demo')
  const count = async (kinds: string[]) => {
    const filters = JSON.stringify([['is', 'interaction', kinds]])
    const query = new URLSearchParams({ days: '30', metrics: 'ai_interactions,ai_completed', filters })
    return (await read(`stats?${query}`)) as { ai_interactions: number; ai_completed: number }
  }
  const voice = await count(['call'])
  expect(voice.ai_interactions).toBeGreaterThan(20)
  await open('/voice')
  await expect(number(new RegExp(`^Calls ${voice.ai_interactions}`))).toBeVisible()
  await expect(number(new RegExp(`^Completed ${voice.ai_completed}`))).toBeVisible()
  await expect(page.locator('.numbers').getByRole('button')).toHaveCount(12)
  const hours = page.getByRole('table', { name: 'Voice by hour of the day' }).getByRole('cell')
  const sum = async () => (await hours.allTextContents()).reduce((all, text) => all + Number(text), 0)
  await expect.poll(sum).toBe(voice.ai_interactions)
  await page.getByRole('link', { name: 'Chat & assistants' }).click()
  const chat = await count(['chat', 'assistant'])
  await expect(number(new RegExp(`^Sessions ${chat.ai_interactions}`))).toBeVisible()
})

test('a number says what it means, a row filters the numbers and the list, and back undoes it', async () => {
  await open('/voice')
  await number(/^Cost per resolved/).focus()
  await expect(page.getByRole('tooltip')).toContainText('whose cost and resolution are known')
  await page.getByRole('button', { name: /^Vapi|^vapi/ }).click()
  await expect(page).toHaveURL(/f=is,provider,vapi/)
  await expect(calls().first()).toContainText('vapi')
  await expect(calls().filter({ hasNotText: 'vapi' })).toHaveCount(0)
  await page.goBack()
  await expect(page).toHaveURL(`${shown.origin}/voice`)
})

test('a call is found, opened, told with its visit, and back is the list as it was', async () => {
  await shown.send(keys.write, [
    { event_type: 'pageview', page_url: 'https://fernhill.example/pricing', session_id: 'visit-1' },
    { event_type: 'ai_call', source: 'voice', ai_call_id: 'bad', ai_provider: HOSTILE, ai_intent: HOSTILE },
  ])
  const ended = {
    ...call('conv-77'),
    metrone_session: 'visit-1',
    summary: 'Wants a table for four on Friday.',
  }
  expect(await deliver('generic/main', keys.write, ended)).toBe(200)
  await drained(shown.origin)
  await open('/voice')
  await page.getByRole('searchbox', { name: 'Search calls' }).fill('CONV-77')
  await expect(calls()).toHaveCount(1)
  await expect(calls()).toContainText('Not verified')
  await calls().click()
  await expect(page).toHaveURL(/\/voice\/int_[0-9a-f]{16}\?search=CONV-77$/)
  await expect(page.getByText('Not verified: the endpoint has no secret')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Deliveries, the oldest first' })).toContainText('ended')
  await expect(page.getByRole('list', { name: 'Events of the visit' })).toContainText('/pricing')
  await expect(page.getByText('No words are kept of it.')).toBeVisible()
  expect(await page.content()).not.toContain('table for four')
  expect(await page.content()).not.toContain('447700900177')
  await page.goBack()
  await expect(page.getByRole('searchbox', { name: 'Search calls' })).toHaveValue('CONV-77')
  await expect(calls()).toHaveCount(1)
})

test('an unsigned delivery to an endpoint with a secret is listed with its reason', async () => {
  shown.give(
    SECRET,
    'webhooks',
    'secret',
    'Demo',
    '--platform',
    'generic',
    '--endpoint',
    'locked',
    '--set-from',
    '-',
  )
  await expect.poll(() => deliver('generic/locked', keys.write, call('x')), { timeout: 10_000 }).toBe(401)
  await drained(shown.origin)
  await open('/voice?result=refused')
  const list = page.getByRole('list', { name: 'Webhook deliveries' }).getByRole('listitem')
  await expect(list.first()).toContainText('A secret is configured')
  await expect(list.filter({ hasText: 'Taken' })).toHaveCount(0)
})

test('an address of no call says so and leads back', async () => {
  await open('/voice/int_00000000000000ff')
  await expect(page.getByRole('alert')).toContainText('There is no such call or chat in this project')
  await page.getByRole('link', { name: 'All calls' }).click()
  await expect(page).toHaveURL(`${shown.origin}/voice`)
  shown.breaches.splice(0)
})

test('every page is whole, wide and on a phone, light and dark, and axe finds nothing', async () => {
  test.setTimeout(120_000)
  await open('/voice')
  await expect(calls().filter({ hasText: HOSTILE })).toHaveCount(1)
  await open('/voice?search=conv-77')
  const one = await calls().getAttribute('href')
  for (const width of [1440, 390])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      for (const view of ['/voice', '/voice?detail=voice_platforms', '/chat?chart=bars', one ?? '']) {
        await open(view)
        await expect(page.locator('.bone')).toHaveCount(0)
        expect(await page.evaluate(() => document.querySelector('bdi *, img'))).toBeNull()
        expect(await shown.isTooWide()).toBe(false)
        expect(await shown.findFaults()).toEqual([])
      }
    }
  expect(shown.breaches).toEqual([])
})

test('V and H open the pages by keyboard', async () => {
  await signIn('Demo')
  await page.keyboard.press('v')
  await expect(page).toHaveURL(`${shown.origin}/voice`)
  await expect(number(/^Calls/)).toBeVisible()
  await page.keyboard.press('h')
  await expect(page).toHaveURL(`${shown.origin}/chat`)
})
