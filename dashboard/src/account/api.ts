/** The account endpoints: who is signed in, and every change, as typed calls. */
import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/client.ts'
import type { Project } from '../api/session.ts'

export type Role = 'owner' | 'admin' | 'editor' | 'viewer'

export interface User {
  id: string
  email: string
  name: string
  has_totp: boolean
  recovery_codes: number
}

export interface Organisation {
  id: string
  name: string
  role: Role
  projects: Project[]
}

export interface Account {
  is_set_up: boolean
  can_sign_up: boolean
  has_mail: boolean
  is_signed_in: boolean
  csrf: string
  /** Null where nobody is signed in, or a link of the command line signed the browser in. */
  user: User | null
  organisations: Organisation[]
}

export interface SignInAnswer {
  signed_in: boolean
  needs?: 'code'
}

export interface BrowserSession {
  id: string
  browser: string
  created_at: string
  seen_at: string
  is_this: boolean
}

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: () => call<Account>('/app/account'),
})

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: async () => (await call<{ sessions: BrowserSession[] }>('/app/account/sessions')).sessions,
})

/** Sends a change. `csrf` is '' only where nobody is signed in yet. Throws a Problem. */
export function change<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, csrf: string, body?: unknown) {
  const headers: Record<string, string> = { 'X-CSRF-Token': csrf }
  if (body === undefined) return call<T>(`/app${path}`, { method, headers })
  headers['Content-Type'] = 'application/json'
  return call<T>(`/app${path}`, { method, headers, body: JSON.stringify(body) })
}

export interface Passkey {
  id: string
  name: string
  created_at: string
  used_at: string | null
}

export const passkeysQuery = queryOptions({
  queryKey: ['account', 'passkeys'],
  queryFn: async () => (await call<{ passkeys: Passkey[] }>('/app/account/passkeys')).passkeys,
})

export interface Member {
  id: string
  email: string
  name: string
  role: Role
  has_totp: boolean
}

export interface Team {
  id: string
  name: string
  role: Role
  members: Member[]
  invitations: { id: string; email: string; role: Role }[]
}

export function teamQuery(org: string) {
  return queryOptions({ queryKey: ['account', 'team', org], queryFn: () => call<Team>(`/app/orgs/${org}`) })
}

export interface AuditEntry {
  entry_no: number
  at: string
  actor: string
  action: string
  target: string
}

export interface Invitation {
  email: string
  role: Role
  organisation: string
  has_account: boolean
}
