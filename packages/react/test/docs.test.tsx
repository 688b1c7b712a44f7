// @vitest-environment happy-dom
/** Every component of docs/react.md, run as it stands there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MetroneProvider } from '@metrone-io/react'
import { act, type ComponentType, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY, tsxBlocks } from './page.ts'
import { ENDPOINT, go, leave, mount, nextKey, type SentEvent } from './stage.tsx'

// Beside the tests, so that the snippets find the packages by their names.
const folder = mkdtempSync(join(import.meta.dirname, '.docs-'))
const shown: Record<string, ComponentType<never>> = {}

beforeAll(async () => {
  for (const [name, code] of Object.entries(tsxBlocks())) writeFileSync(join(folder, name), code)
  for (const name of Object.keys(tsxBlocks())) Object.assign(shown, await import(join(folder, name)))
})
afterAll(() => rmSync(folder, { recursive: true }))

function component<Props>(name: string): ComponentType<Props> {
  return shown[name] as unknown as ComponentType<Props>
}

const press = (name: string) =>
  act(async () => {
    const buttons = [...document.querySelectorAll('button')]
    buttons.find(({ textContent }) => textContent === name)?.click()
  })

const inProvider = (page: ReactNode) => (
  <MetroneProvider config={{ apiKey: nextKey(), endpoint: ENDPOINT, autoTrackClicks: false }}>
    {page}
  </MetroneProvider>
)

const told = (events: SentEvent[]) => events.map(({ event_type, properties }) => [event_type, properties])

test('the provider counts the page', async () => {
  await go('/docs')
  const App = component('App')
  await mount(<App />)
  expect(document.body.textContent).toBe('Your app')
  expect(leave().map(({ api_key, event_type }) => [api_key, event_type])).toEqual([[KEY, 'pageview']])
})

test('the button tracks an event and a conversion', async () => {
  const CheckoutButton = component('CheckoutButton')
  await mount(inProvider(<CheckoutButton />))
  await press('Compare plans')
  await press('Buy now')
  expect(told(leave()).slice(1)).toEqual([
    ['compare', { plan: 'growth' }],
    ['conversion', { plan: 'growth', currency: 'USD', conversion_type: 'purchase', value: 69 }],
  ])
})

test('the wizard names its events and says its step', async () => {
  const Wizard = component<{ step: number }>('Wizard')
  await mount(inProvider(<Wizard step={2} />))
  expect(told(leave()).at(-1)).toEqual(['wizard_shown', { step: 2 }])
})

test('the class tracks', async () => {
  const SignupButton = component<{ plan: string }>('SignupButton')
  await mount(inProvider(<SignupButton plan="growth" />))
  await press('Sign up')
  expect(told(leave()).at(-1)).toEqual(['signup', { plan: 'growth' }])
})

test('the layout renders what it is given', () => {
  const RootLayout = component<{ children: string }>('default')
  expect(renderToString(<RootLayout>Page</RootLayout>)).toMatch(/<body>Page<\/body>/)
})

test('nothing is sent before the visitor agrees', async () => {
  await go('/consent')
  const AppWithConsent = component('AppWithConsent')
  await mount(<AppWithConsent />)
  expect(leave()).toEqual([])
  await press('Count me')
  expect(leave().map(({ event_type }) => event_type)).toEqual(['pageview'])
})
