/** Live events by EventSource, which reconnects by itself; where the server refuses outright, this tries again later. */
import { useEffect, useRef } from 'react'

export interface LiveEvent {
  event_type?: string
  visitor_type?: string
}

export interface StreamListener {
  onEvent: (event: LiveEvent) => void
  /** Called on the first connection: what came just before it may be in no read yet. */
  onConnect?: () => void
  /** Called on every connection after the first: what came in between is to be read anew. */
  onReconnect: () => void
}

// A refusal (too many streams, a restart) closes an EventSource for good; the server's streams last five minutes.
const RETRY_AFTER_MS = 30_000

/** Opens the stream of `project` and returns what closes it. */
export function listen(project: string, listener: StreamListener): () => void {
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  let opened = 0
  const open = () => {
    source = new EventSource(`/v1/api/stream?project=${encodeURIComponent(project)}`)
    source.onopen = () => {
      if (opened++ > 0) listener.onReconnect()
      else listener.onConnect?.()
    }
    source.onmessage = (message: MessageEvent<string>) => {
      const event = readEvent(message.data)
      if (event) listener.onEvent(event)
    }
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, RETRY_AFTER_MS)
    }
  }
  open()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}

/** Listens for as long as the component is on the screen; to nothing where the project is null. */
export function useStream(project: string | null, listener: StreamListener): void {
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => {
    if (project === null) return
    return listen(project, {
      onEvent: (event) => latest.current.onEvent(event),
      onConnect: () => latest.current.onConnect?.(),
      onReconnect: () => latest.current.onReconnect(),
    })
  }, [project])
}

function readEvent(text: string): LiveEvent | null {
  try {
    const event: unknown = JSON.parse(text)
    return typeof event === 'object' && event !== null ? (event as LiveEvent) : null
  } catch {
    return null
  }
}
