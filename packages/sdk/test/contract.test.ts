/** The contract/ examples from the SDK's side: what it sends has their shape, and it understands every answer. The page around it is the least that it asks for. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Metrone } from '../src/index.ts'
import type { AnalyticsError } from '../src/types.ts'

interface Exchange {
  request: { method: string; path: string; body?: unknown }
  response: { status: number; headers: Record<string, string>; body: Record<string, unknown> }
}

const CONTRACT = new URL('../../../contract/', import.meta.url)
const KEY = `metrone_live_${'2'.repeat(32)}`
const read = (name: string): Exchange => JSON.parse(readFileSync(new URL(name, CONTRACT), 'utf8'))
/** The errors that a batch of events can be answered with. */
const ERRORS = readdirSync(new URL('errors/', CONTRACT)).map(
  (name) => [name.replace('.json', ''), read(`errors/${name}`)] as const,
)
const WRITES = ERRORS.filter(
  ([, { request }]) => request.method === 'POST' && request.path.startsWith('/v1/events'),
)

type Sent = { url: string; method: string; events: Record<string, unknown>[] }

/** A client whose server gives `answers` in order and the contract's yes after that. */
function open(...answers: Exchange['response'][]) {
  const sent: Sent[] = []
  const lost: AnalyticsError[] = []
  vi.stubGlobal('fetch', async (url: string, { method, body }: { method: string; body: string }) => {
    sent.push({ url, method, events: JSON.parse(body) })
    const { status, headers, body: answer } = answers.shift() ?? read('writes/batch.json').response
    return new Response(JSON.stringify(answer), { status, headers })
  })
  const onError = (error: AnalyticsError) => lost.push(error)
  return {
    sent,
    lost,
    metrone: new Metrone({ apiKey: KEY, endpoint: 'https://data.test/', autoTrack: false, onError }),
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  const storage = {}
  for (const [name, value] of Object.entries({
    document: { title: 'Pricing', referrer: 'https://www.google.com/', hidden: false },
    location: { href: 'https://example.com/pricing?utm_source=news' },
    navigator: { onLine: true, sendBeacon: () => true },
    localStorage: storage,
    addEventListener: () => {},
    innerWidth: 1280,
    innerHeight: 720,
  }))
    vi.stubGlobal(name, value)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a batch has the shape of the contract’s', async () => {
  const { request } = read('writes/batch.json')
  const [pageview, conversion, call] = request.body as [object, { properties: object }, object]
  const { metrone, sent } = open()
  metrone.pageview()
  metrone.conversion('purchase', 69, { currency: 'USD', plan: 'growth' })
  metrone.trackAICall({
    provider: 'vapi',
    callId: 'call_abc123',
    intent: 'book_appointment',
    outcome: 'completed',
    duration: 47,
    costUsd: 0.12,
  })
  await metrone.flush()
  expect(sent).toHaveLength(1)
  expect(sent[0]).toMatchObject({ url: `https://data.test${request.path}`, method: request.method })
  const events = sent[0]?.events ?? []
  expect(events[0]).toMatchObject({ ...pageview, page_url: 'https://example.com/pricing?utm_source=news' })
  // The name of a conversion is among its properties, as field clients send it.
  expect(events[1]).toMatchObject({
    event_type: 'conversion',
    properties: { ...conversion.properties, conversion_type: 'purchase' },
  })
  expect(events[2]).toMatchObject(call)
  expect(new Set(events.map((event) => event.idempotency_key)).size).toBe(3)
  expect(events.every((event) => event.api_key === KEY)).toBe(true)
})

test.each(['batch', 'batch-envelope', 'batch-duplicates'])(
  'the answer of writes/%s is a yes',
  async (name) => {
    const { response } = read(`writes/${name}.json`)
    const { metrone, lost } = open(response)
    metrone.track('a')
    expect(await metrone.flush()).toEqual({ sent: 1, failed: 0, waiting: 0 })
    expect(metrone.sessionId).toBe(response.body.session_id)
    expect(lost).toEqual([])
  },
)

