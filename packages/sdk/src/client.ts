/** The events of one page: who is counted, what an event is made of, which page it belongs to, when pages are counted. */
import { isKey, makeIdempotencyKey } from '@metrone-io/core'
import { asFields } from './ai.ts'
import { createOutbox } from './outbox.ts'
import { guard, listen, watchRoutes, whenShown } from './page.ts'
import type { OpenStore } from './store.ts'
import type { AnalyticsConfig, AnalyticsEvent, FlushResult, Properties } from './types.ts'

declare const __VERSION__: string

/** The flag in localStorage that leaves a visitor out; m.js reads it too. */
const IGNORE = 'metrone_ignore'

/** Queues an event of the page counted last, unless `more` says otherwise. Never throws. */
export type Emit = (
  type: string,
  properties?: Properties,
  more?: Partial<AnalyticsEvent>,
) => AnalyticsEvent | undefined

/** Listens to more of a page than its views, and gives what ends the look at it. */
export type Watch = (emit: Emit, config: AnalyticsConfig, ending: AddEventListenerOptions) => () => void

/** What a client can do; all but `emit` and `flush` may throw. A tuple, since its names cost nothing in a script that counts bytes. */
export type Client = [
  emit: (...given: Parameters<Emit>) => void,
  /** Counts the page on screen, under its own path or another one. */
  view: (path?: string, title?: string) => void,
  flush: () => Promise<FlushResult>,
  destroy: () => void,
  optOut: () => void,
  readSessionId: () => string,
]

/**
 * Opens a client. `openStore` brings the queue that survives a reload, `watch` what else is counted without being asked.
 *
 * Throws, in one sentence, where the key is missing or malformed; nothing throws after that.
 */
export function createClient(
  options: string | AnalyticsConfig,
  openStore?: OpenStore,
  watch?: Watch,
): Client {
  const config = asFields(options, 'apiKey')
  if (!isKey(config?.apiKey)) throw Error('Metrone: apiKey missing or malformed')
  const {
    apiKey: api_key,
    autoTrack = true,
    autoTrackSPA,
    hashRouting,
    cookieConsent = true,
    beforeSend = (event: AnalyticsEvent) => event,
  } = config
  // What listeners take as their options: `capture`, and the controller's own `signal`.
  const ending = Object.assign(new AbortController(), { capture: true })
  /** Whether this browser asks not to be counted. Where there is no page (rendering on a server), nobody is. */
  let isMuted =
    !globalThis.document ||
    (config.respectDoNotTrack && +(navigator.doNotTrack as string)) ||
    (config.respectGPC && (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl) ||
    guard(() => localStorage[IGNORE])()
  let view: AnalyticsEvent | undefined
  /** The title that `view` was given. */
  let title = ''
  let url = ''
  let close: (() => void) | undefined

  const readUrl = (): string => location.href.replace(hashRouting ? '' : /#.*/, '')

  /** A router sets the title after the address, so it is read as late as it can be; one from beforeSend stays. */
  const settleTitle = (): void => {
    if (view?.page_title === title) view.page_title = title = document.title
  }

  const [add, flush, leave, clear, tell, readSessionId] = createOutbox(
    config,
    () => {
      settleTitle()
      // Anything but true and a function is no consent: calling it throws.
      return !guard(() => cookieConsent === true || (cookieConsent as () => boolean)())()
    },
    openStore,
  )

  const emit: Emit = (event_type, properties, more) => {
    if (isMuted) return
    const event: AnalyticsEvent = {
      api_key,
      event_type,
      page_url: url || readUrl(),
      page_title: document.title,
      properties,
      idempotency_key: makeIdempotencyKey(),
      timestamp: Date.now(),
      sdk_version: `sdk/${__VERSION__}`,
      ...more,
    }
    try {
      // A copy: the page may change its objects before this leaves, and what cannot be written fails here.
      const copy = JSON.parse(JSON.stringify(beforeSend(event) ?? null))
      if (copy) add(copy)
      return copy
    } catch (cause) {
      tell('invalid', [event], cause)
    }
  }

  const viewPage: Client[1] = (page_path, page_title = document.title) => {
    close?.()
    settleTitle()
    const referrer = url || document.referrer
    url = readUrl()
    title = document.title
    view = emit(
      'pageview',
      { screen: `${innerWidth}x${innerHeight}` },
      { page_url: url, page_path, page_title, referrer },
    )
  }

  if (!isMuted) {
    listen('online', flush, ending)
    listen(
      'pagehide visibilitychange',
      () => {
        close?.()
        leave()
      },
      ending,
    )
    if (autoTrack) {
      close = watch?.(emit, config, ending)
      listen('pageshow', (event: PageTransitionEvent) => event.persisted && viewPage(), ending)
      whenShown(() => {
        viewPage()
        flush()
        if (autoTrackSPA || hashRouting) watchRoutes(guard(() => readUrl() !== url && viewPage()))
      })
    }
  }

  return [
    // Answers nothing: an effect of React may end with it.
    (type, properties, more) => void emit(type, properties, more),
    viewPage,
    flush,
    () => {
      close?.()
      ending.abort()
      isMuted = true
      flush()
    },
    () => {
      isMuted = true
      clear()
      localStorage[IGNORE] = 1
    },
    readSessionId,
  ]
}
