/** Every snippet of docs/tracker.md, run as it stands in a page that has the script tag. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from '@playwright/test'
import { drain, ofType, test, types } from './tracked.ts'

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/tracker.md', import.meta.url)), 'utf8')
const SNIPPETS = [...PAGE.matchAll(/^```(\w+)\n(.*?)\n```$/gms)].map(([, language, code = '']) => ({
  language,
  code,
}))
const [tag, calls, stub] = SNIPPETS.map(({ code }) => code)
const LEFT_OUT = /`(localStorage\.setItem\(.*?\))`/.exec(PAGE)?.[1] ?? ''

test('the page has the tag, calls, and a stub', () => {
  expect(SNIPPETS.map(({ language }) => language)).toEqual(['html', 'js', 'html'])
  // The tag itself is what every test of the tracker opens its page with.
  expect(tag).toBe(
    '<script defer src="https://data.yoursite.com/m.js" data-key="metrone_live_YOUR_WRITE_KEY"></script>',
  )
})

test('the calls send what they name', async ({ page, receiver, open }) => {
  await open({ attributes: 'data-auto="false"' })
  await page.evaluate(String(calls))
  await expect.poll(() => types(receiver.events)).toEqual(['signup', 'conversion', 'pageview'])
  expect(ofType('signup')(receiver.events)[0]?.properties).toEqual({ plan: 'growth' })
  expect(ofType('conversion')(receiver.events)[0]?.properties).toEqual({
    currency: 'USD',
    conversion_type: 'purchase',
    value: 69,
  })
})

test('with the stub, calls from before the script has loaded are sent, in each of their spellings', async ({
  page,
  receiver,
  open,
}) => {
  await open({ before: `${stub}<script>metrone('track', 'early')</script>` })
  await page.evaluate("metrone('track', 'called'); metrone.push(['track', 'pushed']); metrone.flush()")
  await expect.poll(() => types(receiver.events).sort()).toEqual(['called', 'early', 'pageview', 'pushed'])
})

test('the line that leaves a browser out does so', async ({ page, receiver, open }) => {
  await open({ before: `<script>${LEFT_OUT}</script>` })
  await page.evaluate("metrone.track('unseen'); metrone.flush()")
  await drain(page, receiver)
  expect(receiver.events).toEqual([])
})
