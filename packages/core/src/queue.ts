/**
 * Events on their way out: batching, retries and the last chance when a page goes. Knows no page and no network; a
 * client gives it both. Memory only; a queue that survives a reload wraps this one.
 */
import { type Answer, isTemporary, retryDelay } from './backoff.ts'
import type { WireEvent } from './event.ts'

/** Delivers one body, a JSON array of events. A rejection means that no answer came. */
export type Post = (body: string) => Promise<Answer>
/** Hands one body over for delivery after the page is gone; false where it was not taken. */
export type Beacon = (body: string) => boolean

/** The three things to do with a queue; a tuple, since its names cost nothing in a script that counts bytes. */
export type Queue = [
  /** Takes an event, which leaves within {@link FLUSH_MS}. */
  add: (event: WireEvent) => void,
  /** Sends what waits, one batch after the other; while a retry is due it waits for that. */
  flush: () => void,
  /** Hands everything over by beacon: the page may never run again. */
  leave: () => void,
]

export const BATCH_EVENTS = 10
export const FLUSH_MS = 2e3
export const MAX_FAILURES = 6
export const MAX_WAITING = 100
/** Beacons and keepalive requests carry 64 KiB at most; a UTF-16 unit becomes three bytes of UTF-8 at most. */
export const BATCH_CHARS = 2e4

/**
 * A queue in front of `post` and `beacon`; `settle` is called before bodies are written, to complete events that wait.
 * An event stays in it until the server's word on it is final, and keeps its idempotency key over every attempt, so
 * that the server counts it once however often it comes.
 */
export function createQueue(post: Post, beacon: Beacon, settle: () => void): Queue {
  const waiting: WireEvent[] = []
  /** The timer of the next flush, 0 where none is due. */
  let timer = 0
  let failures = 0
  /** How many of the first events are under way. */
  let sending = 0
  let batchEvents = BATCH_EVENTS

  /** The next batch from index `from`: its body and how many events it holds, one at least. */
  const encode = (from: number): [body: string, count: number] => {
    const batch = waiting.slice(from, from + batchEvents)
    for (;;) {
      const body = JSON.stringify(batch)
      if (body.length <= BATCH_CHARS || !batch[1]) return [body, batch.length]
      batch.pop()
    }
  }

  const wait = (ms: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = 0
      flush()
    }, ms)
  }

  const conclude = (answer: Answer): void => {
    const count = sending
    sending = 0
    if (isTemporary(answer.status) && ++failures < MAX_FAILURES) {
      wait(retryDelay(failures, answer, Math.random()))
    } else {
      failures = 0
      // One bad event rejects its whole batch: from here on one by one, so that only the bad one is lost.
      if (answer.status === 400 && count > 1) batchEvents = 1
      else waiting.splice(0, count)
      if (!timer) flush()
    }
  }

  const flush = (): void => {
    if (sending || !waiting[0] || (failures && timer)) return
    settle()
    const [body, count] = encode(0)
    sending = count
    post(body).then(conclude, () => conclude({}))
  }

  return [
    (event) => {
      if (waiting.push(event) > MAX_WAITING) waiting.splice(sending, 1)
      if (!timer) wait(FLUSH_MS)
    },
    flush,
    () => {
      settle()
      let from = 0
      while (waiting[from]) {
        const [body, count] = encode(from)
        if (!beacon(body)) break
        from += count
      }
      // A beacon has no answer. What is under way, or what a server in trouble was sent, stays for a retry.
      if (!failures) waiting.splice(sending, from - sending)
    },
  ]
}
