/** The events of one page: who is counted, what an event is made of, which page it belongs to. Sends nothing by itself. */
import { makeIdempotencyKey, type Properties } from '@metrone-io/core'
import { readSettings, type Settings } from './config.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { guard } from './page.ts'
import type { OpenStore } from './store.ts'
import type { AnalyticsConfig, AnalyticsEvent } from './types.ts'

declare const __VERSION__: string

/** The flag in localStorage that leaves a visitor out; m.js reads it too. */
const IGNORE = 'metrone_ignore'

export interface Client extends Pick<Outbox, 'flush' | 'leave' | 'readSessionId'> {
  settings: Settings
  /** Aborted when the client has ended, and what listens with it. */
  signal: AbortSignal
  /** Queues an event, of the page on screen unless `more` says otherwise. Never throws. */
  emit(type: string, properties?: Properties, more?: Partial<AnalyticsEvent>): AnalyticsEvent | undefined
  /** Counts the page on screen, or the one at address `at`, as seen. */
  view(at?: string | Properties, title?: string): void
  /** The page counted last, if it is counted. */
  readView(): AnalyticsEvent | undefined
  /** Whether the address has changed since the page counted last. */
  isElsewhere(): boolean
  destroy(): void
  optOut(isOut: boolean): void
}

/** Whether this browser asks not to be counted. Where there is no page (rendering on a server), nobody is. */
function isUncounted({ respectDoNotTrack, respectGPC }: AnalyticsConfig): boolean {
  if (typeof document === 'undefined') return true
  const { doNotTrack, globalPrivacyControl } = navigator as Navigator & { globalPrivacyControl?: boolean }
  let isIgnored: unknown
  guard(() => {
    isIgnored = localStorage.getItem(IGNORE)
  })()
  return !!(isIgnored || (respectDoNotTrack && doNotTrack === '1') || (respectGPC && globalPrivacyControl))
}

function hasConsent({ cookieConsent = true }: AnalyticsConfig): boolean {
  try {
    return (typeof cookieConsent === 'function' ? cookieConsent() : cookieConsent) === true
  } catch {
    return false
  }
}

/**
 * Opens a client. `openStore` brings the queue that survives a reload; without it events wait in memory alone.
 *
 * Throws where the key or the endpoint is malformed, and never again.
 */
export function createClient(options: string | AnalyticsConfig, openStore?: OpenStore): Client {
  const settings = readSettings(options)
  const ending = new AbortController()
  let isMuted = isUncounted(settings)
  let view: AnalyticsEvent | undefined
  /** The title that `view` was given. */
  let title = ''
  let url = ''
  let referrer: string | undefined

  const readUrl = (): string => location.href.replace(settings.hashRouting ? '' : /#.*/, '')

  /** A router sets the title after the address, so it is read as late as it can be; one from beforeSend stays. */
  const settleTitle = (): void => {
    if (view && view.page_title === title) view.page_title = title = document.title
  }

  const outbox = createOutbox(
    settings,
    () => {
      settleTitle()
      return !hasConsent(settings)
    },
    openStore,
  )

  const emit: Client['emit'] = (event_type, properties, more) => {
    if (isMuted) return
    const event: AnalyticsEvent = {
      api_key: settings.apiKey,
      event_type,
      page_url: readUrl(),
      page_title: document.title,
      properties,
      idempotency_key: makeIdempotencyKey(),
      timestamp: Date.now(),
      sdk_version: `sdk/${__VERSION__}`,
      ...more,
    }
    try {
      const { beforeSend } = settings
      // A copy: the page may change its objects before this leaves, and what cannot be written fails here.
      const copy = JSON.parse(JSON.stringify((beforeSend ? beforeSend(event) : event) ?? null))
      if (copy) outbox.add(copy)
      return copy ?? undefined
    } catch (error) {
      outbox.lose('invalid', [event], undefined, error)
    }
  }

  return {
    ...outbox,
    settings,
    signal: ending.signal,
    emit,
    view(at, page_title) {
      if (isMuted) return
      settleTitle()
      title = document.title
      url = readUrl()
      view = emit(
        'pageview',
        { screen: `${innerWidth}x${innerHeight}`, ...(typeof at === 'object' ? at : {}) },
        {
          referrer: referrer ?? document.referrer,
          ...(typeof at === 'string' && { page_url: new URL(at, url).href }),
          ...(page_title && { page_title }),
        },
      )
      referrer = view?.page_url ?? referrer
    },
    readView: () => view,
    isElsewhere: () => readUrl() !== url,
    destroy() {
      isMuted = true
      ending.abort()
      outbox.flush()
    },
    optOut: (isOut) => {
      if (isOut) {
        isMuted = true
        outbox.clear()
      }
      guard(() => (isOut ? localStorage.setItem(IGNORE, '1') : localStorage.removeItem(IGNORE)))()
    },
  }
}
