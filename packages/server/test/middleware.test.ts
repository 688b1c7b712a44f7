/** AI agents that fetch pages of a real Express application end in the reads of the real server; people are left alone. */
import type { RequestListener } from 'node:http'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentMiddleware, type EventRow, MetroneServer } from '../src/index.ts'
import { type Project, RunningServer } from './running.ts'
import { serve, visit } from './wire.ts'

const GPTBOT = 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

let server: RunningServer
let projects: Project[]
let metrone: MetroneServer

beforeAll(async () => {
  server = await new RunningServer().start()
  projects = await server.projects(3)
})
afterAll(() => server?.stop())

/** A client of a fresh project. */
function open(): MetroneServer {
  metrone = new MetroneServer({
    apiKey: projects.pop()?.full ?? '',
    endpoint: server.origin,
    flushIntervalMs: 20,
  })
  return metrone
}

/** One request as an agent or a browser makes it; its status and body. */
async function fetchPage(port: number, path: string, userAgent?: string, method = 'GET'): Promise<string> {
  const headers = { host: 'yoursite.com', ...(userAgent !== undefined && { 'user-agent': userAgent }) }
  const { status, text } = await visit(`http://127.0.0.1:${port}${path}`, { method, headers })
  return `${status} ${text}`
}

async function readEvents(): Promise<EventRow[]> {
  await metrone.flush()
  await server.drained()
  return (await metrone.getEvents({ limit: 100 })).data
}

test('an Express application counts what agents fetch, and nothing else', async () => {
  const app = express()
  app.use(agentMiddleware(open()))
  const shop = express.Router()
  shop.get('/item', (_, response) => void response.send('An item'))
  app.use('/shop', shop)
  app.get('/broken', () => {
    throw new Error('a mistake of the application')
  })
  app.use((_error: Error, _request: unknown, response: express.Response, _next: unknown) => {
    response.status(500).send('Sorry')
  })
  await serve(app, async (port) => {
    expect(await fetchPage(port, '/shop/item?utm_source=x', GPTBOT)).toBe('200 An item')
    expect(await fetchPage(port, '/gone', GPTBOT)).toMatch(/^404 /)
    expect(await fetchPage(port, '/broken', GPTBOT)).toBe('500 Sorry')
    expect(await fetchPage(port, '/shop/item', CHROME)).toBe('200 An item')
    expect(await fetchPage(port, '/shop/item')).toBe('200 An item')
    await fetchPage(port, '/logo.png', GPTBOT)
    await fetchPage(port, '/shop/item', GPTBOT, 'HEAD')
    const rows = (await readEvents()).reverse()
    expect(rows.map(({ page_url, properties }) => [page_url, properties.status_code])).toEqual([
      ['http://yoursite.com/shop/item', 200],
      ['http://yoursite.com/gone', 404],
      ['http://yoursite.com/broken', 500],
    ])
    for (const { visitor_type, agent_name, event_type, properties } of rows) {
      expect([visitor_type, agent_name, event_type]).toEqual(['ai_agent', 'GPTBot', 'pageview'])
      expect(properties).toMatchObject({ agent_capture: 'server', response_ms: expect.any(Number) })
    }
    expect((await metrone.getStats({ days: 1 })).unique_visitors).toBe(0)
    expect((await metrone.getStats({ days: 1, visitor_type: 'ai_agent' })).pageviews).toBe(3)
  })
})

test('plain node:http works as well, and an answer that is broken off counts once', async () => {
  const middleware = agentMiddleware(open(), { origin: 'https://yoursite.com' })
  const listener: RequestListener = (request, response) =>
    middleware(request, response, () => {
      response.write('begun')
      if (request.url === '/cut') response.destroy()
      else response.end()
    })
  await serve(listener, async (port) => {
    await fetchPage(port, '/cut', GPTBOT).catch(() => {})
    await fetchPage(port, '/whole', GPTBOT)
    const pages = (await readEvents()).map(({ page_url }) => page_url)
    expect(pages.sort()).toEqual(['https://yoursite.com/cut', 'https://yoursite.com/whole'])
  })
})

test.each([
  ['a Host that is none', { host: 'a b\u0000', 'user-agent': GPTBOT }, '/page'],
  ['no Host', { 'user-agent': GPTBOT }, '/page'],
  ['an address that is none', { host: 'yoursite.com', 'user-agent': GPTBOT }, 'http://['],
  ['a second User-Agent', { host: 'yoursite.com', 'user-agent': [GPTBOT, GPTBOT] }, '/page'],
])('%s: the application still answers', (_, headers, url) => {
  const once = (): void => {
    throw new Error('nothing listens')
  }
  let isAnswered = false
  agentMiddleware(new MetroneServer(`metrone_live_${'0'.repeat(32)}`))(
    { method: 'GET', url, headers },
    { statusCode: 200, once },
    () => {
      isAnswered = true
    },
  )
  expect(isAnswered).toBe(true)
})

test.each(['//evil.example/page', '/\\evil.example/page', '/@evil.example/page'])(
  'the path %s is one of this host',
  (url) => {
    const tracked: string[] = []
    const tracker = { pageview: (page: string) => void tracked.push(page), flush: () => Promise.reject() }
    const middleware = agentMiddleware(tracker, { origin: 'https://yoursite.com' })
    const once = (_: string, tell: () => void): void => tell()
    middleware({ method: 'GET', url, headers: { 'user-agent': GPTBOT } }, { statusCode: 200, once }, () => {})
    expect(tracked.map((page) => new URL(page).host)).toEqual(['yoursite.com'])
  },
)

test('an origin that is none fails at once', () => {
  expect(() => agentMiddleware(open(), { origin: 'yoursite.com' })).toThrow('The origin must be one')
})
