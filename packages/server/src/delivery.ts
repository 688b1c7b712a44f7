/**
 * Sends what waits: batches, retries, timers, and the account of what became of every event. An event leaves the list
 * when the server's word on it is final, and keeps its idempotency key over all attempts, so that the server counts it
 * once however often it comes. Knows no event types and no reads.
 */
import { asFields, ask, asNumber } from './answer.ts'
import type { Settings } from './config.ts'
import {
  isTemporary,
  MetroneError,
  MetroneRateLimitError,
  MetroneServerError,
  MetroneValidationError,
} from './errors.ts'
import type { WireEvent } from './event.ts'
import { LONGEST_WAIT_MS, pause, retry, retryDelay, setQuietTimer, type Timer } from './retry.ts'
import { makeExpiredError, makeFullError, type WaitingEvent, WaitingList, writeDown } from './waiting.ts'

/** What became of the events while a `flush()` ran. */
export interface FlushResult {
  /** Events that the server has on its disk. */
  sent: number
  /** How many of these it had already, since the answer to an earlier attempt was lost. */
  duplicates: number
  /** Events that are lost, and why. */
  failed: FailedEvent[]
  /** Events that wait for the next attempt. */
  waiting: number
}

export interface FailedEvent {
  event: WireEvent
  error: MetroneError
}

/** Refusals of what an event holds; any other refusal is one of the key or of the address. */
const ABOUT_EVENTS: (number | undefined)[] = [400, 413, 422]
/** Longer than a busy process takes to notice that a time is over. */
const GRACE_MS = 1000

export class Delivery {
  readonly #settings: Settings
  readonly #list = new WaitingList()
  /** The results that count what happens now, one for each flush under way. */
  readonly #counting = new Set<FlushResult>()
  /** The batch under way. */
  #round: Promise<MetroneError | undefined> | undefined
  /** Until when it must have got on: a worker's request may end at any time, and its timers and fetches with it. */
  #aliveUntil = 0
  #timer: Timer | undefined
  /** Failed rounds in a row. */
  #failures = 0
  /** The server wants no request before. */
  #notBefore = 0
  #lastError: MetroneError | undefined
  #isShut = false

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** How many events wait or are under way. */
  get size(): number {
    return this.#list.size
  }

  /** Takes an event. What cannot be taken is told to `onError`. */
  add(event: WireEvent): void {
    try {
      if (this.#isShut) throw new MetroneError('SHUT_DOWN', 'An event after shutdown() was dropped.')
      const { maxQueueSize } = this.#settings
      const dropped = this.#list.add(writeDown(event), maxQueueSize)
      if (dropped) this.#lose([dropped.event], makeFullError(maxQueueSize))
    } catch (error) {
      this.#lose([event], error as MetroneError)
    }
    this.#schedule()
  }

  /** Sees to it that what waits is sent: now, where it fills a batch, else when the interval is over. */
  #schedule(): void {
    const { batchSize, flushIntervalMs } = this.#settings
    try {
      if (this.size >= batchSize && !this.#failures && !this.#isBusy) this.#deliverQuietly().catch(ignore)
      else if (this.size) this.#timer ??= setQuietTimer(this.#onTimer, flushIntervalMs)
    } catch {
      // Workers allow no timer outside of a request; there, `flush()` sends what waits.
    }
  }

  /** Tells of an event that could not even be made. */
  refuse(cause: unknown): void {
    const message = 'What was given makes no event, so nothing was sent.'
    this.#lose([], new MetroneValidationError('INVALID_EVENT', message, { cause }))
  }

  /** Sends all that waits now. Throws the error that stopped it, with its `result`. */
  async flush(): Promise<FlushResult> {
    const { result, error } = await this.#account(() => undefined)
    if (error) throw Object.assign(error, { result })
    return result
  }

  /** Takes no more events and sends what waits; what waits even then is lost. Never throws. */
  async shutdown(): Promise<FlushResult> {
    this.#isShut = true
    const { result } = await this.#account((error) => this.#drop(this.#list.all, error))
    clearTimeout(this.#timer)
    return result
  }

  /** Delivers, and counts what becomes of the events; `giveUp` is asked before the count ends where an error stopped it. */
  async #account(
    giveUp: (error: MetroneError) => void,
  ): Promise<{ result: FlushResult; error: MetroneError | undefined }> {
    const result: FlushResult = { sent: 0, duplicates: 0, failed: [], waiting: 0 }
    this.#counting.add(result)
    const error = await this.#deliver(true).catch((unexpected: MetroneError) => unexpected)
    if (error) giveUp(error)
    this.#counting.delete(result)
    result.waiting = this.size
    return { result, error }
  }

  get #isBusy(): boolean {
    return this.#round !== undefined && Date.now() < this.#aliveUntil
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined
    this.#deliverQuietly().catch(ignore)
  }

  /** In the background: nobody waits for it, and the process may end meanwhile. */
  async #deliverQuietly(): Promise<void> {
    let error: MetroneError | undefined
    do error = await this.#deliver(false)
    while (!error && this.size >= this.#settings.batchSize)
  }

