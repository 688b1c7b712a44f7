/** What every event has: properties, an API key, an idempotency key. Sending lives in `queue.ts`. */

export type Properties = Record<string, unknown>

/** Whether `key` has the form of every key that Metrone issues; anything else is refused before sending. */
export function isKey(key: unknown): key is string {
  // What is no string becomes one here, and none of those is a key.
  return /^(metrone|mk)_(live|test)_[\da-f]{32}$/.test(key as string)
}

/**
 * A fresh idempotency key of about 100 random bits. It has to be unlike any other, not secret, so `Math.random` does;
 * `crypto.randomUUID` is missing on plain-HTTP pages.
 */
export function makeIdempotencyKey(): string {
  return `${Math.random()}${Math.random()}`
}
