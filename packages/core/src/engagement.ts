/** How long a page was really looked at and how far down. Pure: the clock and the page's state are arguments. */
import type { Properties } from './event.ts'

/** Shorter looks are not worth an event, unless the visitor scrolled. */
export const MIN_ENGAGED_MS = 1e3

/** The two things to tell or ask the measurement; a tuple, since its names cost nothing in a script that counts bytes. */
export type Engagement = [
  /**
   * The page is visible and focused, or not, from `now` (milliseconds of a monotonic clock) on, and `percent` of its
   * height has been on screen; `isScroll` where the visitor has just scrolled there.
   */
  observe: (isActive: boolean, now: number, percent: number, isScroll: boolean) => void,
  /** Ends a look: the properties of its `engagement` event, or false where it was too short to count. */
  take: () => Properties | false,
]

/** A measurement of looks, one after the other. */
export function createEngagement(): Engagement {
  let since: number | false = false
  let engagedMs = 0
  let depth = 0
  let hasScrolled = false
  return [
    (isActive, now, percent, isScroll) => {
      if (since) engagedMs += now - since
      since = isActive && now
      if (percent > depth) depth = percent
      hasScrolled ||= isScroll
    },
    () => {
      const properties = (hasScrolled || engagedMs >= MIN_ENGAGED_MS) && {
        engaged_ms: engagedMs | 0,
        scroll_depth: Math.min(depth, 100) | 0,
      }
      engagedMs = depth = 0
      hasScrolled = false
      return properties
    },
  ]
}
