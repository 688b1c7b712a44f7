/** What the install page reads and changes: the addresses of this server, the newest event, refused writes, a key to paste. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { change } from '../account/api.ts'
import { call } from '../api/client.ts'
import type { Desk } from './desk.ts'

export const WRITE_KEY = 'metrone_live_YOUR_WRITE_KEY'
const API_KEY = 'metrone_live_YOUR_API_KEY'
const ASK_AGAIN_MS = 3_000

export interface NewestEvent {
  at: string
  type: string
  name: string | null
  page: string | null
  /** Such as m.js/0.1.0; null where the client did not say. */
  library: string | null
}

export interface Refusal {
  code: string
  reason: string
  /** Of the page that sent it; null for a program. */
  host: string | null
  times: number
  at: string
}

export interface Install {
  /** '' where the server knows no public address; then the reader's own will do. */
  origin: string
  cname: string
  newest: NewestEvent | null
  refusals: Refusal[]
}

export const installQuery = (project: string) =>
  queryOptions({
    queryKey: ['settings', project, 'install'],
    queryFn: () => call<Install>(`/app/projects/${project}/install`),
    refetchInterval: ASK_AGAIN_MS,
  })

/** The addresses under which this server takes events and webhooks, the project's own name first. */
export function originsOf({ origin, cname }: { origin: string; cname: string }): string[] {
  const own = origin || location.origin
  return cname ? [`https://${cname}`, own] : [own]
}

/** A snippet with the address and the key that it is for. */
export function fillSnippet(text: string, origin: string, key: string | null): string {
  const placed = text.replaceAll(location.origin, origin)
  return key ? placed.replaceAll(WRITE_KEY, key).replaceAll(API_KEY, key) : placed
}

/** The write key that was made during this visit, for every page that shows where to paste it; nothing keeps it longer. */
export function useWriteKey({ settings, csrf }: Desk) {
  const queries = useQueryClient()
  const queryKey = ['write key', settings.id]
  const known = useQuery<string | null>({
    queryKey,
    queryFn: () => null,
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  })
  const create = async () => {
    const { key } = await change<{ key: string }>('POST', `/projects/${settings.id}/install/key`, csrf)
    queries.setQueryData(queryKey, key)
  }
  return { key: known.data ?? null, create }
}
