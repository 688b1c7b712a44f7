/** `MetroneServer`: one method for each thing to tell or ask. What is told waits in `delivery.ts`; what is asked is answered here. */
import {
  type AICall,
  type AIConversation,
  type AISession,
  makeCall,
  makeConversation,
  makeSession,
} from './ai.ts'
import { asFields, ask } from './answer.ts'
import { type MetroneServerConfig, readConfig, type Settings } from './config.ts'
import { Delivery, type FlushResult } from './delivery.ts'
import { MetroneServerError } from './errors.ts'
import { type EventContext, makeEvent, type Properties, type WireEvent } from './event.ts'
import type { AI, Deliveries, InteractionDetail, Interactions } from './interactions.ts'
import {
  type BreakdownParams,
  type DeliveriesParams,
  type EventsParams,
  type GoalsParams,
  type InteractionsParams,
  type LiveParams,
  type PagesParams,
  queryString,
  type SourcesParams,
  type StatsParams,
  type TimeseriesParams,
} from './params.ts'
import type {
  Breakdown,
  EventRow,
  Events,
  Goals,
  Live,
  Pages,
  Query,
  QueryResults,
  Sources,
  Stats,
  Timeseries,
} from './reads.ts'
import { retry, sleep } from './retry.ts'
import { type StreamOptions, stream } from './stream.ts'

export interface ReadOptions {
  /** Gives the read up; its reason is thrown. */
  signal?: AbortSignal | undefined
}

/**
 * The way to a Metrone server from Node, Deno, Bun and workers.
 *
 * Tracking methods return at once and never throw: events leave in batches, and `onError` is told what fails. Reads
 * return promises that reject with a {@link MetroneError}.
 */
export class MetroneServer {
  readonly #settings: Settings
  readonly #delivery: Delivery

  /** Throws MetroneValidationError where the key is missing or malformed, or the endpoint is no address. */
  constructor(config: string | MetroneServerConfig) {
    this.#settings = readConfig(config)
    this.#delivery = new Delivery(this.#settings)
  }

  /** How many events wait to be sent or are under way. */
  get waiting(): number {
    return this.#delivery.size
  }

