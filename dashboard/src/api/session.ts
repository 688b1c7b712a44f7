/** Who is signed in, and the projects they may see. */
import { queryOptions } from '@tanstack/react-query'
import type { Share } from './batch.ts'
import { call } from './client.ts'

export interface Project {
  id: string
  name: string
  domain: string | null
  timezone: string
}

export interface Session {
  projects: Project[]
  /** Sent back as X-CSRF-Token with everything that is not a GET. */
  csrf: string
  /** Set where nobody is signed in and a link shows the one project. */
  share?: Share
  has_account?: boolean
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => call<Session>('/app/session'),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Trades the one-time token of a sign-in link for a session cookie. Throws a Problem when the link was used or is old. */
export async function signIn(token: string): Promise<null> {
  await call('/app/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  return null
}

export async function signOut(csrf: string): Promise<void> {
  await call('/app/session', { method: 'DELETE', headers: { 'X-CSRF-Token': csrf } })
}

export type Definitions = Record<string, { title: string; definition: string; unit: string }>

/** What each number means, in the server's words. */
export const definitionsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: () => call<Definitions>('/app/metrics'),
  staleTime: Number.POSITIVE_INFINITY,
})

export interface Platform {
  name: string
  title: string
  /** What its signatures are made with. */
  signed_with: string
}

/** The platforms whose webhooks the server takes. */
export const platformsQuery = queryOptions({
  queryKey: ['platforms'],
  queryFn: () => call<Platform[]>('/app/platforms'),
  staleTime: Number.POSITIVE_INFINITY,
})

export interface Snippet {
  name: string
  title: string
  text: string
}

/** What to paste into a site, in the server's words, with the address of this server in it. */
export const snippetsQuery = queryOptions({
  queryKey: ['snippets'],
  queryFn: async () => {
    const { origin, snippets } = await call<{ origin: string; snippets: Snippet[] }>('/app/snippets')
    return snippets.map(({ text, ...rest }) => ({ ...rest, text: text.replaceAll(origin, location.origin) }))
  },
  staleTime: Number.POSITIVE_INFINITY,
})
