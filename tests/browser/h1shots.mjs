import { chromium } from '@playwright/test'
import { readFileSync } from 'node:fs'
const log = readFileSync('/tmp/h1server.log', 'utf8')
const link = /\S+\/setup#token=\S+/.exec(log)[0]
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const state = '/tmp/h1state.json'
let context
try { readFileSync(state); context = await browser.newContext({ storageState: state }) } catch { context = await browser.newContext() }
const page = await context.newPage()
page.on('console', (m) => m.type() === 'error' && console.log('console', m.text()))
page.on('pageerror', (e) => console.log('error', String(e)))
const origin = 'http://127.0.0.1:8101'
try { readFileSync(state) } catch {
  await page.goto(link)
  await page.getByLabel('E-mail').fill('ann@shop.example')
  await page.getByLabel('Password').fill('violet anchor humming drum')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'My website' }).waitFor()
  await context.storageState({ path: state })
}
const shots = process.argv.slice(2)
for (const scheme of ['light', 'dark'])
  for (const width of [1440, 390]) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
    for (const name of shots) {
      await page.goto(`${origin}/settings/${name}`)
      await page.waitForLoadState('networkidle')
      await page.waitForTimeout(300)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      if (wide > width) console.log(name, scheme, width, 'is', wide)
      await page.screenshot({ path: `/tmp/h1shots/${name}-${scheme}-${width}.png`, fullPage: true })
    }
  }
await browser.close()
