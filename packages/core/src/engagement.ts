/** How long a page was really looked at and how far down. Pure: the clock and the page's state are arguments. */
import type { Properties } from './event.ts'

/** Shorter looks are not worth an event, unless the visitor scrolled. */
export const MIN_ENGAGED_MS = 1e3

/** The three things to tell or ask the measurement; a tuple, since its names cost nothing in a script that counts bytes. */
export type Engagement = [
  /** The page is visible and focused, or not, from `now` (milliseconds of a monotonic clock) on. */
  run: (isActive: boolean, now: number) => void,
  /** The visitor scrolled and has now seen `percent` of the page's height. */
  scroll: (percent: number) => void,
  /**
   * Ends a look: the properties of its `engagement` event, or false where it was too short to count. `percent` is
   * what is on screen now, without which a page that needs no scrolling would count as unseen.
   */
  take: (percent: number) => Properties | false,
]

/** A measurement of looks, one after the other. */
export function createEngagement(): Engagement {
  let since: number | false = false
  let engagedMs = 0
  let depth = 0
  const scroll = (percent: number): void => {
    depth = Math.min(Math.max(depth, percent | 0), 100)
  }
  return [
    (isActive, now) => {
      if (since) engagedMs += now - since
      since = isActive && now
    },
    scroll,
    (percent) => {
      const isWorthIt = depth > 0 || engagedMs >= MIN_ENGAGED_MS
      scroll(percent)
      const properties = { engaged_ms: engagedMs | 0, scroll_depth: depth, interactive: false }
      engagedMs = depth = 0
      return isWorthIt && properties
    },
  ]
}
