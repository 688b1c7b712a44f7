/** The raw events as a list that goes on: newest first, page by page, of every type of visitor. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Filter } from '../filters.ts'
import { ask, type Reader } from './batch.ts'
import { periodParams, type Scope } from './reads.ts'

/** What the lists show of a row; the rest of it is shown as JSON. */
export interface EventRow {
  event_id: string
  /** ISO 8601 in UTC. */
  timestamp: string
  event_type: string | null
  event_name?: string | null
  source?: string | null
  page_path?: string | null
  country?: string | null
  browser?: string | null
  visitor_type?: string | null
  agent_name?: string | null
  ai_provider?: string | null
  ai_intent?: string | null
  ai_outcome?: string | null
  ai_duration_sec?: number | null
  value?: number | null
  currency?: string | null
}

interface EventPage {
  data: EventRow[]
  meta: { next_cursor: string | null }
}

const EVENTS_A_PAGE = 50

/** The events of the scope's period; the cursor neither misses nor repeats any while new ones arrive. */
export function eventsQuery(scope: Scope) {
  const params = { ...periodParams(scope), limit: EVENTS_A_PAGE }
  return infiniteQueryOptions({
    queryKey: ['events', scope.reader.project, params],
    queryFn: ({ pageParam }) =>
      ask<EventPage>(scope.reader, {
        type: 'events',
        params: pageParam ? { ...params, cursor: pageParam } : params,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ meta }) => meta.next_cursor,
    enabled: scope.isKnown,
    // Pages already read would be read again one by one: what is new comes by the stream.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** The newest events of today and yesterday. */
export function newestQuery(reader: Reader, filters: readonly Filter[]) {
  return queryOptions({
    queryKey: ['read', reader.project, 'newest', filters],
    queryFn: () => readNewest(reader, filters),
  })
}

export async function readNewest(reader: Reader, filters: readonly Filter[]): Promise<EventRow[]> {
  const params = { days: 2, filters, limit: EVENTS_A_PAGE }
  return (await ask<EventPage>(reader, { type: 'events', params })).data
}
