/** The whole app in a fake document against the mock's answers: for component tests. */
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { cleanup, configure, render } from '@testing-library/react'
import { createElement } from 'react'
import { vi } from 'vitest'
import { respond, type Scene } from '../mock/server.ts'
import { createQueries } from '../src/api/cache.ts'
import { createRoutes } from '../src/routes.tsx'

// A cold page takes a second to render where other work shares the processor.
configure({ asyncUtilTimeout: 8_000 })

/** Streams that the page opened; a test plays the server by calling their handlers. */
export const streams: FakeStream[] = []
export class FakeStream {
  static readonly CLOSED = 2
  readyState = 1
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onerror: (() => void) | null = null
  readonly url: string
  constructor(url: string) {
    this.url = url
    streams.push(this)
  }
  close(): void {
    this.readyState = FakeStream.CLOSED
  }
}

export interface Sent {
  path: string
  method: string
  headers: Headers
  body: unknown
}

/** Opens `address`; gives the requests so far and a way to change what the server plays. */
export function open(scene: Scene, address = '/') {
  const sent: Sent[] = []
  const played = { scene }
  streams.length = 0
  vi.stubGlobal('EventSource', FakeStream)
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET'
    const body: unknown = init.body ? JSON.parse(String(init.body)) : null
    const headers = new Headers(init.headers)
    sent.push({ path, method, headers, body })
    const [status, answer] = respond(
      played.scene,
      path,
      method,
      body,
      Date.now(),
      headers.get('x-metrone-share') ?? '',
    )
    return new Response(JSON.stringify(answer), { status })
  })
  history.replaceState(null, '', address)
  const queries = createQueries()
  render(
    createElement(
      QueryClientProvider,
      { client: queries },
      createElement(RouterProvider, { router: createRoutes() }),
    ),
  )
  return { sent, played }
}

export function close(): void {
  cleanup()
  vi.unstubAllGlobals()
}
