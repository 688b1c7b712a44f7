import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Answer } from '../src/backoff.ts'
import type { WireEvent } from '../src/event.ts'
import { BATCH_CHARS, BATCH_EVENTS, createQueue, FLUSH_MS, MAX_FAILURES, MAX_WAITING } from '../src/queue.ts'

const OK: Answer = { status: 202 }
const BUSY: Answer = { status: 503 }

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function makeEvent(name: string, text = ''): WireEvent {
  const where = { page_url: 'https://site.test/', page_title: text }
  return { api_key: 'k', event_type: name, idempotency_key: name, timestamp: 1, sdk_version: 't', ...where }
}

const readNames = (body: string): string[] => JSON.parse(body).map((event: WireEvent) => event.event_type)

/** A queue whose server gives `answers` in order (undefined: no answer came), then accepts everything. */
function openQueue(answers: (Answer | undefined)[] = [], takesBeacons = true) {
  const posts: string[][] = []
  const beacons: string[][] = []
  const [add, flush, leave] = createQueue(
    async (body) => {
      posts.push(readNames(body))
      const answer = answers.length ? answers.shift() : OK
      if (!answer) throw new TypeError('Failed to fetch')
      return answer
    },
    (body) => {
      if (takesBeacons) beacons.push(readNames(body))
      return takesBeacons
    },
    () => {},
  )
  return { add, flush, leave, posts, beacons }
}

test('events leave together after the flush delay', async () => {
  const { add, posts } = openQueue()
  add(makeEvent('a'))
  add(makeEvent('b'))
  await vi.advanceTimersByTimeAsync(FLUSH_MS - 1)
  expect(posts).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(posts).toEqual([['a', 'b']])
})

test('more events than a batch holds leave in several, one after the other', async () => {
  const { add, flush, posts } = openQueue()
  for (let i = 0; i < BATCH_EVENTS + 2; i++) add(makeEvent(`e${i}`))
  flush()
  await vi.runAllTimersAsync()
  expect(posts.map((names) => names.length)).toEqual([BATCH_EVENTS, 2])
})

test('a batch is cut where its body would grow too long', async () => {
  const { add, flush, posts } = openQueue()
  for (const name of ['a', 'b', 'c']) add(makeEvent(name, 'x'.repeat(BATCH_CHARS / 2 - 200)))
  add(makeEvent('huge', 'x'.repeat(BATCH_CHARS * 2)))
  flush()
  await vi.runAllTimersAsync()
  expect(posts).toEqual([['a', 'b'], ['c'], ['huge']])
})

test.each([
  ['no answer', undefined],
  ['429', { status: 429 }],
  ['500', { status: 500 }],
  ['503', BUSY],
])('the same events are sent again after %s', async (_, answer) => {
  const { add, flush, posts } = openQueue([answer])
  add(makeEvent('a'))
  flush()
  await vi.advanceTimersByTimeAsync(1999)
  expect(posts).toEqual([['a']])
  await vi.advanceTimersByTimeAsync(1)
  expect(posts).toEqual([['a'], ['a']])
  await vi.runAllTimersAsync()
  expect(posts).toHaveLength(2)
})

test.each([401, 403, 404, 413, 422])(
  'events are dropped after %s, the next ones still leave',
  async (status) => {
    const { add, flush, posts } = openQueue([{ status }])
    add(makeEvent('a'))
    flush()
    await vi.runAllTimersAsync()
    add(makeEvent('b'))
    await vi.runAllTimersAsync()
    expect(posts).toEqual([['a'], ['b']])
  },
)

test('one bad event in a batch costs only itself', async () => {
  const { add, flush, posts } = openQueue([{ status: 400 }, OK, { status: 400 }, OK])
  for (const name of ['a', 'bad', 'c']) add(makeEvent(name))
  flush()
  await vi.runAllTimersAsync()
  expect(posts).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']])
})

test('Retry-After is obeyed, by flush and by new events too', async () => {
  const headers = { get: (name: string) => (name === 'Retry-After' ? '30' : null) }
  const { add, flush, posts } = openQueue([{ status: 429, headers }])
  add(makeEvent('a'))
  flush()
  await vi.advanceTimersByTimeAsync(FLUSH_MS)
  add(makeEvent('b'))
  flush()
  await vi.advanceTimersByTimeAsync(30_000 - FLUSH_MS - 1)
  expect(posts).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(posts).toEqual([['a'], ['a', 'b']])
})

test('events are given up after the last attempt', async () => {
  const { add, flush, posts } = openQueue(Array(MAX_FAILURES).fill(BUSY))
  add(makeEvent('a'))
  flush()
  await vi.runAllTimersAsync()
  expect(posts).toHaveLength(MAX_FAILURES)
  add(makeEvent('b'))
  await vi.runAllTimersAsync()
  expect(posts.at(-1)).toEqual(['b'])
})

test('the oldest events make room when too many wait', async () => {
  const { add, leave, beacons } = openQueue()
  for (let i = 0; i < MAX_WAITING + 3; i++) add(makeEvent(`e${i}`))
  leave()
  expect(beacons.flat()).toHaveLength(MAX_WAITING)
  expect(beacons.flat()[0]).toBe('e3')
})

test('everything that waits leaves by beacon, and only once', async () => {
  const { add, leave, posts, beacons } = openQueue()
  for (let i = 0; i < BATCH_EVENTS + 1; i++) add(makeEvent(`e${i}`))
  leave()
  leave()
  await vi.runAllTimersAsync()
  expect(beacons.map((names) => names.length)).toEqual([BATCH_EVENTS, 1])
  expect(posts).toEqual([])
})

test('what is under way leaves by beacon too, and is not kept once it is answered', async () => {
  const { add, flush, leave, posts, beacons } = openQueue()
  add(makeEvent('a'))
  flush()
  add(makeEvent('b'))
  leave()
  await vi.runAllTimersAsync()
  expect(beacons).toEqual([['a', 'b']])
  expect(posts).toEqual([['a']])
})

test('a beacon to a server in trouble is no delivery', async () => {
  const { add, flush, leave, posts, beacons } = openQueue([BUSY])
  add(makeEvent('a'))
  flush()
  await vi.advanceTimersByTimeAsync(1)
  leave()
  await vi.runAllTimersAsync()
  expect(beacons).toEqual([['a']])
  expect(posts).toEqual([['a'], ['a']])
})

test('a beacon that the browser refuses leaves the events where they are', async () => {
  const { add, leave, posts } = openQueue([], false)
  add(makeEvent('a'))
  leave()
  await vi.runAllTimersAsync()
  expect(posts).toEqual([['a']])
})
