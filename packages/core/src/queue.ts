/**
 * Events on their way out: batching, retries and the last chance when a page goes. Knows no page, no network and no
 * disk; a client gives it what it needs of them.
 */
import { type Answer, isTemporary, retryDelay } from './backoff.ts'

/** The way out of a queue. None of these may throw. A tuple, since its names cost nothing in a script that counts bytes. */
export type Outlet<Event> = [
  /** Delivers one body, a JSON array of events. Never rejects; no answer is an empty one. */
  post: (body: string) => Promise<Answer>,
  /** Hands one body over for delivery after the page is gone; false where it was not taken. */
  beacon: (body: string) => boolean,
  /** Completes the events that wait, before bodies are written. Something true holds everything back for now. */
  settle: () => unknown,
  /**
   * Hears of events that have left the queue: the last answer to them, none where they made room for newer ones. A
   * failure that is not final comes with no events.
   */
  hear: (events: Event[], answer?: Answer) => void,
]

/** What to do with a queue. */
export type Queue<Event> = [
  /** Takes an event, which leaves within `flushMs`. */
  add: (event: Event) => void,
  /** Sends what waits, one batch after the other; while a retry is due it waits for that. */
  flush: () => void,
  /** Hands everything over by beacon: the page may never run again. What stays in the queue may not have arrived. */
  leave: () => void,
  /** The events of the queue, the oldest first. A client may put others in front while no request is under way. */
  waiting: Event[],
]

/** Beacons and keepalive requests carry 64 KiB at most; a UTF-16 unit becomes three bytes of UTF-8 at most. */
export const BATCH_CHARS = 2e4

/**
 * A queue in front of `outlet`, which gathers `batchEvents` for one request or what came within `flushMs`, and holds
 * `maxWaiting` at most; then the oldest make room. An event stays in it until the server's word on it is final, and
 * keeps its idempotency key over every attempt, so that the server counts it once however often it comes.
 */
export function createQueue<Event>(
  [post, beacon, settle, hear]: Outlet<Event>,
  batchEvents: number,
  flushMs: number,
  maxWaiting: number,
): Queue<Event> {
  const waiting: Event[] = []
  /** The timer of the next flush, 0 where none is due. */
  let timer: ReturnType<typeof setTimeout> | 0 = 0
  let failures = 0
  /** How many of the first events are under way. */
  let sending = 0

  /** The next batch from index `from`: its body and how many events it holds, one at least. */
  const encode = (from: number): [body: string, count: number] => {
    const batch = waiting.slice(from, from + batchEvents)
    let body: string
    do body = JSON.stringify(batch)
    while (body[BATCH_CHARS] && batch[1] && batch.pop())
    return [body, batch.length]
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
    if (isTemporary(answer)) {
      failures++
      wait(retryDelay(failures, answer.headers?.get('Retry-After'), Math.random()))
      hear([], answer)
    } else {
      failures = 0
      // One bad event rejects its whole batch: so these go one by one, and only the bad one is lost.
      if (answer.status === 400 && count !== 1) batchEvents = 1
      else hear(waiting.splice(0, count), answer)
      flush()
    }
  }

  const flush = (): void => {
    if (sending || (failures && timer)) return
    if (waiting[0] && !settle()) {
      const [body, count] = encode(0)
      sending = count
      post(body).then(conclude)
    }
  }

  return [
    (event) => {
      if (waiting.push(event) > maxWaiting) hear(waiting.splice(sending, waiting.length - maxWaiting))
      if (!timer) wait(flushMs)
    },
    flush,
    () => {
      if (settle()) return
      let from = 0
      while (waiting[from]) {
        const [body, count] = encode(from)
        if (!beacon(body)) break
        from += count
      }
      // A beacon has no answer. What is under way, or what a server in trouble was sent, stays for a retry.
      if (!failures) waiting.splice(sending, from - sending)
    },
    waiting,
  ]
}
