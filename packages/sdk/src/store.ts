/** The events that could not be delivered, in localStorage, for the next visit. Written only in trouble, and gone once delivered. */
import { guard } from './page.ts'
import type { AnalyticsEvent } from './types.ts'

/** What earlier visits left, and what waits now. Neither function ever throws: the browser may close its storage to a page. */
export interface Store {
  /**
   * What is left, without events that are older than a day at `now`: the server may have one of those and have
   * forgotten by now that it has.
   */
  load(now: number): AnalyticsEvent[]
  /**
   * Keeps `waiting` in place of what this page kept before, beside what other tabs keep. A page that is not in trouble
   * begins no store; one that has nothing left to keep leaves none.
   */
  save(waiting: readonly AnalyticsEvent[], isInTrouble?: boolean): void
}

/** Opens the store of one project, which keeps the newest `maxEvents`. */
export type OpenStore = (apiKey: string, maxEvents: number) => Store

const DAY_MS = 864e5

export const openStore: OpenStore = (apiKey, maxEvents) => {
  const name = `metrone_queue_${apiKey}`
  /** Events that this page answers for; all others in the store are those of another tab. */
  const mine = new Set<string>()
  let isKept = false
  const own = (events: readonly AnalyticsEvent[]): void => {
    for (const event of events) mine.add(event.idempotency_key)
    isKept = !!events[0]
  }
  const read = (): AnalyticsEvent[] => JSON.parse(localStorage.getItem(name) ?? '[]')
  return {
    load(now) {
      let events: AnalyticsEvent[] = []
      guard(() => {
        events = read()
        own(events)
      })()
      return events.filter((event) => now - event.timestamp < DAY_MS)
    },
    save: guard((waiting, isInTrouble) => {
      if (!isInTrouble && !isKept) return
      const others = read().filter((event) => !mine.has(event.idempotency_key))
      own(waiting)
      const kept = others.concat(waiting).slice(-maxEvents)
      if (kept[0]) localStorage.setItem(name, JSON.stringify(kept))
      else localStorage.removeItem(name)
    }),
  }
}
