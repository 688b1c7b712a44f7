/** AI agents that fetch pages of a real Express application end in the reads of the real server; people are left alone. */
import { request as ask, createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentMiddleware, type EventRow, MetroneServer } from '../src/index.ts'
import { type Project, RunningServer } from './running.ts'

const GPTBOT = 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

let server: RunningServer
let projects: Project[]
let metrone: MetroneServer
let application: Server

beforeAll(async () => {
  server = await new RunningServer().start()
  projects = await server.projects(4)
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

/** Serves `listener` while `use` runs. */
async function serve(listener: RequestListener, use: (port: number) => Promise<void>): Promise<void> {
  application = createServer(listener)
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
  try {
    await use((application.address() as AddressInfo).port)
  } finally {
    application.closeAllConnections()
    await new Promise((resolve) => application.close(resolve))
  }
}

/** One request as an agent or a browser makes it; its status and body. */
function visit(port: number, path: string, userAgent: string | undefined, method = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'yoursite.com', ...(userAgent !== undefined && { 'user-agent': userAgent }) }
    const sent = ask({ port, path, method, headers }, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve(`${answer.statusCode} ${Buffer.concat(chunks)}`)
    })
    sent.on('error', reject)
    sent.end()
  })
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
    expect(await visit(port, '/shop/item?utm_source=x', GPTBOT)).toBe('200 An item')
    expect(await visit(port, '/gone', GPTBOT)).toMatch(/^404 /)
    expect(await visit(port, '/broken', GPTBOT)).toBe('500 Sorry')
    expect(await visit(port, '/shop/item', CHROME)).toBe('200 An item')
    expect(await visit(port, '/shop/item', undefined)).toBe('200 An item')
    await visit(port, '/logo.png', GPTBOT)
    await visit(port, '/shop/item', GPTBOT, 'HEAD')
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
    await visit(port, '/cut', GPTBOT).catch(() => {})
    await visit(port, '/whole', GPTBOT)
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

test('a path of a foreign host stays a path of this one', async () => {
  const middleware = agentMiddleware(open(), { origin: 'https://yoursite.com' })
  const listener: RequestListener = (request, response) => middleware(request, response, () => response.end())
  await serve(listener, async (port) => {
    await visit(port, '//evil.example/page', GPTBOT)
    expect((await readEvents()).map(({ page_url }) => page_url)).toEqual([
      'https://yoursite.com/evil.example/page',
    ])
  })
})
