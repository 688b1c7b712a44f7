/** A shared link as its page sees it: what it shows, and the proof of its password, which this tab remembers. */
import { queryOptions } from '@tanstack/react-query'
import type { Filter } from '../filters.ts'
import { call } from './client.ts'

export type Shared =
  | { needs_password: true }
  | { needs_password: false; name: string; domain: string | null; timezone: string; filters: Filter[] }

const PLACE = 'metrone.share.'
/** Where storage is closed to us, as in some frames, a proof lasts as long as the page. */
const proofs = new Map<string, string>()

export function shareQuery(token: string) {
  return queryOptions({
    queryKey: ['share', token],
    queryFn: () => call<Shared>(pathOf(token), { headers: { 'X-Metrone-Share': shareKey(token) } }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Trades the password for the proof of it. Throws a Problem where it is wrong. */
export async function openShare(token: string, password: string): Promise<void> {
  const { proof } = await call<{ proof: string }>(`${pathOf(token)}/open`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password }),
  })
  proofs.set(token, proof)
  try {
    sessionStorage.setItem(PLACE + token, proof)
  } catch {
    // The map above has it.
  }
}

/** What goes with every read under the link. */
export function shareKey(token: string): string {
  const proof = proofs.get(token) ?? remembered(token)
  return proof ? `${token}.${proof}` : token
}

function remembered(token: string): string | null {
  try {
    return sessionStorage.getItem(PLACE + token)
  } catch {
    return null
  }
}

const pathOf = (token: string) => `/app/shares/${encodeURIComponent(token)}`
