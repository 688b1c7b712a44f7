/** What a live event changes on the page: the count of people, and the end of the wait for the first event. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Reader } from './api/batch.ts'
import { liveQuery } from './api/reads.ts'
import { type LiveEvent, useStream } from './api/stream.ts'

// A busy site sends many pageviews a second; the count is read at most this often.
const QUIET_MS = 1_000
// An event is on the stream at once, in the reads about a second later: a waiting page asks until they have it.
const ASK_AGAIN_MS = 1_000

/** Keeps the project's one stream open, which a link has not. `isWaiting`: there is no event yet, so that any event reads everything anew. */
export function useLiveEvents(reader: Reader, isWaiting: boolean): void {
  const queries = useQueryClient()
  const readAll = () => void queries.invalidateQueries({ queryKey: ['read', reader.project] })
  const readCount = () => void queries.invalidateQueries({ queryKey: liveQuery(reader).queryKey })
  const readCountSoon = useThrottled(readCount)
  const [hasHeard, hearFirst] = useState(false)
  useEffect(() => {
    if (!isWaiting || !hasHeard) return
    const readAll = () => void queries.invalidateQueries({ queryKey: ['read', reader.project] })
    readAll()
    const timer = setInterval(readAll, ASK_AGAIN_MS)
    return () => {
      clearInterval(timer)
      // Some reads may be a moment behind the one that ended the wait.
      setTimeout(readAll, ASK_AGAIN_MS)
    }
  }, [isWaiting, hasHeard, queries, reader.project])
  useStream(reader.share ? null : reader.project, {
    onEvent: (event) => {
      if (isWaiting) hearFirst(true)
      else if (isVisit(event)) readCountSoon()
    },
    onReconnect: isWaiting ? readAll : readCount,
  })
}

/** A pageview of a person; events of agents and bots carry another visitor type. */
function isVisit(event: LiveEvent): boolean {
  return event.event_type === 'pageview' && (event.visitor_type ?? 'human') === 'human'
}

/** Runs `act` after a pause in which further calls change nothing. */
function useThrottled(act: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      act()
    }, QUIET_MS)
  }
}
