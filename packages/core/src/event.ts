/** The shape of one event on the wire, and the two small rules about its strings. Sending lives in `queue.ts`. */

export type Properties = Record<string, unknown>

/** One event as `POST /v1/events/batch` takes it: the fields that browsers fill. */
export interface WireEvent {
  api_key: string
  event_type: string
  event_name?: string | undefined
  page_url: string
  page_title?: string | undefined
  referrer?: string | undefined
  properties?: Properties | undefined
  idempotency_key: string
  /** Epoch milliseconds. */
  timestamp: number
  sdk_version: string
}

/** Whether `key` has the form of every key that Metrone issues; anything else is refused before sending. */
export function isKey(key: string | undefined): key is string {
  return /^(metrone|mk)_(live|test)_[\da-f]{32}$/.test(key ?? '')
}

/**
 * A fresh idempotency key of about 100 random bits. It has to be unlike any other, not secret, so `Math.random` does;
 * `crypto.randomUUID` is missing on plain-HTTP pages.
 */
export function makeIdempotencyKey(): string {
  return `${Math.random()}${Math.random()}`
}
