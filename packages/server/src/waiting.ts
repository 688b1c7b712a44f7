/** The events that wait to be sent: how many there may be, and which of them make a batch. In memory; sends nothing. */
import { MetroneError, MetroneValidationError } from './errors.ts'
import type { WireEvent } from './event.ts'

/** An event that waits; written as JSON when it came, so that nothing can change or break it afterwards. */
export interface WaitingEvent {
  event: WireEvent
  text: string
  bytes: number
  /** Since when the server may have it: it was sent, and no answer came. */
  riskedAt?: number
}

/** The server takes 512 KB (docs/errors.md, BODY_TOO_LARGE); a body also has its brackets and commas. */
export const BATCH_BYTES = 500_000
/** The server knows an idempotency key for 24 hours; an event that is sent again after that could count twice. */
const KEY_LIFE_MS = 23 * 3600e3

const encoder = new TextEncoder()

/** Writes an event down as it is now. Throws MetroneValidationError where it cannot be sent. */
export function writeDown(event: WireEvent): WaitingEvent {
  let text: string
  try {
    text = JSON.stringify(event)
  } catch (cause) {
    const message = 'The event cannot be written as JSON, so it was not sent.'
    throw new MetroneValidationError('INVALID_EVENT', message, { cause })
  }
  const bytes = encoder.encode(text).length
  if (bytes > BATCH_BYTES)
    throw new MetroneValidationError('BODY_TOO_LARGE', `The event takes ${bytes} bytes, so it was not sent.`)
  return { event: JSON.parse(text), text, bytes }
}

export class WaitingList {
  #events: WaitingEvent[] = []
  /** Those under way. */
  #batch = new Set<WaitingEvent>()
  /** How many of the next batches hold one event only: one of these was refused, and nobody said which. */
  #singles = 0

  get size(): number {
    return this.#events.length
  }

  get all(): WaitingEvent[] {
    return this.#events
  }

  get last(): WaitingEvent | undefined {
    return this.#events[this.#events.length - 1]
  }

  has(event: WaitingEvent): boolean {
    return this.#events.includes(event)
  }

  /** Takes an event; the oldest that is not under way makes room where more than `most` would wait. */
  add(event: WaitingEvent, most: number): WaitingEvent | undefined {
    this.#events.push(event)
    if (this.size <= most) return undefined
    const oldest = this.#events.findIndex((other) => !this.#batch.has(other))
    return this.#events.splice(oldest, 1)[0]
  }

  /** The next batch, which stays in the list: `most` events and 500 KB at most. */
  take(most: number): WaitingEvent[] {
    const batch: WaitingEvent[] = []
    let bytes = 0
    const limit = this.#singles > 0 ? 1 : most
    if (this.#singles > 0) this.#singles--
    for (const event of this.#events.slice(0, limit)) {
      bytes += event.bytes + 1
      if (batch.length && bytes > BATCH_BYTES) break
      batch.push(event)
    }
    this.#batch = new Set(batch)
    return batch
  }

  /** Says that nothing is under way. */
  release(): void {
    this.#batch.clear()
  }

  /** Sends the next `count` events one by one. */
  single(count: number): void {
    this.#singles = count
  }

  /** Takes events out, and gives those that were still there. */
  remove(events: WaitingEvent[]): WaitingEvent[] {
    const gone = new Set(events)
    const found = this.#events.filter((event) => gone.has(event))
    this.#events = this.#events.filter((event) => !gone.has(event))
    return found
  }

  /** Those that the server may have had for so long that it would no longer know them. */
  findExpired(now: number): WaitingEvent[] {
    return this.#events.filter(({ riskedAt = now }) => now - riskedAt > KEY_LIFE_MS)
  }
}

/** Why an event made room for a younger one. */
export function makeFullError(most: number): MetroneError {
  return new MetroneError('QUEUE_FULL', `More than ${most} events wait; the oldest was dropped.`)
}

/** Why an event was given up that may or may not have arrived. */
export function makeExpiredError(): MetroneError {
  const message =
    'An event that may have arrived a day ago was dropped: sent again now, it could count twice.'
  return new MetroneError('EXPIRED', message)
}
