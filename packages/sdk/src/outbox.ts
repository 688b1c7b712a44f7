/** The way of events from the page to the server: requests, what is kept for the next visit, and what is said of losses. */
import { type Answer, BATCH_CHARS, createQueue, isTemporary } from '@metrone-io/core'
import type { Settings } from './config.ts'
import { guard } from './page.ts'
import type { OpenStore } from './store.ts'
import type { AnalyticsEvent, ErrorReason, FlushResult } from './types.ts'

const TIMEOUT_MS = 1e4
const MAX_FAILURES = 6

/** An answer and what its JSON said. */
interface Reply extends Answer {
  sessionId?: string
  problem?: string
}

export interface Outbox {
  add(event: AnalyticsEvent): void
  flush(): Promise<FlushResult>
  /** Hands over what waits: the page may never run again. */
  leave(): void
  /** Throws away what waits, also what is kept. */
  clear(): void
  /** Tells of events that are lost. */
  lose(reason: ErrorReason, events: AnalyticsEvent[], status?: number, problem?: unknown): void
  log(...words: unknown[]): void
  /** The session that the server has put the last event in; empty before. */
  readSessionId(): string
}

async function deliver(url: string, body: string): Promise<Reply> {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    credentials: 'omit',
    keepalive: !body[BATCH_CHARS],
    signal: AbortSignal.timeout?.(TIMEOUT_MS) ?? null,
  })
  const { status, headers } = answer
  // A yes that is no JSON is not the server's: something on the way said it.
  const content = await answer.json().catch((error: unknown) => {
    if (answer.ok) throw error
  })
  return { status, headers, sessionId: content?.session_id, problem: content?.error?.message }
}

/** Whether the browser knows that it is cut off; where it does not say, it is not. */
const isOffline = (): boolean => globalThis.navigator?.onLine === false

/**
 * Opens the way out. `isHeld` completes the events that wait, and says whether they may not leave yet. Without
 * `openStore`, events wait in memory alone.
 */
export function createOutbox(settings: Settings, isHeld: () => boolean, openStore?: OpenStore): Outbox {
  const { apiKey, batchUrl, batchSize, flushInterval, maxQueueSize } = settings
  let store = settings.offlineQueue === false ? undefined : openStore?.(apiKey, maxQueueSize)
  let isLoaded = false
  let sent = 0
  let failed = 0
  let sessionId = ''
  let posting: Promise<Reply> | undefined
  let asking: ReturnType<typeof setTimeout> | undefined

  const log = (...words: unknown[]): void => {
    if (settings.debug) console.log('[metrone]', ...words)
  }

  const lose: Outbox['lose'] = (reason, events, status, problem = '') => {
    if (!events[0]) return
    failed += events.length
    const message = `${events.length} events lost: ${reason}. ${problem}`
    log(message, events)
    guard(() => settings.onError?.({ reason, message, events, status }))()
  }

  const load = (): void => {
    if (isLoaded) return
    isLoaded = true
    waiting.unshift(...(store?.load(Date.now()) ?? []))
    lose('overflow', waiting.splice(0, Math.max(0, waiting.length - maxQueueSize)))
  }

  const settle = (): boolean => {
    if (isHeld()) {
      clearTimeout(asking)
      if (waiting[0]) asking = setTimeout(flushQueue, flushInterval)
      return true
    }
    load()
    if (isOffline()) store?.save(waiting, true)
    return isOffline()
  }

  const post = (body: string): Promise<Reply> => {
    posting = deliver(batchUrl, body)
      .catch((problem: unknown): Reply => ({ problem: `${problem}` }))
      .then((reply) => {
        sessionId = reply.sessionId ?? sessionId
        if (isTemporary(reply.status)) {
          log('not delivered', reply)
          store?.save(waiting, true)
        }
        return reply
      })
    return posting
  }

  const hear = (events: AnalyticsEvent[], reply?: Reply): void => {
    const status = reply?.status
    if (reply && (status as number) < 300) {
      sent += events.length
      log('sent', events)
    } else
      lose(
        reply ? (isTemporary(status) ? 'undelivered' : 'refused') : 'overflow',
        events,
        status,
        reply?.problem,
      )
    store?.save(waiting)
  }

  const [add, flushQueue, leave, waiting] = createQueue<AnalyticsEvent>(
    {
      post,
      beacon: (body) => !isOffline() && navigator.sendBeacon(batchUrl, body),
      settle,
      hear,
      maxFailures: store ? Infinity : MAX_FAILURES,
    },
    batchSize,
    flushInterval,
    maxQueueSize,
  )

  return {
    add(event) {
      log('queued', event)
      add(event)
      if (waiting.length >= batchSize) flushQueue()
    },
    async flush() {
      const before = { sent, failed }
      let last: unknown
      do {
        last = posting
        flushQueue()
        await posting
      } while (posting !== last)
      return { sent: sent - before.sent, failed: failed - before.failed, queued: waiting.length }
    },
    leave() {
      if (isHeld()) return
      leave()
      store?.save(waiting, !!waiting[0])
    },
    clear() {
      waiting.length = 0
      store?.save(waiting, true)
      store = undefined
    },
    lose,
    log,
    readSessionId: () => sessionId,
  }
}
