/** Whether and when a failed delivery is tried again. Pure: the dice are an argument. */

/** What came back for one delivery: a `Response`, or nothing where there was no answer at all. */
export interface Answer {
  status?: number
  headers?: { get(name: string): string | null }
}

/** Whether the same request may succeed later: no answer, 429 and 5xx. Every other status is final. */
export function isTemporary({ status }: Answer): boolean {
  // Nothing compares as less: no answer is temporary too.
  return status === 429 || !((status as number) < 500)
}

/**
 * Milliseconds to wait after failure number `failures` in a row.
 *
 * `retryAfter`, the header's seconds, is the least wait; without it the wait doubles, from two seconds on. Up to as much
 * again is added by chance (`random` in 0–1), so that a crowd of pages does not come back in one moment. No timer takes
 * more than 2^31 ms, which a quota that renews itself monthly would pass.
 */
export function retryDelay(failures: number, retryAfter: string | null | undefined, random: number): number {
  return Math.min((+(retryAfter as string) || 2 ** failures) * 1e3 * (1 + random), 2e9)
}
