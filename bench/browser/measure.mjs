/**
 * Opens the overview in Chromium as a reader does, and prints what it took as JSON: the first numbers after a navigation, all of
 * the page after a filter click, and what Lighthouse says. Usage: node measure.mjs SIGN_IN_ADDRESS PAGE_ADDRESS ROUNDS
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import lighthouse, { desktopConfig } from 'lighthouse'
import { chromium } from 'playwright-core'

const [signIn, address, rounds] = process.argv.slice(2)
const CATEGORIES = ['performance', 'accessibility', 'best-practices']
const NUMBER = '.numbers .number strong'
// The answers of a read are kept for a moment; a round must not be answered by the one before it.
const PAUSE_MS = 1_000

/** A port that is free now: Lighthouse finds the browser by its number. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Milliseconds from the navigation until the visitors stand on the page, by the page's own clock. */
async function timeNavigation(page) {
  await page.goto('about:blank')
  await page.waitForTimeout(PAUSE_MS)
  await page.goto(address, { waitUntil: 'commit' })
  return page.evaluate(async (selector) => {
    const frame = () => new Promise(requestAnimationFrame)
    while (!document.querySelector(selector)) await frame()
    return performance.now()
  }, NUMBER)
}

/** Milliseconds from a click on a country until the visitors are those of the country and no panel waits. */
async function timeFilter(page, nth) {
  await page.waitForTimeout(PAUSE_MS)
  return page.evaluate(
    async ([selector, at]) => {
      const frame = () => new Promise(requestAnimationFrame)
      const row = () => document.querySelectorAll('ol[aria-label^="Country"] button.row')[at]
      while (!row() || document.querySelector('.bones, [aria-busy="true"]')) await frame()
      const before = document.querySelector(selector).textContent
      const began = performance.now()
      row().click()
      while ((document.querySelector(selector)?.textContent ?? before) === before) await frame()
      const numbers = performance.now() - began
      while (document.querySelector('.bones, [aria-busy="true"]')) await frame()
      return [numbers, performance.now() - began]
    },
    [NUMBER, nth],
  )
}

const profile = mkdtempSync(join(tmpdir(), 'metrone-page-'))
const port = await freePort()
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    `--remote-debugging-port=${port}`,
  ],
  viewport: { width: 1440, height: 1000 },
})
try {
  const page = await browser.newPage()
  await page.goto(signIn)
  await page.waitForSelector(NUMBER)
  const navigations = []
  const filters = []
  for (let round = 0; round < Number(rounds); round += 1) {
    navigations.push(await timeNavigation(page))
    filters.push(await timeFilter(page, round % 4))
  }
  await page.close()
  const report = await lighthouse(
    address,
    { port, onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: 'error' },
    desktopConfig,
  )
  const scores = CATEGORIES.map((name) => [name, Math.round(report.lhr.categories[name].score * 100)])
  const missed = Object.values(report.lhr.audits)
    .filter(
      ({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== 'informative',
    )
    .map(({ id, displayValue }) => `${id} ${displayValue ?? ''}`.trim())
  console.log(JSON.stringify({ navigations, filters, scores: Object.fromEntries(scores), missed }))
} finally {
  await browser.close()
  rmSync(profile, { recursive: true, force: true })
}