  /** A page was seen. */
  pageview(url: string, title?: string, context?: EventContext): void {
    this.#add(() => ({
      ...makeEvent('pageview', context),
      page_url: url,
      ...(title != null && { page_title: title }),
    }))
  }

  /** Something of your own happened: `track('signup', { plan: 'growth' })`. */
  track(name: string, properties?: Properties, context?: EventContext): void {
    this.#add(() => withProperties(makeEvent(name, context), properties))
  }

  /** A goal was reached, worth `value`; `{ currency: 'USD' }` in the properties makes it revenue. */
  conversion(type: string, value?: number, properties?: Properties, context?: EventContext): void {
    const more = { conversion_type: type, ...(value != null && { value }) }
    this.#add(() =>
      withProperties({ ...makeEvent('conversion', context), event_name: type }, { ...properties, ...more }),
    )
  }

  /** Somebody did something to a part of a page: `interaction('click', 'cta_hero')`. */
  interaction(type: string, target?: string, properties?: Properties, context?: EventContext): void {
    const more = { interaction_type: type, ...(target != null && { target }) }
    this.#add(() =>
      withProperties({ ...makeEvent('interaction', context), event_name: type }, { ...properties, ...more }),
    )
  }

  /** A voice call; events with the same `callId` are one call. */
  trackAICall(call: AICall): void {
    this.#add(() => makeCall(call))
  }

  /** A chat with an AI; events with the same `sessionId` are one chat. */
  trackAIChat(chat: AIConversation): void {
    this.#add(() => makeConversation('ai_chat', chat))
  }

  /** A question to an assistant. */
  trackAIQuery(query: AIConversation): void {
    this.#add(() => makeConversation('ai_query', query))
  }

  /** What somebody wants of an AI. */
  trackAIIntent(intent: AIConversation): void {
    this.#add(() => makeConversation('ai_intent', intent))
  }

  /** An assistant session that starts, ends or is given up: `action`. */
  trackAISession(session: AISession): void {
    this.#add(() => makeSession(session))
  }

  /**
   * Sends all that waits now, retries included, and says what was sent and what failed.
   *
   * Rejects where delivery as a whole failed: MetroneAuthError for the key, MetroneRateLimitError with the wait,
   * MetroneNetworkError and the others; the error's `result` has the same account. Events that the server refused for
   * what they hold reject nothing: they are in `failed`.
   */
  flush(): Promise<FlushResult> {
    const result = this.#delivery.flush()
    // Who awaits it gets the error; who does not must not lose the process to an unhandled rejection.
    result.catch(() => {})
    return result
  }

  /** Sends what waits, and takes no more events. Never rejects: `failed` holds what could not be delivered. */
  shutdown(): Promise<FlushResult> {
    return this.#delivery.shutdown()
  }

  getStats(params?: StatsParams, options?: ReadOptions): Promise<Stats> {
    return this.#read('stats', params, options)
  }

  getEvents(params?: EventsParams, options?: ReadOptions): Promise<Events> {
    return this.#read('events', params, options)
  }

  getPages(params?: PagesParams, options?: ReadOptions): Promise<Pages> {
    return this.#read('pages', params, options)
  }

  getSources(params?: SourcesParams, options?: ReadOptions): Promise<Sources> {
    return this.#read('sources', params, options)
  }

  getLive(params?: LiveParams, options?: ReadOptions): Promise<Live> {
    return this.#read('live', params, options)
  }

  getBreakdown(params: BreakdownParams, options?: ReadOptions): Promise<Breakdown> {
    return this.#read('breakdown', params, options)
  }

  getTimeseries(params?: TimeseriesParams, options?: ReadOptions): Promise<Timeseries> {
    return this.#read('timeseries', params, options)
  }

  getGoals(params?: GoalsParams, options?: ReadOptions): Promise<Goals> {
    return this.#read('goals', params, options)
  }

  getAI(params?: SourcesParams, options?: ReadOptions): Promise<AI> {
    return this.#read('ai', params, options)
  }

  getInteractions(params?: InteractionsParams, options?: ReadOptions): Promise<Interactions> {
    return this.#read('interactions', params, options)
  }

  /** One, with the deliveries that told of it. */
  getInteraction(id: string, options?: ReadOptions): Promise<InteractionDetail> {
    return this.#read(`interactions/${encodeURIComponent(id)}`, undefined, options)
  }

  getDeliveries(params?: DeliveriesParams, options?: ReadOptions): Promise<Deliveries> {
    return this.#read('deliveries', params, options)
  }

  /** Up to 20 reads in one request, answered in their order; one that fails does not fail the others. */
  async query<const Asked extends readonly Query[]>(
    queries: Asked,
    { signal }: ReadOptions = {},
  ): Promise<QueryResults<Asked>> {
    const { results } = asFields(
      await this.#ask({ path: '/v1/api/query', body: JSON.stringify({ queries }), signal }),
    )
    return results as QueryResults<Asked>
  }

  /**
   * Events as they come: `for await (const event of metrone.stream()) …`. Connects again where it left off when the
   * connection ends or breaks; ends when `signal` is aborted or the loop is left.
   */
  stream(options: StreamOptions = {}): AsyncGenerator<EventRow, void> {
    return stream(this.#settings, options)
  }

  async #read<Answer>(name: string, params?: object, { signal }: ReadOptions = {}): Promise<Answer> {
    return (await this.#ask({ path: `/v1/api/${name}${queryString(params)}`, signal })) as Answer
  }

  async #ask(question: Parameters<typeof ask>[1]): Promise<unknown> {
    const { maxRetries } = this.#settings
    const answer = await retry(() => ask(this.#settings, question), {
      maxRetries,
      pause: (ms) => sleep(ms, question.signal),
    })
    if (typeof answer === 'object' && answer !== null) return answer
    throw new MetroneServerError('UNEXPECTED_ANSWER', 'What answered is no Metrone server.')
  }

  /** Nothing may reach the code that tracks, whatever it gives: a getter that throws, a symbol for a name. */
  #add(make: () => WireEvent): void {
    try {
      this.#delivery.add(make())
    } catch (error) {
      this.#delivery.refuse(error)
    }
  }
}

function withProperties(event: WireEvent, properties: Properties | undefined): WireEvent {
  return properties ? { ...event, properties: { ...event.properties, ...properties } } : event
}
