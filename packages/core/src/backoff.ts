/** Whether and when a failed delivery is tried again. Pure: the dice are an argument. */

/** What came back for one delivery: a `Response`, or nothing where there was no answer at all. */
export interface Answer {
  status?: number
  headers?: { get(name: string): string | null }
}

/** Whether the same request may succeed later: no answer, 429 and 5xx. Every other status is final. */
export function isTemporary(status?: number): boolean {
  // Nothing compares as less: no answer is temporary too.
  return status === 429 || !((status as number) < 500)
}

/**
 * Milliseconds to wait after failure number `failures` in a row.
 *
 * `Retry-After` (seconds) is the least wait; without it the wait doubles, from two seconds on. Up to as much again is
 * added by chance (`random` in 0–1), so that a crowd of pages does not come back in one moment. Timers take 2^31 ms.
 */
export function retryDelay(failures: number, { headers }: Answer, random: number): number {
  return Math.min((Number(headers?.get('Retry-After')) || 2 ** failures) * 1e3 * (1 + random), 2e9)
}
