/**
 * The script tag and the events made for it. A page has one tag, so this module keeps its state in itself; what the tag
 * asks for is read once.
 */
import {
  BATCH_CHARS,
  createQueue,
  makeIdempotencyKey,
  matchesPath,
  type Properties,
  pathOf,
} from '@metrone-io/core'
import { guard } from '../page.ts'
import type { AnalyticsEvent } from '../types.ts'

declare const __VERSION__: string

// Found by its key, not as document.currentScript: that is null for scripts which a tag manager runs by itself.
const script = document.querySelector<HTMLScriptElement>('script[data-key]')
/** The attributes of the tag. */
export const { key, api, spa, hash, auto, dnt, exclude = '' }: DOMStringMap = script?.dataset ?? {}

const isMuted =
  (dnt != null &&
    (+(navigator.doNotTrack as string) ||
      (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl)) ||
  // Storage may be closed to the page (a sandbox, blocked site data), and then reading it throws.
  guard(() => localStorage.metrone_ignore)()

/** The pageview of the page on screen, if that is counted. */
export let view: AnalyticsEvent | undefined

/** A router sets the title after the address, so a pageview's title is read as late as it can be. */
const settle = (): void => {
  if (view) view.page_title = document.title
}

const batchUrl = (): string => `${new URL(api ?? '/v1/events', script?.src)}/batch`

// Bodies are strings, so browsers send them as text/plain: requests of which they ask no preflight.
const [add, flush, leave] = createQueue(
  [
    (body) =>
      fetch(batchUrl(), {
        method: 'POST',
        body,
        credentials: 'omit',
        keepalive: !body[BATCH_CHARS],
      }).catch(() => ({})),
    (body) => navigator.sendBeacon(batchUrl(), body),
    settle,
    // Nobody asks what became of events.
    settle,
  ],
  10,
  2e3,
  100,
)

export { flush, leave }

/** The address of the page. Fragments stay off the wire (some carry tokens) unless they are the routes. */
export const readUrl = (): string => location.href.replace(hash == null ? /#.*/ : '', '')

/** The page on screen, which events belong to until the next one is viewed. */
export let url = readUrl()

/**
 * Makes an event of the page on screen and queues it; nothing where that page is excluded or the visit not counted.
 * `more` holds what is particular to a type.
 */
export function emit(
  event_type: string,
  properties?: Properties,
  more?: Partial<AnalyticsEvent>,
): AnalyticsEvent | undefined {
  const event: AnalyticsEvent = {
    api_key: key as string,
    event_type,
    page_url: url,
    page_title: document.title,
    // A copy: the page may change its object before this leaves, and what cannot be written fails here.
    properties: JSON.parse(JSON.stringify(properties ?? {})),
    idempotency_key: makeIdempotencyKey(),
    timestamp: Date.now(),
    sdk_version: `m.js/${__VERSION__}`,
    ...more,
  }
  if (isMuted || matchesPath(pathOf(url), exclude)) return
  add(event)
  return event
}

let referrer = document.referrer

/** Counts the page on screen from here on: its pageview becomes `view`. */
export function emitPageview(): void {
  settle()
  url = readUrl()
  view = emit('pageview', { screen: `${innerWidth}x${innerHeight}` }, { referrer })
  if (view) referrer = url
}
