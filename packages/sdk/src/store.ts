/** The events that could not be delivered, in localStorage, for the next visit. Written only in trouble, and gone once delivered. */
import { guard } from './page.ts'
import type { AnalyticsEvent } from './types.ts'

/**
 * Keeps `waiting` in place of what this page kept before. A page that is not in trouble begins no entry. Never throws:
 * the browser may close its storage to a page.
 *
 * The first call, which no request may precede, puts in front what other pages left; without events that are older than
 * a day, since the server may have one of those and have forgotten by now that it has. Taking from a page that still
 * lives doubles nothing either.
 */
export type Keep = (waiting: AnalyticsEvent[], isInTrouble?: unknown) => void

/** Opens the store of one project. */
export type OpenStore = (apiKey: string) => Keep

const DAY_MS = 864e5

export const openStore: OpenStore = (apiKey) => {
  const prefix = `metrone_queue_${apiKey}`
  // An entry for each page: two tabs never write over each other.
  const name = prefix + Math.random()
  let isOpen = false
  return guard((waiting, isInTrouble) => {
    if (!isOpen) {
      isOpen = true
      for (const entry in localStorage)
        if (entry.startsWith(prefix)) {
          waiting.unshift(
            ...JSON.parse(localStorage[entry]).filter(
              (event: AnalyticsEvent) => event.timestamp > Date.now() - DAY_MS,
            ),
          )
          delete localStorage[entry]
          isInTrouble = true
        }
    }
    if (!waiting[0]) delete localStorage[name]
    else if (isInTrouble || localStorage[name]) localStorage[name] = JSON.stringify(waiting)
  })
}