test('every error that a write can be answered with is among the examples', () => {
  expect(WRITES.length).toBeGreaterThanOrEqual(11)
})

test.each(WRITES)(
  '%s: the events wait where that may help, and are lost with its answer where not',
  async (_, { response }) => {
    const { metrone, sent, lost } = open(response)
    metrone.track('a')
    const isTemporary = response.status === 429 || response.status >= 500
    expect(await metrone.flush()).toEqual({
      sent: 0,
      failed: 0,
      waiting: 1,
      ...(!isTemporary && { failed: 1, waiting: 0 }),
    })
    if (!isTemporary && response.status !== 400) expect(sent).toHaveLength(1)
    expect(lost.map(({ reason }) => reason)).toEqual(isTemporary ? [] : ['refused'])
    if (isTemporary) {
      const seconds = Number(response.headers['retry-after'] ?? 2)
      await vi.advanceTimersByTimeAsync(seconds * 1000 - 1)
      expect(sent).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(seconds * 1000 + 2)
      expect(sent).toHaveLength(2)
      expect(sent[1]?.events).toEqual(sent[0]?.events)
    } else {
      const answer = lost[0]?.cause as Response
      expect(answer.status).toBe(response.status)
      expect(await answer.json()).toEqual(response.body)
    }
  },
)

test('a yes that is not the server’s is no delivery', async () => {
  const { metrone, sent } = open()
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    sent.push({ url: '', method: '', events: JSON.parse(body) })
    return sent.length === 1
      ? new Response('<h1>Welcome to our network</h1>')
      : new Response('{"session_id":"s"}')
  })
  metrone.track('a')
  expect(await metrone.flush()).toEqual({ sent: 0, failed: 0, waiting: 1 })
  await vi.advanceTimersByTimeAsync(4001)
  expect(sent).toHaveLength(2)
  expect(await metrone.flush()).toMatchObject({ waiting: 0 })
})

test('what a day or more has waited in storage is not sent, since the server may have it and not know', async () => {
  const { metrone, sent } = open()
  const left = (age: number, key: string) => ({
    event_type: key,
    idempotency_key: key,
    timestamp: Date.now() - age,
  })
  Object.assign(localStorage, {
    [`metrone_queue_${KEY}0.1`]: JSON.stringify([left(864e5, 'old'), left(60_000, 'young')]),
    [`metrone_queue_${KEY}0.2`]: JSON.stringify([left(1000, 'other')]),
    [`metrone_queue_${KEY.replace(/2/g, '3')}0.1`]: '[]',
    other: 'not ours',
  })
  metrone.track('now')
  await metrone.flush()
  expect(sent[0]?.events.map((event) => event.event_type).sort()).toEqual(['now', 'other', 'young'])
  expect(Object.keys(localStorage)).toEqual([`metrone_queue_${KEY.replace(/2/g, '3')}0.1`, 'other'])
})

test('storage that holds nonsense stops nothing', async () => {
  const { metrone, sent } = open()
  Object.assign(localStorage, { [`metrone_queue_${KEY}`]: '{nonsense' })
  metrone.track('now')
  expect(await metrone.flush()).toEqual({ sent: 1, failed: 0, waiting: 0 })
  expect(sent).toHaveLength(1)
})

test('storage that is closed to the page stops nothing', async () => {
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new DOMException('Access is denied', 'SecurityError')
    },
  })
  const { metrone } = open({ status: 503, headers: {}, body: {} })
  metrone.track('now')
  expect(await metrone.flush()).toEqual({ sent: 0, failed: 0, waiting: 1 })
  metrone.optOut()
  expect(await metrone.flush()).toEqual({ sent: 0, failed: 0, waiting: 0 })
})

test('what counts something answers nothing, so that an effect of React may end with it', () => {
  const { metrone } = open()
  expect([
    metrone.track('a'),
    metrone.pageview(),
    metrone.conversion('a', 1),
    metrone.interaction('click'),
    metrone.trackAICall({ callId: 'c' }),
  ]).toEqual(Array(5).fill(undefined))
})
