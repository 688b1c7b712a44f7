/**
 * The pictures of docs/dashboard.md: a server on a folder of its own, full of `metrone demo`, and a picture of each area.
 * Usage: npm run pictures -w tests/browser. Look at what changed before it is committed.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { startDashboard } from './dashboard.ts'
import { becomeOwner } from './installation.ts'
import { rest } from './watching.ts'

const OUT = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))

/** name → address, and what is done before the picture. */
const AREAS: Record<string, { path: string; act?: (page: Page) => Promise<unknown> }> = {
  // First of all: who is there now leaves again.
  realtime: { path: '/realtime' },
  overview: { path: '/?locations=map', act: annotate },
  voice: { path: '/voice' },
  chat: { path: '/chat' },
  call: { path: '/voice', act: (page) => page.locator('a[href^="/voice/int_"]').first().click() },
  events: { path: '/events' },
  settings: { path: '/settings/general' },
  account: { path: '/account' },
}

async function annotate(page: Page): Promise<void> {
  const chart = page.getByRole('slider', { name: 'Visitors over time' })
  await chart.click({ button: 'right', position: { x: 780, y: 120 } })
  await page.getByLabel('What happened').fill('On the front page of Hacker News')
  await page.keyboard.press('Enter')
  await expect(page.locator('.marks path').first()).toBeVisible()
  await chart.hover({ position: { x: 780, y: 120 } })
}

test('each area has its picture', async ({ browser }) => {
  test.setTimeout(400_000)
  // Before the server starts: then the command itself brings every event into the store.
  const shown = await startDashboard(browser, (run) => void run('demo'))
  try {
    const { page, origin, run } = shown
    const { url } = JSON.parse(run('users', 'setup', '--json'))
    await becomeOwner(page, origin + new URL(url).pathname + new URL(url).hash, 'Demo')
    mkdirSync(OUT, { recursive: true })
    for (const [name, { path, act }] of Object.entries(AREAS)) {
      await page.goto(origin + path)
      await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {})
      await act?.(page)
      await expect(page.locator('.bones, .bone, [aria-busy="true"]')).toHaveCount(0)
      await rest(page)
      await page.screenshot({ path: join(OUT, `${name}.png`) })
    }
  } finally {
    await shown.stop()
  }
})
