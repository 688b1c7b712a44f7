/** Events as they come in: from the stream, or (where filters choose) read anew when the stream says that there are some. */
import { useEffect, useRef, useState } from 'react'
import type { Reader } from './api/batch.ts'
import { type EventRow, readNewest } from './api/events.ts'
import { useStream } from './api/stream.ts'
import { type Filter, formatFilter } from './filters.ts'

const MOST_KEPT = 200
// The reads have an event about a second after the stream.
const READ_AFTER_MS = 1_500
// What came while the page opened is on it, too.
const BEFORE_MS = 5_000

interface Tail {
  reader: Reader
  filters: readonly Filter[]
  isOn: boolean
  /** Called with each event, whatever the filters say. */
  onEvent?: () => void
}

/** The events since shortly before the component was on the screen (or the filters changed), newest first. */
export function useTail({ reader, filters, isOn, onEvent }: Tail): EventRow[] {
  const [rows, setRows] = useState<EventRow[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const since = useRef('')
  const key = filters.map(formatFilter).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new list for every choice of filters
  useEffect(() => {
    since.current = new Date(Date.now() - BEFORE_MS).toISOString()
    setRows([])
    return () => {
      clearTimeout(timer.current)
      timer.current = undefined
    }
  }, [reader.project, key, isOn])
  const add = (fresh: readonly EventRow[]) => setRows((kept) => mergeRows(fresh, kept).slice(0, MOST_KEPT))
  const read = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      const from = since.current
      readNewest(reader, filters).then(
        (newest) => since.current === from && add(newest.filter(({ timestamp }) => timestamp >= from)),
        () => undefined, // the next event asks again
      )
    }, READ_AFTER_MS)
  }
  useStream(reader.project, {
    onEvent: (event) => {
      onEvent?.()
      if (!isOn) return
      if (filters.length > 0) read()
      else if ('event_id' in event) add([event as EventRow])
    },
    onConnect: () => isOn && read(),
    onReconnect: read,
  })
  return rows
}

/** Both lists with each event once, those of the first in front. */
export function mergeRows(first: readonly EventRow[], second: readonly EventRow[]): EventRow[] {
  const known = new Set(first.map(({ event_id }) => event_id))
  return [...first, ...second.filter(({ event_id }) => !known.has(event_id))]
}
