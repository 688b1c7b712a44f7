/** The pure pieces, and the answers that no Metrone server gives. */
import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import {
  type MetroneError,
  MetroneServer,
  type MetroneServerConfig,
  MetroneServerError,
} from '../src/index.ts'
import { queryString } from '../src/params.ts'
import { retryDelay } from '../src/retry.ts'
import { readFrames } from '../src/stream.ts'
import { BATCH_BYTES, WaitingList, writeDown } from '../src/waiting.ts'
import { serve } from './wire.ts'

const KEY = `metrone_live_${'0'.repeat(32)}`

test.each([
  [1, undefined, 0, 500],
  [1, undefined, 1, 1000],
  [2, undefined, 0, 1000],
  [3, undefined, 1, 4000],
  [20, undefined, 1, 30_000],
  [1, 7000, 0, 7000],
  [1, 7000, 1, 7500],
  [1, 0, 0.5, 250],
])('retryDelay(%s, %s, %s) is %s ms', (failures, retryAfterMs, random, expected) => {
  expect(retryDelay(failures, retryAfterMs, random)).toBe(expected)
})

test.each([
  [{}, [10, 5000, 3, 10_000, 1000]],
  [
    { batchSize: 500, flushIntervalMs: -1, maxRetries: 1e9, timeoutMs: 0, maxQueueSize: 0 },
    [100, 10, 20, 1, 1],
  ],
  [
    { batchSize: '20', flushIntervalMs: 'soon', maxRetries: null, timeoutMs: Infinity },
    [20, 5000, 3, 2 ** 31 - 1, 1000],
  ],
])('the numbers of %j are %j', (given, expected) => {
  const config = { apiKey: KEY, ...given } as unknown as MetroneServerConfig
  const { batchSize, flushIntervalMs, maxRetries, timeoutMs, maxQueueSize } = readConfig(config)
  expect([batchSize, flushIntervalMs, maxRetries, timeoutMs, maxQueueSize]).toEqual(expected)
})

test.each([
  ['https://data.yoursite.com/', 'https://data.yoursite.com'],
  ['http://localhost:8000/metrone//', 'http://localhost:8000/metrone'],
])('the endpoint %s is %s', (endpoint, expected) => {
  expect(readConfig({ apiKey: KEY, endpoint }).endpoint).toBe(expected)
})

test.each([
  [undefined],
  [null],
  [''],
  ['metrone_live_123'],
  [{ apiKey: 42 }],
  [{ apiKey: `${KEY}\n` }],
  [{ apiKey: KEY, endpoint: 'data.yoursite.com' }],
  [{ apiKey: KEY, endpoint: 'ftp://data.yoursite.com' }],
  [{ apiKey: KEY, endpoint: 'https://user@data.yoursite.com' }],
  [{ apiKey: KEY, endpoint: 'https://data.yoursite.com?a=1' }],
])('%j fails at construction with one sentence', (config) => {
  const make = (): MetroneServer => new MetroneServer(config as never)
  expect(make).toThrow(expect.objectContaining({ name: 'MetroneValidationError', code: 'INVALID_CONFIG' }))
  expect(make).not.toThrow(/metrone_live_[0-9]/)
})

test.each([
  [{}, ''],
  [{ days: 7, from: undefined, cursor: null }, '?days=7'],
  [{ metrics: ['pageviews', 'revenue'] }, '?metrics=pageviews%2Crevenue'],
  [{ filters: [['is', 'page', '/a&b']] }, `?filters=${encodeURIComponent('[["is","page","/a&b"]]')}`],
])('the query string of %j is %s', (params, expected) => {
  expect(queryString(params)).toBe(expected)
})

