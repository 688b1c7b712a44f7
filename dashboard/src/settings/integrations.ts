/** The platforms of a project: where they send to, their signing secrets, and tests of the way in. */
import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/client.ts'

export interface Secret {
  id: string
  /** '' is every endpoint that has none of its own. */
  endpoint: string
  /** The last letters of a long one, else ''. */
  hint: string
  created_at: string
  /** Why it cannot be read and what to do, else ''. */
  trouble: string
}

export interface Integration {
  name: string
  title: string
  /** Of its address; the label of an endpoint follows where it ends with /. */
  path: string
  page: string
  pasted_into: string
  /** Null where nothing is signed. */
  signed_with: string | null
  can_prove: boolean
  secrets: Secret[]
}

export interface Integrations {
  origin: string
  cname: string
  platforms: Integration[]
}

/** What became of a test. */
export interface Trial {
  /** What the platform would have heard. */
  status: number
  /** What the signature came to. */
  state: string
  result: string
  event: string | null
  reason: string | null
  note: string | null
}

export const MAIN = 'main'

export const integrationsQuery = (project: string) =>
  queryOptions({
    queryKey: ['settings', project, 'integrations'],
    queryFn: () => call<Integrations>(`/app/projects/${project}/integrations`),
  })

/** The label that an address may have; `main` where nothing usable was typed. */
export function labelOf(typed: string): string {
  return /^[A-Za-z0-9][\w.-]{0,63}$/.test(typed.trim()) ? typed.trim() : MAIN
}

/** What to paste: the address with endpoint and key, or (OpenTelemetry) the two settings of an exporter. */
export function addressOf({ path }: Integration, origin: string, label: string, key: string): string {
  if (path.endsWith('/')) return `${origin}${path}${label}?key=${key}`
  return `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${origin}${path}\nOTEL_EXPORTER_OTLP_TRACES_HEADERS=X-Api-Key=${key}`
}

/** The secrets that hold for an endpoint: its own, else those of every endpoint. */
export function secretsFor({ secrets }: Integration, label: string): Secret[] {
  const own = secrets.filter(({ endpoint }) => endpoint === label)
  return own.length > 0 ? own : secrets.filter(({ endpoint }) => endpoint === '')
}
