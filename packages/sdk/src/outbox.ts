/** The way of events from the page to the server: requests, what is kept for the next visit, and what is said of losses. */
import { type Answer, BATCH_CHARS, createQueue, isTemporary } from '@metrone-io/core'
import { guard } from './page.ts'
import type { OpenStore } from './store.ts'
import type { AnalyticsConfig, AnalyticsEvent, ErrorReason, FlushResult } from './types.ts'

const TIMEOUT_MS = 1e4

/** A tuple, since its names cost nothing in a script that counts bytes. */
export type Outbox = [
  add: (event: AnalyticsEvent) => void,
  flush: () => Promise<FlushResult>,
  /** Hands over what waits: the page may never run again. */
  leave: () => void,
  /** Throws away what waits, also what is kept. */
  clear: () => void,
  /** Tells the console and `onError` what became of events. */
  tell: (fate: ErrorReason | 'sent', events: AnalyticsEvent[], cause?: unknown) => void,
  /** The session that the server has put the last event in; empty before. */
  readSessionId: () => string,
]

/**
 * Opens the way out. `isHeld` completes the events that wait, and says whether they may not leave yet. Without
 * `openStore`, events wait in memory alone.
 */
export function createOutbox(
  {
    apiKey,
    endpoint = 'https://api.metrone.io',
    batchSize = 10,
    flushInterval = 5e3,
    maxQueueSize = 100,
    offlineQueue = true,
    debug,
    onError,
  }: AnalyticsConfig,
  isHeld: () => boolean,
  openStore?: OpenStore,
): Outbox {
  const url = endpoint.replace(/\/*$/, '/v1/events/batch')
  // More than may wait would never come together.
  const batchEvents = Math.min(batchSize, maxQueueSize)
  const store = openStore?.(apiKey)
  const keep = (isInTrouble?: unknown): unknown => offlineQueue && store?.(waiting, isInTrouble)
  let sent = 0
  let failed = 0
  let sessionId = ''
  let posting: Promise<Answer> | undefined

  const tell: Outbox[4] = guard((reason, events, cause) => {
    if (debug) console.log('Metrone', reason, events, cause)
    if (reason === 'sent') sent += events.length
    else if (events[0]) {
      failed += events.length
      onError?.({ reason, events, cause })
    }
  })

  const deliver = async (body: string): Promise<Answer> => {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        credentials: 'omit',
        keepalive: !body[BATCH_CHARS],
        signal: AbortSignal.timeout?.(TIMEOUT_MS),
      })
      // Fails where a yes is no JSON: then it is not the server's, but of something on the way.
      if (answer.ok) sessionId = (await answer.json()).session_id
      return answer
    } catch {
      return {}
    }
  }

  const [add, flushQueue, leave, waiting] = createQueue<AnalyticsEvent>(
    [
      (body) => (posting = deliver(body)),
      (body) => navigator.sendBeacon(url, body),
      () => {
        if (isHeld()) return true
        keep(!navigator.onLine)
        return !navigator.onLine
      },
      (events, answer) => {
        tell(answer ? ((answer as Response).ok ? 'sent' : 'refused') : 'overflow', events, answer)
        // An overflow may come before consent, and is no reason to touch the store.
        if (answer) keep(isTemporary(answer))
      },
    ],
    batchEvents,
    flushInterval,
    maxQueueSize,
  )

  return [
    (event) => {
      add(event)
      if (waiting.length >= batchEvents) flushQueue()
    },
    async () => {
      const sentBefore = sent
      const failedBefore = failed
      flushQueue()
      // The queue hears of an answer before this does, and has sent the next batch by then.
      for (let last: unknown; last !== posting; await last) last = posting
      return { sent: sent - sentBefore, failed: failed - failedBefore, waiting: waiting.length }
    },
    () => {
      leave()
      if (!isHeld()) keep(true)
    },
    () => {
      // What earlier visits left comes out first.
      keep()
      waiting.length = 0
      keep()
    },
    tell,
    () => sessionId,
  ]
}
