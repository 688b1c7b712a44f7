/** What the tracker's tests share: a receiver, a site, a page with the script tag, and the promises that always hold. */
import { test as base, expect, type Page } from '@playwright/test'
import { Receiver, type SentEvent } from './receiver.ts'
import { type Site, startSite } from './site.ts'

export const KEY = `metrone_live_${'0123456789abcdef'.repeat(2)}`

interface Opening {
  path?: string
  /** Further attributes of the script tag. */
  attributes?: string
  body?: string
  /** What stands in the head before the script tag. */
  before?: string
}

interface Fixtures {
  receiver: Receiver
  site: Site
  /** Opens a page of the site that has the script tag. */
  open: (opening?: Opening) => Promise<void>
}

export const test = base.extend<Fixtures>({
  receiver: async ({ page: _ }, use) => {
    const receiver = await new Receiver().start()
    await use(receiver)
    await receiver.stop()
  },
  site: async ({ page: _ }, use) => {
    const site = await startSite()
    await use(site)
    await site.stop()
  },
  open: async ({ page, receiver, site }, use) => {
    const pageErrors: string[] = []
    const foreignRequests: string[] = []
    page.on('pageerror', (error) => pageErrors.push(error.message))
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (/^http/.test(protocol) && origin !== site.origin && origin !== receiver.origin)
        foreignRequests.push(request.url())
    })
    await use(async ({ path = '/', attributes = '', body = '', before = '' } = {}) => {
      const tag = `<script defer src="${receiver.origin}/m.js" data-key="${KEY}" ${attributes}></script>`
      const head = `<head><title>Home</title>${before}${tag}</head>`
      site.pages['*'] = `<!doctype html><html>${head}<body>${body}</body></html>`
      await page.goto(site.origin + path)
    })
    expect(pageErrors, 'nothing is ever thrown into the page').toEqual([])
    expect(receiver.strays, 'no preflights, no other requests').toEqual([])
    expect(foreignRequests, 'no request to any other host').toEqual([])
  },
})

/** Waits until everything that `page` has sent so far is here, by sending an empty delivery after it. */
export async function drain(page: Page, receiver: Receiver): Promise<void> {
  await page.evaluate((url) => fetch(url, { method: 'POST', body: '[]' }), `${receiver.origin}/mark`)
  await expect.poll(() => receiver.deliveries.some(({ path }) => path === '/mark')).toBe(true)
}

export const types = (events: SentEvent[]): string[] => events.map((event) => event.event_type)
export const ofType = (type: string) => (events: SentEvent[]) =>
  events.filter((event) => event.event_type === type)
/** The path and query of every pageview. */
export const pathsOf = (events: SentEvent[]): string[] =>
  ofType('pageview')(events).map((event) => event.page_url.replace(/^\w+:..[^/]*/, ''))
