/** When a failed request is tried again, and timers that hold nobody up. */
import { isTemporary, MetroneError } from './errors.ts'

/** The first wait; each further one is twice as long. */
const FIRST_MS = 1000
const LONGEST_BACKOFF_MS = 30_000
/** Longer waits that a server asks for are not sat out: whoever waits is told instead. */
export const LONGEST_WAIT_MS = 30_000

/**
 * Milliseconds until the next attempt after failure number `failures` in a row, from 1. Half of the wait is left to chance
 * (`random` in 0–1), so that many servers do not come back in one moment; chance comes on top of a `Retry-After`.
 */
export function retryDelay(failures: number, retryAfterMs: number | undefined, random: number): number {
  const half = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS) / 2
  return (retryAfterMs ?? half) + half * random
}

export interface Patience {
  maxRetries: number
  /** Waits so many milliseconds, for this reason. */
  pause: (ms: number, error: MetroneError) => Promise<void>
}

/** Repeats `attempt` while its error is a temporary one, `maxRetries` times at most; then throws it. */
export async function retry<T>(attempt: () => Promise<T>, { maxRetries, pause }: Patience): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      const isFinal = !(error instanceof MetroneError && isTemporary(error)) || failures > maxRetries
      if (isFinal || (error.retryAfterMs ?? 0) > LONGEST_WAIT_MS) throw error
      await pause(retryDelay(failures, error.retryAfterMs, Math.random()), error)
    }
  }
}

export type Timer = ReturnType<typeof setTimeout>

/** A timer for which no process stays alive. */
export function setQuietTimer(run: () => void, ms: number): Timer {
  const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1))
  // Node and Bun give an object; Deno a number, and a function for it; in workers a timer ends with its request anyway.
  if (typeof timer === 'object') (timer as { unref?(): void }).unref?.()
  else (globalThis as { Deno?: { unrefTimer?(id: number): void } }).Deno?.unrefTimer?.(timer)
  return timer
}

/** Waits, for which no process stays alive. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setQuietTimer(resolve, ms)
  })
}

/** Waits. Throws the reason of `signal` as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