  /** Batch after batch, until those that wait now have had the server's word or an error stops it. */
  async #deliver(isAwaited: boolean): Promise<MetroneError | undefined> {
    const { last } = this.#list
    while (last && this.#list.has(last)) {
      if (!this.#isBusy) {
        const round = this.#run().finally(() => {
          if (this.#round === round) this.#round = undefined
        })
        this.#round = round
      }
      const error = await this.#untilRoundEnds(isAwaited)
      if (error) return error
    }
    return undefined
  }

  /** The error that ended the round under way; nothing also where its time is over and another must be begun. */
  async #untilRoundEnds(isAwaited: boolean): Promise<MetroneError | undefined> {
    let timer: Timer | undefined
    const isOver = new Promise<undefined>((resolve) => {
      // The sockets and timers of a round keep no process up, so this one does for who waits here.
      const set = isAwaited ? setTimeout : setQuietTimer
      timer = set(() => resolve(undefined), this.#aliveUntil - Date.now() + 1)
    })
    const error = await Promise.race([this.#round, isOver])
    clearTimeout(timer)
    return error
  }

  /** One batch, with retries, to its end. Gives the error that stops what comes after it too. */
  async #run(): Promise<MetroneError | undefined> {
    const ms = this.#notBefore - Date.now()
    if (ms > LONGEST_WAIT_MS) return this.#lastError
    this.#expectWait(ms)
    if (ms > 0) await pause(ms)
    this.#drop(this.#list.findExpired(Date.now()), makeExpiredError())
    const batch = this.#list.take(this.#settings.batchSize)
    if (!batch.length) return undefined
    try {
      const wait = { maxRetries: this.#settings.maxRetries, pause: this.#pauseAfter }
      const duplicates = await retry(() => this.#post(batch), wait)
      this.#settle(batch, duplicates)
      return undefined
    } catch (error) {
      return this.#fail(batch, error as MetroneError)
    } finally {
      this.#list.release()
    }
  }

  readonly #pauseAfter = (ms: number, error: MetroneError): Promise<void> => {
    this.#log(`${error.message} The next attempt is in ${Math.round(ms)} ms.`)
    this.#expectWait(ms)
    return pause(ms)
  }

  #expectWait(ms: number): void {
    this.#aliveUntil = Date.now() + Math.max(0, ms) + this.#settings.timeoutMs + GRACE_MS
  }

  /** One attempt; how many of the events the server had already. */
  async #post(batch: WaitingEvent[]): Promise<number> {
    this.#expectWait(0)
    const body = `[${batch.map(({ text }) => text).join(',')}]`
    try {
      const { accepted, duplicates } = asFields(await ask(this.#settings, { path: '/v1/events/batch', body }))
      if (asNumber(accepted) !== undefined) return asNumber(duplicates) ?? 0
      throw new MetroneServerError('UNEXPECTED_ANSWER', 'What answered is no Metrone server.')
    } catch (error) {
      // After a 429 the server has nothing of it; after anything else that may pass, it may.
      if (!(error instanceof MetroneRateLimitError)) for (const event of batch) event.riskedAt ??= Date.now()
      throw error
    }
  }

  #settle(batch: WaitingEvent[], duplicates: number): void {
    this.#recover()
    const { length } = this.#list.remove(batch)
    for (const result of this.#counting) {
      result.sent += length
      result.duplicates += duplicates
    }
    this.#log(`${length} events sent.`)
  }

  /** What follows from a failed batch. Gives the error where it concerns the batches after it too. */
  #fail(batch: WaitingEvent[], error: MetroneError): MetroneError | undefined {
    if (isTemporary(error)) return this.#postpone(error)
    this.#recover()
    if (!ABOUT_EVENTS.includes(error.status)) {
      this.#drop(batch, error)
      this.#schedule()
      return error
    }
    // A batch is taken whole or not at all. The refused event goes, the others come again without it.
    const refused = batch.length === 1 ? batch[0] : batch[(error as MetroneValidationError).index ?? -1]
    if (refused) this.#drop([refused], error)
    else this.#list.single(batch.length)
    return undefined
  }

  #postpone(error: MetroneError): MetroneError {
    this.#lastError = error
    const { retryAfterMs } = error
    if (retryAfterMs) this.#notBefore = Date.now() + retryAfterMs
    const ms = Math.max(
      retryDelay(++this.#failures, retryAfterMs, Math.random()),
      this.#settings.flushIntervalMs,
    )
    clearTimeout(this.#timer)
    if (!this.#isShut) this.#timer = setQuietTimer(this.#onTimer, ms)
    this.#tell(error, [])
    return error
  }

  #recover(): void {
    this.#failures = this.#notBefore = 0
  }

  #drop(batch: WaitingEvent[], error: MetroneError): void {
    const lost = this.#list.remove(batch).map(({ event }) => event)
    if (lost.length) this.#lose(lost, error)
  }

  /** Writes events off. */
  #lose(events: WireEvent[], error: MetroneError): void {
    for (const result of this.#counting) result.failed.push(...events.map((event) => ({ event, error })))
    this.#tell(error, events)
  }

  /** Tells the host, whose own mistakes in being told stay its own. */
  #tell(error: MetroneError, lost: WireEvent[]): void {
    this.#log(
      `${error.name} ${error.code}: ${error.message} ${lost.length} events are lost, ${this.size} wait.`,
    )
    try {
      Promise.resolve(this.#settings.onError?.(error, lost)).catch(ignore)
    } catch {
      // Nothing may reach the code that tracked an event.
    }
  }

  #log(text: string): void {
    if (this.#settings.debug) console.log(`[metrone] ${text}`)
  }
}

function ignore(): void {}
