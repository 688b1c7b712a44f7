/** What a page must never do, and what is wrong with it for people who do not use a mouse or eyes. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Script errors, dialogs, breaches of the policy and requests to other hosts, as they come. `expected` are not told. */
export function watchPage(page: Page, origin: string, expected?: RegExp): string[] {
  const breaches: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected?.test(message.text())) breaches.push(message.text())
  })
  page.on('pageerror', (error) => breaches.push(String(error)))
  page.on('dialog', (dialog) => {
    breaches.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const isOwn = request.url().startsWith(`${origin}/`) || request.url().startsWith(`blob:${origin}/`)
    if (!isOwn) breaches.push(`request to ${request.url()}`)
  })
  return breaches
}

/** Waits until what moves has come to rest: colours half way are none of the design's. Not for what never does, as out of sight. */
export async function rest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moving = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
    const atRest = Promise.allSettled(moving.map(({ finished }) => finished))
    await Promise.race([atRest, new Promise((resolve) => setTimeout(resolve, 2_000))])
  })
}

/** What axe finds on the page as it is, at rest. */
export async function findFaults(page: Page): Promise<string[]> {
  await rest(page)
  await page.evaluate(AXE)
  const script =
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))'
  return page.evaluate<string[]>(script)
}
