import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Answer } from '../src/backoff.ts'
import { BATCH_CHARS, createQueue } from '../src/queue.ts'

const OK: Answer = { status: 202 }
const BUSY: Answer = { status: 503 }
const BATCH_EVENTS = 10
const FLUSH_MS = 2000
const MAX_WAITING = 100

interface Item {
  name: string
  text: string
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const makeEvent = (name: string, text = ''): Item => ({ name, text })
const readNames = (items: Item[]): string[] => items.map(({ name }) => name)

/** A queue whose server gives `answers` in order (undefined: no answer came), then accepts everything. */
function openQueue(answers: (Answer | undefined)[] = [], takesBeacons = true) {
  const posts: string[][] = []
  const beacons: string[][] = []
  const heard: [names: string[], status: number | undefined][] = []
  const held = { isHeld: false }
  const [add, flush, leave, waiting] = createQueue<Item>(
    [
      async (body) => {
        posts.push(readNames(JSON.parse(body)))
        return (answers.length ? answers.shift() : OK) ?? {}
      },
      (body) => {
        if (takesBeacons) beacons.push(readNames(JSON.parse(body)))
        return takesBeacons
      },
      () => held.isHeld,
      (items, answer) => heard.push([readNames(items), answer ? answer.status : -1]),
    ],
    BATCH_EVENTS,
    FLUSH_MS,
    MAX_WAITING,
  )
  return { add, flush, leave, waiting, posts, beacons, heard, held }
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

test('waits double, and events are not given up', async () => {
  const { add, flush, posts } = openQueue(Array(9).fill(BUSY))
  add(makeEvent('a'))
  flush()
  await vi.advanceTimersByTimeAsync(2000 + 4000 + 8000)
  expect(posts).toHaveLength(4)
  await vi.advanceTimersByTimeAsync(15_999)
  expect(posts).toHaveLength(4)
  await vi.runAllTimersAsync()
  expect(posts).toHaveLength(10)
})

test('the first success ends the waiting', async () => {
  const { add, flush, posts } = openQueue([BUSY, OK, BUSY])
  add(makeEvent('a'))
  flush()
  await vi.advanceTimersByTimeAsync(2000)
  add(makeEvent('b'))
  flush()
  await vi.advanceTimersByTimeAsync(2000)
  expect(posts).toEqual([['a'], ['a'], ['b'], ['b']])
})

test('every final word is heard, and every failure', async () => {
  const { add, flush, heard } = openQueue([BUSY, OK, { status: 401 }])
  for (let i = 0; i < BATCH_EVENTS + 1; i++) add(makeEvent(`e${i}`))
  flush()
  await vi.runAllTimersAsync()
  const first = Array.from({ length: BATCH_EVENTS }, (_, i) => `e${i}`)
  expect(heard).toEqual([
    [[], 503],
    [first, 202],
    [['e10'], 401],
  ])
})

test('what is held back leaves neither way, until it is no more', async () => {
  const { add, flush, held, posts } = openQueue()
  held.isHeld = true
  add(makeEvent('a'))
  flush()
  await vi.advanceTimersByTimeAsync(FLUSH_MS)
  expect(posts).toEqual([])
  held.isHeld = false
  flush()
  await vi.runAllTimersAsync()
  expect(posts).toEqual([['a']])
})

test.each([0, -3, Number.NaN])('a batch size of %s still sends, one by one', async (batchEvents) => {
  const posts: string[] = []
  const post = async (body: string): Promise<Answer> => {
    posts.push(body)
    return body === '[]' ? { status: 400 } : OK
  }
  const [add, flush] = createQueue<Item>(
    [post, () => true, () => false, () => {}],
    batchEvents,
    FLUSH_MS,
    MAX_WAITING,
  )
  add(makeEvent('a'))
  add(makeEvent('b'))
  flush()
  await vi.runAllTimersAsync()
  expect(posts.filter((body) => body !== '[]').map((body) => readNames(JSON.parse(body)))).toEqual([
    ['a'],
    ['b'],
  ])
  expect(posts.length).toBeLessThanOrEqual(3)
})

test('the oldest events make room when too many wait, and that is heard', async () => {
  const { add, leave, beacons, heard } = openQueue()
  for (let i = 0; i < MAX_WAITING + 3; i++) add(makeEvent(`e${i}`))
  leave()
  expect(beacons.flat()).toHaveLength(MAX_WAITING)
  expect(beacons.flat()[0]).toBe('e3')
  expect(heard).toEqual([
    [['e0'], -1],
    [['e1'], -1],
    [['e2'], -1],
  ])
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
