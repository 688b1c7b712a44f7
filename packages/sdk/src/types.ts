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
  /** The server will never take them: a wrong key, a malformed event. `cause` is its answer. */
  | 'refused'
  /** Too many waited; the oldest made room. */
  | 'overflow'
  /** A callback of yours threw, or was given something that cannot be sent. */
  | 'invalid'

export interface AnalyticsError {
  reason: ErrorReason
  /** The events that are lost. */
  events: readonly AnalyticsEvent[]
  /** The server's answer (its `status`, and the reason in its JSON), or what was thrown. */
  cause?: unknown
}

export interface AnalyticsConfig {
  /** The project's API key. Use a write-only one: everybody can read it in the page. */
  apiKey: string
  /** The server, or what stands in front of it: `https://data.yoursite.com`. Default `https://api.metrone.io`. */
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
  waiting: number
}

export interface Campaign {
  utm_source?: string | undefined
  utm_medium?: string | undefined
  utm_campaign?: string | undefined
  utm_term?: string | undefined
  utm_content?: string | undefined
}

export interface Product {
  id?: string | undefined
  name?: string | undefined
  price?: number | undefined
  currency?: string | undefined
  category?: string | undefined
  [property: string]: unknown
}

/**
 * What an AI interaction has; every name also in snake_case (`call_id`, `message_count`). Anything else becomes a property, in
 * snake_case; what is in `properties` keeps its names.
 */
export interface AIInteraction {
  provider?: string | undefined
  intent?: string | undefined
  outcome?: string | undefined
  model?: string | undefined
  sentiment?: string | undefined
  /** Seconds. */
  duration?: number | undefined
  /** US dollars. */
  costUsd?: number | undefined
  messageCount?: number | undefined
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

/** What a `Metrone` can do. Every function works on its own (`const { track } = metrone`), and none of them ever throws. */
export interface Metrone {
  /** Counts the page on screen, under its own address and title or under others. Needed only where `autoTrack` is off. */
  pageview(url?: string, title?: string): void
  /** Counts an event of your own. */
  track(name: string, properties?: Properties): void
  /** Counts a conversion: `conversion('purchase', 69, { currency: 'USD' })`. */
  conversion(type: string, value?: number, properties?: Properties): void
  /** Counts what a visitor did to a part of the page: `interaction('click', 'cta_hero')`. */
  interaction(type: string, target?: string, properties?: Properties): void
  /** Counts the arrival from a campaign, by name or with its fields. */
  campaign(campaign: string | Campaign, properties?: Properties): void
  /** Counts a look at a product. */
  productView(product: Product, properties?: Properties): void
  /** Counts a voice call. */
  trackAICall(call: AICall): void
  /** Counts a chat. */
  trackAIChat(chat: AIChat): void
  /** Counts what a person wanted of an assistant, by name or with its fields. */
  trackAIIntent(intent: string | AIIntent): void
  /** Counts a moment of an assistant's session: `trackAISession({ sessionId, action: 'end' })`. */
  trackAISession(session: AISession): void
  /** Sends what waits now, and tells what became of it. While a retry is due, it waits for that one. */
  flush(): Promise<FlushResult>
  /** Stops listening and counting; what waits is still sent. */
  destroy(): void
  /** Leaves this visitor out from now on, on this site and in this browser. */
  optOut(): void
  /** The session that the server has put this visit in; empty until its first answer. */
  getSessionId(): string
  /** {@link getSessionId} as a property. */
  readonly sessionId: string
}

export interface MetroneConstructor {
  /** Takes a key or a config. Throws, in one sentence, where the key is missing or malformed. */
  new (options: string | AnalyticsConfig): Metrone
}