test('frames come whole, however the text is cut', () => {
  const text =
    'retry: 2000\n: connected\n\nid: 1\ndata: {"a":1}\n\n: still here\n\nid: 2\r\ndata: b\r\ndata: c\r\n\r\n'
  const expected = [
    { id: '1', data: '{"a":1}' },
    { id: '2', data: 'b\nc' },
  ]
  for (let at = 0; at <= text.length; at++) {
    const read = readFrames()
    expect([...read(text.slice(0, at)), ...read(text.slice(at))], `cut at ${at}`).toEqual(expected)
  }
  expect(() => readFrames()('x'.repeat(2_000_000))).toThrow('no Metrone server')
})

const makeEvent = (name: string, text = '') => ({
  event_type: name,
  idempotency_key: name,
  timestamp: 1,
  sdk_version: 't',
  properties: { text },
})
const names = (batch: { event: { event_type: string } }[]) => batch.map(({ event }) => event.event_type)

test('a batch is cut where its body would grow too long', () => {
  const list = new WaitingList()
  for (const name of ['a', 'b', 'c'])
    list.add(writeDown(makeEvent(name, 'x'.repeat(BATCH_BYTES / 2 - 200))), 100)
  expect(names(list.take(10))).toEqual(['a', 'b'])
  expect(() => writeDown(makeEvent('d', '€'.repeat(BATCH_BYTES / 3)))).toThrow('bytes')
})

test('what is under way does not make room', () => {
  const list = new WaitingList()
  for (const name of ['a', 'b', 'c']) list.add(writeDown(makeEvent(name)), 3)
  list.take(2)
  expect(list.add(writeDown(makeEvent('d')), 3)?.event.event_type).toBe('c')
  list.release()
  expect(list.add(writeDown(makeEvent('e')), 3)?.event.event_type).toBe('a')
})

test('an event that may have arrived a day ago is not sent again', () => {
  const list = new WaitingList()
  for (const name of ['a', 'b', 'c']) list.add(writeDown(makeEvent(name)), 3)
  const [first, second] = list.take(2)
  if (first) first.riskedAt = 0
  if (second) second.riskedAt = 3_600_000
  expect(names(list.findExpired(23.5 * 3_600_000))).toEqual(['a'])
})

const REDIRECT: RequestListener = (request, response) =>
  void response.writeHead(307, { Location: `http://${request.headers.host}/stolen` }).end()
const PAGE: RequestListener = (_, response) => void response.end('<!doctype html>')
const LIST: RequestListener = (_, response) => void response.end('[]')
const NULL: RequestListener = (_, response) => void response.end('null')
const BROKEN: RequestListener = (_, response) => void response.writeHead(502).end('<h1>Bad gateway</h1>')

test.each([
  ['a redirect', REDIRECT],
  ['a page', PAGE],
  ['a list', LIST],
  ['null', NULL],
  ['a gateway’s page', BROKEN],
])('%s is no delivery: the event waits, and the key goes nowhere else', async (_, listener) => {
  const paths: (string | undefined)[] = []
  const watch: RequestListener = (request, response) => {
    paths.push(request.url)
    listener(request, response)
  }
  await serve(watch, async (port) => {
    const metrone = new MetroneServer({ apiKey: KEY, endpoint: `http://127.0.0.1:${port}`, maxRetries: 0 })
    metrone.track('signup')
    const error = await metrone.flush().catch((thrown) => thrown)
    expect(error).toBeInstanceOf(MetroneServerError)
    expect((error as MetroneError).result).toMatchObject({ sent: 0, failed: [], waiting: 1 })
    expect(error.message).not.toContain(KEY)
    expect(paths).toEqual(['/v1/events/batch'])
  })
})

test.each([
  ['a page', PAGE],
  ['a gateway’s page', BROKEN],
])('%s is no stream', async (_, listener) => {
  await serve(listener, async (port) => {
    const metrone = new MetroneServer({ apiKey: KEY, endpoint: `http://127.0.0.1:${port}`, maxRetries: 1 })
    await expect(metrone.stream().next()).rejects.toThrow(MetroneServerError)
  })
})
