/** What an owner does next: a second factor, a passkey on a virtual device, a member by invitation, a project of the team. */
import { createHmac } from 'node:crypto'
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test'
import { becomeOwner, type Installation, OWNER, PASSWORD, startInstallation } from './installation.ts'
import { findFaults, watchPage } from './watching.ts'

const GUEST = 'bob@shop.example'
/** What Chromium writes of answers that a test provokes. */
const EXPECTED = /status of 40[013]/
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

let installation: Installation
/** By its name: a bare address has no passkeys. */
let origin: string
let context: BrowserContext
let page: Page
let breaches: string[]
let recoveryCodes: string[]

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  installation = await startInstallation()
  origin = installation.origin.replace('127.0.0.1', 'localhost')
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' })
  page = await context.newPage()
  breaches = watchPage(page, origin, EXPECTED)
  await becomeOwner(page, installation.setUpLink().replace('127.0.0.1', 'localhost'))
})

test.afterAll(async () => {
  await context?.close()
  await installation?.stop()
})

const heading = (on: Page, name: string) => on.getByRole('heading', { level: 1, name })
const part = (name: string) => page.getByRole('region', { name })

/** The code that an authenticator app shows now, or so many steps of half a minute later: RFC 6238. */
function codeOf(secret: string, steps = 0): string {
  const bits = [...secret].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const digest = createHmac('sha1', key).update(counter).digest()
  const at = (digest.at(-1) as number) & 15
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

async function signIn(browser: Browser): Promise<Page> {
  const fresh = await (await browser.newContext()).newPage()
  await fresh.goto(`${origin}/signin`)
  await fresh.getByLabel('E-mail').fill(OWNER)
  await fresh.getByLabel('Password').fill(PASSWORD)
  await fresh.keyboard.press('Enter')
  return fresh
}

test('an authenticator app is set up, and its code is asked for from then on', async ({ browser }) => {
  await page.goto(`${origin}/account`)
  const factor = part('Second factor')
  await factor.getByLabel('Password').fill(PASSWORD)
  await factor.getByRole('button', { name: 'Set up an authenticator app' }).click()
  await expect(factor.getByRole('img', { name: /^QR code/ })).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  const secret = (await factor.locator('code').textContent()) as string
  await factor.getByLabel('Code', { exact: true }).fill('000000')
  await page.keyboard.press('Enter')
  await expect(factor.getByRole('alert')).toBeVisible()
  await factor.getByLabel('Code', { exact: true }).fill(codeOf(secret))
  await page.keyboard.press('Enter')
  await expect(factor.getByText('These codes are shown once')).toBeVisible()
  recoveryCodes = ((await factor.locator('code').textContent()) as string).split('\n')
  expect(recoveryCodes).toHaveLength(10)
  expect(await findFaults(page)).toEqual([])
  await factor.getByRole('button', { name: 'I have kept them' }).click()
  await expect(factor.getByText('On. 10 recovery codes are left.')).toBeVisible()
  const fresh = await signIn(browser)
  await expect(heading(fresh, 'Enter your code')).toBeVisible()
  await fresh.getByLabel('Code', { exact: true }).fill(recoveryCodes[0] as string)
  await fresh.keyboard.press('Enter')
  await expect(heading(fresh, 'My website')).toBeVisible()
  await fresh.context().close()
})

test('a passkey of a device signs in without password and code', async () => {
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const passkeys = part('Passkeys')
  await passkeys.getByLabel('Name of this device').fill('Laptop <b>')
  await passkeys.getByLabel('Password').fill(PASSWORD)
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(passkeys.getByText('Laptop <b> · not used yet')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await expect(heading(page, 'Sign in')).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(heading(page, 'My website')).toBeVisible()
  await page.goto(`${origin}/account`)
  await expect(passkeys.getByText(/^Laptop <b> · used /)).toBeVisible()
  await passkeys.getByRole('button', { name: 'Remove Laptop <b>' }).click()
  await expect(passkeys.getByText('Laptop <b>')).toBeHidden()
})

test('an invited viewer joins, sees the project and may not manage', async ({ browser }) => {
  await page.goto(`${origin}/team`)
  await part('Invitations').getByLabel('E-mail').fill(GUEST)
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await expect(part('Invitations').getByText(`${GUEST} · viewer`)).toBeVisible()
  expect(await findFaults(page)).toEqual([])
  const link = (await part('Invitations').locator('code').textContent()) as string
  const guest = await (await browser.newContext()).newPage()
  await guest.goto(link.replace('127.0.0.1', 'localhost'))
  await expect(guest.getByText('My organisation')).toBeVisible()
  expect(await findFaults(guest)).toEqual([])
  await guest.getByLabel('Password').fill(PASSWORD)
  await guest.getByRole('button', { name: 'Join' }).click()
  await expect(heading(guest, 'My website')).toBeVisible()
  await guest.goto(`${origin}/team`)
  await expect(guest.getByText(OWNER)).toBeVisible()
  await expect(guest.getByRole('region', { name: 'Invitations' })).toBeHidden()
  await page.reload()
  await page.getByLabel('Role of bob').selectOption('editor')
  await expect(part('Who changed what').getByText(`member made editor · ${GUEST}`)).toBeVisible()
  await guest.context().close()
})

test('a new project of the team is on the page of all projects, with its line', async () => {
  await page.goto(`${origin}/projects`)
  await expect(page.getByRole('link', { name: /My website/ }).getByRole('img')).toBeVisible()
  await page.getByText('New project').click()
  await page.getByLabel('Name').fill('Blog <script>')
  await page.getByRole('button', { name: 'Create project' }).click()
  const card = page.getByRole('link', { name: /Blog <script>/ })
  await expect(card).toContainText('0 visitors in 30 days')
  expect(await findFaults(page)).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of ['/projects', '/team', '/account']) {
    await page.goto(`${origin}${path}`)
    await expect(page.getByRole('region').first()).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  }
  await page.goto(`${origin}/projects`)
  await card.click()
  await expect(heading(page, 'Blog <script>')).toBeVisible()
  expect(breaches).toEqual([])
})
