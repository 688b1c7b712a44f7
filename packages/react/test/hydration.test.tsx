// @vitest-environment happy-dom
import { type ReactNode, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { MetroneProvider, useMetrone } from '../src/index.ts'
import { ENDPOINT, go, hydrate, leave, mount, nextKey, viewsOf } from './stage.tsx'

const WINDOW = ['window', 'document', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage']

/** Renders as a server does, with none of what a browser has. */
function renderOnServer(page: ReactNode): string {
  for (const name of WINDOW) vi.stubGlobal(name, undefined)
  try {
    return renderToString(page)
  } finally {
    for (const name of WINDOW) vi.stubGlobal(name, browser[name as keyof typeof browser])
  }
}
const browser = { window, document, navigator, location, history, localStorage, sessionStorage }

function Button() {
  const { trackEvent, getSessionId } = useMetrone()
  return (
    <button type="button" onClick={() => trackEvent('pressed')}>
      Press{typeof getSessionId}
    </button>
  )
}

const makePage = (apiKey: string) => (
  <StrictMode>
    <MetroneProvider config={{ apiKey, endpoint: ENDPOINT, autoTrackSPA: true }} trackRouteChanges>
      <Button />
    </MetroneProvider>
  </StrictMode>
)

test('a page from a server is hydrated without a difference and counted once', async () => {
  await go('/rendered')
  const apiKey = nextKey()
  const html = renderOnServer(makePage(apiKey))
  expect(html).toContain('<button type="button">')
  expect(leave(), 'a server counts nothing').toEqual([])
  const error = vi.spyOn(console, 'error')
  expect(await hydrate(html, makePage(apiKey))).toEqual([])
  expect(error).not.toHaveBeenCalled()
  document.querySelector('button')?.click()
  // Next puts its own state over the address as soon as it has hydrated.
  history.replaceState({ __NA: true }, '', '/rendered')
  await go('/next')
  const events = leave()
  expect(viewsOf(events)).toEqual(['/rendered', '/next'])
  expect(events.filter(({ event_type }) => event_type === 'pressed')).toHaveLength(1)
})

test('two islands of one page count it once', async () => {
  await go('/islands')
  const apiKey = nextKey()
  const html = renderOnServer(makePage(apiKey))
  await hydrate(html, makePage(apiKey))
  await mount(makePage(apiKey))
  expect(viewsOf(leave())).toEqual(['/islands'])
})
