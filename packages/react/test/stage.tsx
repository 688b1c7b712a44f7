/** A page in happy-dom with the network replaced: what is rendered, where the visitor goes, and what is sent. */
import { act, type ReactNode } from 'react'
import { createRoot, hydrateRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, vi } from 'vitest'

export interface SentEvent {
  api_key: string
  event_type: string
  event_name?: string
  page_url: string
  properties: Record<string, unknown>
  [field: string]: unknown
}

/** Keys of a test's own: a client lives as long as its page, and all tests of a file share one. */
let count = 0
export const nextKey = (): string => `metrone_test_${(++count).toString(16).padStart(32, '0')}`

export const ENDPOINT = 'https://data.site.example'
let sent: SentEvent[] = []
const roots: Root[] = []

// React 18 hears of what a component throws as windows tell it, by an event; vitest switches that off.
const { settings } = (window as unknown as { happyDOM: { settings: Record<string, unknown> } }).happyDOM
settings.disableErrorCapturing = false

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  sent = []
  const take = (body: unknown): void => void sent.push(...(JSON.parse(String(body)) as SentEvent[]))
  vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => {
    take(body)
    return new Response('{"ok":true,"session_id":"ses_1"}', { status: 202 })
  })
  navigator.sendBeacon = (_, body) => {
    take(body)
    return true
  }
})

afterEach(async () => {
  for (const root of roots.splice(0)) await act(async () => root.unmount())
  await settle()
  document.body.textContent = ''
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** Until what was put off to the next turn of the event loop is done. */
export const settle = (): Promise<void> => act(() => new Promise<void>((resolve) => void setTimeout(resolve)))

export function makePlace(html = ''): HTMLElement {
  const place = document.createElement('div')
  place.innerHTML = html
  document.body.append(place)
  return place
}

/** Renders `node`; the answer renders another one in its place. */
export async function mount(node: ReactNode): Promise<(next: ReactNode) => Promise<void>> {
  const root = createRoot(makePlace())
  roots.push(root)
  const show = (next: ReactNode) => act(async () => root.render(next))
  await show(node)
  return show
}

/** Hydrates `node` over the HTML that a server rendered; gives what React complains about. */
export async function hydrate(html: string, node: ReactNode): Promise<unknown[]> {
  const complaints: unknown[] = []
  await act(async () => {
    roots.push(hydrateRoot(makePlace(html), node, { onRecoverableError: (error) => complaints.push(error) }))
  })
  return complaints
}

/** The events so far: the page is hidden, so everything that waits is sent. */
export function leave(): SentEvent[] {
  window.dispatchEvent(new Event('pagehide'))
  return sent
}

export const viewsOf = (events: SentEvent[]): string[] =>
  events
    .filter(({ event_type }) => event_type === 'pageview')
    .map(({ page_url, page_path }) => String(page_path ?? page_url).replace(/^\w+:..[^/]*/, ''))

/** A component that does nothing but run `hook` in every render. */
export function Runs({ hook }: { hook: () => void }) {
  hook()
  return null
}

export const go = (path: string): Promise<void> => act(async () => history.pushState(null, '', path))
