/** Calls, chats and assistant sessions one by one, and the deliveries that told of them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Filter } from '../filters.ts'
import type { Result } from '../view.ts'
import { ask, type Reader } from './batch.ts'
import type { EventRow } from './events.ts'
import { freshness, periodParams, type Scope } from './reads.ts'

/** One interaction as the list has it; null where nobody told. */
export interface Interaction {
  id: string
  kind: string
  provider: string | null
  external_id: string | null
  endpoint: string | null
  direction: string | null
  agent_id: string | null
  model: string | null
  /** ISO 8601 in UTC. */
  started_at: string
  ended_at: string | null
  duration_sec: number | null
  outcome: string | null
  voicemail: boolean | null
  handoff: boolean | null
  resolution: string
  cost_usd: number | null
  latency_ms: number | null
  messages: number | null
  tokens_in: number | null
  tokens_out: number | null
  sentiment: string | null
  csat: number | null
  intent: string | null
  intent_confidence: number | null
  intent_origin: string | null
  session_id: string | null
  verified: boolean | null
  linked_to: string | null
  is_test: boolean
}

export interface Delivery {
  delivered_at: string
  platform: string
  endpoint: string
  event: string | null
  /** What the signature came to. */
  state: string | null
  result: string
  reason: string | null
  size_bytes: number
  interaction_id: string | null
}

/** One with all that is known. */
export interface WholeInteraction extends Interaction {
  intent_second: string | null
  intent_raw: string | null
  end_reason: string | null
  medium: string | null
  caller_country: string | null
  tool_calls: number | null
  summary: string | null
  transcript: string | null
  timeline: Delivery[]
}

interface InteractionPage {
  data: Interaction[]
  meta: { next_cursor: string | null }
}

const ROWS_A_PAGE = 25
const DELIVERIES = 20
// The longest period that a read may ask for: whether there ever was one.
const EVER_DAYS = 3660
// The most hours that a read gives, in whole days.
export const MOST_DAYS_BY_HOUR = 200
const DAY_MS = 86_400_000

/** The interactions of the scope, newest first, page by page. */
export function interactionsQuery(scope: Scope, search: string) {
  const params = { ...periodParams(scope), limit: ROWS_A_PAGE, ...(search ? { search } : {}) }
  return infiniteQueryOptions({
    queryKey: ['read', scope.reader.project, 'interactions', params],
    queryFn: ({ pageParam }) =>
      ask<InteractionPage>(scope.reader, {
        type: 'interactions',
        params: pageParam ? { ...params, cursor: pageParam } : params,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ meta }) => meta.next_cursor,
    placeholderData: keepPreviousData,
    enabled: scope.isKnown,
  })
}

/** The newest interaction of all time that the filter lets pass: none means that the page waits for its first, and asks on. */
export function firstInteractionQuery(reader: Reader, filter: Filter) {
  const params = { days: EVER_DAYS, limit: 1, filters: [filter] }
  return queryOptions({
    queryKey: ['read', reader.project, 'first interaction', params],
    queryFn: () => ask<InteractionPage>(reader, { type: 'interactions', params }),
    staleTime: 60_000,
    refetchInterval: (query) => (query.state.data?.data.length === 0 ? 10_000 : false),
  })
}

export function interactionQuery(reader: Reader, id: string) {
  return queryOptions({
    queryKey: ['read', reader.project, 'interaction', id],
    queryFn: () => ask<WholeInteraction>(reader, { type: 'interaction', params: { id } }),
  })
}

/** The newest events of the visit that an interaction belongs to, a day around its beginning. */
export function visitQuery(reader: Reader, { session_id, started_at }: Interaction) {
  const around = (days: number) => new Date(Date.parse(started_at) + days * DAY_MS).toISOString()
  const params = { from: around(-1), to: around(1), session_id, limit: 100 }
  return queryOptions({
    queryKey: ['read', reader.project, 'visit', params],
    queryFn: () => ask<{ data: EventRow[] }>(reader, { type: 'events', params }),
    enabled: session_id !== null,
  })
}

/** What platforms delivered last, of the one result or of all, of all platforms or of the one that somebody is setting up. */
export function deliveriesQuery(reader: Reader, result: Result | undefined, platform?: string) {
  const params = { limit: DELIVERIES, ...(result ? { result } : {}), ...(platform ? { platform } : {}) }
  return queryOptions({
    queryKey: ['read', reader.project, 'deliveries', params],
    queryFn: () => ask<{ data: Delivery[] }>(reader, { type: 'deliveries', params }),
    placeholderData: keepPreviousData,
    refetchInterval: platform ? 5_000 : 30_000,
  })
}

/** How many began in each hour of the scope, of its last days where it is longer than a read can be. */
export function hoursQuery(scope: Scope) {
  const first = scope.range.to.subtract({ days: MOST_DAYS_BY_HOUR - 1 })
  const from = scope.range.from.compare(first) < 0 ? first : scope.range.from
  const params = {
    ...periodParams(scope),
    from: from.toString(),
    metrics: ['ai_interactions'],
    interval: 'hour',
  }
  return queryOptions({
    queryKey: ['read', scope.reader.project, 'hours', params],
    queryFn: () =>
      ask<{ data: { start: string; ai_interactions: number }[] }>(scope.reader, {
        type: 'timeseries',
        params,
      }),
    ...freshness(scope),
  })
}
