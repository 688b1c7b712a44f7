/** The public types of the SDK: what a page hands in and what it gets back. Types only; they import nothing, so that the declarations stand by themselves. */

/** Your own data of an event: JSON values, at most 64 keys and 16 KB. */
export type Properties = Record<string, unknown>

/** One event as `POST /v1/events/batch` takes it. */
export interface AnalyticsEvent {
  api_key: string
  event_type: string
  event_name?: string | undefined
  source?: string | undefined
  page_url: string
  page_title?: string | undefined
  referrer?: string | undefined
  session_id?: string | undefined
  user_id?: string | undefined
  utm_source?: string | undefined
  utm_medium?: string | undefined
  utm_campaign?: string | undefined
  utm_term?: string | undefined
  utm_content?: string | undefined
  properties?: Properties | undefined
  /** The server counts an event once for each of these, however often it comes. */
  idempotency_key: string
  /** Epoch milliseconds. */
  timestamp: number
  sdk_version: string
  /** The `ai_` fields, and whatever else the server may take. */
  [field: string]: unknown
}

/** Why events did not get through, or which part of yours failed. */
export type ErrorReason =
  /** The server will never take them: a wrong key, a malformed event. */
  | 'refused'
  /** Too many waited; the oldest made room. */
  | 'overflow'
  /** The last attempt failed, or they waited in storage for longer than a day. */
  | 'undelivered'
  /** A callback of yours threw, or was given something that cannot be sent. */
  | 'invalid'

export interface AnalyticsError {
  reason: ErrorReason
  /** One sentence for a log. */
  message: string
  /** The events that are lost. */
  events: readonly AnalyticsEvent[]
  /** The server's answer, where there was one. */
  status?: number | undefined
}

export interface AnalyticsConfig {
  /** The project's API key. Use a write-only one: everybody can read it in the page. */
  apiKey: string
  /** Where events go: an origin (`https://data.yoursite.com`) or the whole address up to `/v1/events`. Default `https://api.metrone.io`. */
  endpoint?: string | undefined
  /** Count pageviews, clicks and engagement without being asked. Default true. */
  autoTrack?: boolean | undefined
  /** Count route changes of the History API as pageviews. Default false. */
  autoTrackSPA?: boolean | undefined
  /** Count clicks on outbound, file, `tel:` and `mailto:` links and on `data-track` elements. Default true. */
  autoTrackClicks?: boolean | undefined
  /** The part of the address after `#` is the route. Without it, fragments are never sent. Default false. */
  hashRouting?: boolean | undefined
  /** Events in one request. Default 10, at most 100. */
  batchSize?: number | undefined
  /** Milliseconds until waiting events leave. Default 5000. */
  flushInterval?: number | undefined
  /** Write to the console what happens. Default false. */
  debug?: boolean | undefined
  /** Count nobody whose browser sends Do Not Track. Default false. */
  respectDoNotTrack?: boolean | undefined
  /** Count nobody whose browser sends Global Privacy Control. Default false. */
  respectGPC?: boolean | undefined
  /** Addresses are never stored, whatever this says; it is here since older clients have it. */
  anonymizeIP?: boolean | undefined
  /** Keep events that could not be delivered for the next visit, in localStorage. Default true. */
  offlineQueue?: boolean | undefined
  /** Events that may wait; beyond it the oldest are dropped. Default 100. */
  maxQueueSize?: number | undefined
  /**
   * Whether the visitor agreed, as a value or as a question that is asked again before every delivery. Until the answer
   * is true, events wait in memory, and nothing is sent or stored. Default true.
   */
  cookieConsent?: boolean | (() => boolean) | undefined
  /** Sees every event before it is queued; what it returns is sent, null or undefined drops it. */
  beforeSend?: ((event: AnalyticsEvent) => AnalyticsEvent | null | undefined) | undefined
  /** Hears of every event that is lost. */
  onError?: ((error: AnalyticsError) => void) | undefined
}

/** What one `flush()` did. */
export interface FlushResult {
  /** Events that the server has on its disk now. */
  sent: number
  /** Events that are lost; `onError` has the reasons. */
  failed: number
  /** Events that still wait, for the next attempt or for consent. */
  queued: number
}

export interface Campaign {
  source?: string | undefined
  medium?: string | undefined
  campaign?: string | undefined
  term?: string | undefined
  content?: string | undefined
  [property: string]: unknown
}

export interface Product {
  id?: string | undefined
  name?: string | undefined
  price?: number | undefined
  currency?: string | undefined
  category?: string | undefined
  [property: string]: unknown
}

/** What an AI interaction has; every name also in snake_case (`call_id`, `duration_sec`). Anything else becomes a property. */
export interface AIInteraction {
  provider?: string | undefined
  intent?: string | undefined
  outcome?: string | undefined
  model?: string | undefined
  sentiment?: string | undefined
  /** Seconds. */
  duration?: number | undefined
  /** US dollars. */
  cost?: number | undefined
  messages?: number | undefined
  tokensIn?: number | undefined
  tokensOut?: number | undefined
  latencyMs?: number | undefined
  resolved?: boolean | undefined
  properties?: Properties | undefined
  [property: string]: unknown
}

export interface AICall extends AIInteraction {
  callId?: string | undefined
  call_id?: string | undefined
}

export interface AIChat extends AIInteraction {
  sessionId?: string | undefined
  session_id?: string | undefined
}

export interface AIIntent extends AIChat {
  confidence?: number | undefined
}

export type AISessionAction = 'start' | 'end' | 'timeout'

export interface AISession extends AIChat {
  /** Which moment of the session this is. Default `start`. */
  action?: AISessionAction | undefined
}
