/** The class of the SDK: names for what can be done. How it is done lives in `client.ts` and below. */
import { sortCampaign, sortInteraction } from './ai.ts'
import { countClicks } from './clicks.ts'
import { type Client, createClient } from './client.ts'
import { followPage, listenWith } from './follow.ts'
import { watchLooks } from './look.ts'
import { openStore } from './store.ts'
import type {
  AICall,
  AIChat,
  AIIntent,
  AISession,
  AISessionAction,
  AnalyticsConfig,
  Campaign,
  FlushResult,
  Product,
  Properties,
} from './types.ts'

/** Counts one project's events on this page. Nothing here throws or rejects, except the constructor. */
export class Metrone {
  readonly #client: Client
  #closePage = (): void => {}

  /** Takes a key or a config. Throws where the key or the endpoint is malformed. */
  constructor(options: string | AnalyticsConfig) {
    const client = createClient(options, openStore)
    this.#client = client
    const { autoTrack, autoTrackClicks } = client.settings
    if (typeof document === 'undefined') return
    if (autoTrack !== false) {
      const endLook = watchLooks((types, run) => listenWith(client, types, run))
      this.#closePage = () => {
        const view = client.readView()
        const properties = endLook()
        if (properties && view)
          client.emit('engagement', properties, { page_url: view.page_url, page_title: view.page_title })
      }
      if (autoTrackClicks !== false) listenWith(client, 'click auxclick', countClicks(client.emit))
    }
    followPage(
      client,
      () => this.pageview(),
      () => this.#closePage(),
    )
  }

  /** Counts the page on screen, with properties, or the page at an address. Needed only where `autoTrack` is off. */
  pageview(at?: string | Properties, title?: string): void {
    this.#closePage()
    this.#client.view(at, title)
  }

  /** Counts an event of your own. */
  track(name: string, properties?: Properties): void {
    this.#client.emit(name, properties)
  }

  /** Counts a conversion: `conversion('purchase', 69, { currency: 'USD' })`. */
  conversion(type: string, value?: number, properties?: Properties): void {
    this.track('conversion', { ...properties, conversion_type: type, value })
  }

  /** Counts what a visitor did to a part of the page: `interaction('click', 'cta_hero')`. */
  interaction(type: string, target?: string, properties?: Properties): void {
    this.track('interaction', { ...properties, interaction_type: type, target })
  }

  /** Counts the arrival from a campaign, by name or with its fields. */
  campaign(campaign: string | Campaign, properties?: Properties): void {
    const given = typeof campaign === 'string' ? { campaign } : campaign
    this.#client.emit('campaign', ...sortCampaign({ ...properties, ...given }))
  }

  /** Counts a look at a product, by id or with its fields. */
  productView(product: string | Product, properties?: Properties): void {
    this.track('product_view', {
      ...properties,
      ...(typeof product === 'string' ? { id: product } : product),
    })
  }

  /** Counts a voice call. */
  trackAICall(call: AICall): void {
    this.#client.emit('ai_call', ...sortInteraction(call))
  }

  /** Counts a chat. */
  trackAIChat(chat: AIChat): void {
    this.#client.emit('ai_chat', ...sortInteraction(chat))
  }

  /** Counts what a person wanted of an assistant, by name or with its fields. */
  trackAIIntent(intent: string | AIIntent, more?: AIIntent): void {
    const given = typeof intent === 'string' ? { intent } : intent
    this.#client.emit('ai_intent', ...sortInteraction({ ...more, ...given }))
  }

  /** Counts a moment of an assistant's session: `trackAISession('end', { sessionId })`, or with `action` among the fields. */
  trackAISession(session: AISessionAction | AISession, more?: AISession): void {
    const { action = 'start', ...given } =
      typeof session === 'string' ? { ...more, action: session } : session
    this.#client.emit(`ai_session_${action}`, ...sortInteraction(given))
  }

  /** Sends what waits now, and tells what became of it. While a retry is due, it waits for that one. */
  flush(): Promise<FlushResult> {
    return this.#client.flush()
  }

  /** Stops listening and counting; what waits is still sent. */
  destroy(): void {
    this.#closePage()
    this.#client.destroy()
  }

  /** Leaves this visitor out from now on, on this site and browser; `optOut(false)` counts them again from the next page on. */
  optOut(isOut = true): void {
    this.#client.optOut(isOut)
  }

  /** The session that the server has put this visit in; empty until its first answer. */
  getSessionId(): string {
    return this.#client.readSessionId()
  }

  /** {@link getSessionId} as a property. */
  get sessionId(): string {
    return this.getSessionId()
  }
}
