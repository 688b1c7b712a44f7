/** What a goal asks of an event: the server's form, the rows in which it is edited, and the words for it. Pure but for the query. */
import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/client.ts'

export const OPERATORS = {
  equals: 'is',
  contains: 'contains',
  greater: 'is greater than',
  less: 'is less than',
}
export type Operator = keyof typeof OPERATORS

export interface Criteria {
  event_type?: string
  event_name?: string
  page?: string
  source?: string
  properties?: { key: string; operator: Operator; value: string }[]
  provider?: string
  intent?: string
  outcome?: string
  min_value?: number
}

export interface Goal {
  id: string
  name: string
  criteria: Criteria
}

/** The kinds of criteria, in the order in which they are offered. */
export const KINDS = {
  event_name: { title: 'Event name', sample: 'signup' },
  event_type: { title: 'Event type', sample: 'conversion' },
  page: { title: 'Page', sample: '/thanks or /blog/**' },
  source: { title: 'Source', sample: '' },
  property: { title: 'Property', sample: 'pro' },
  min_value: { title: 'Value at least', sample: '100' },
  provider: { title: 'AI provider', sample: 'vapi' },
  intent: { title: 'AI intent', sample: 'scheduling' },
  outcome: { title: 'AI outcome', sample: 'completed' },
} as const
export type Kind = keyof typeof KINDS

/** The channel classes. */
export const SOURCES = {
  web: 'Web',
  voice: 'Voice AI',
  chat: 'Chat AI',
  assistant: 'Assistant',
  server: 'Server',
}

/** One criterion as it is edited; `key` and `operator` are a property's. */
export interface Draft {
  id: number
  kind: Kind
  value: string
  key: string
  operator: Operator
}

const MOST_PROPERTIES = 5

export const goalsQuery = (project: string) =>
  queryOptions({
    queryKey: ['settings', project, 'goals'],
    queryFn: async () => (await call<{ goals: Goal[] }>(`/app/projects/${project}/goals`)).goals,
  })

export function newDraft(id: number, kind: Kind): Draft {
  return { id, kind, value: kind === 'source' ? 'web' : '', key: '', operator: 'equals' }
}

/** The kinds that one more criterion may be of: each once, properties a few times. */
export function kindsLeft(drafts: readonly Draft[]): Kind[] {
  const taken = (kind: Kind) => drafts.filter((draft) => draft.kind === kind).length
  return (Object.keys(KINDS) as Kind[]).filter(
    (kind) => taken(kind) < (kind === 'property' ? MOST_PROPERTIES : 1),
  )
}

export function draftsOf(criteria: Criteria): Draft[] {
  const { properties = [], ...rest } = criteria
  const plain = (Object.keys(KINDS) as Kind[])
    .filter((kind) => kind in rest)
    .map((kind) => ({ ...newDraft(0, kind), value: String(rest[kind as keyof typeof rest]) }))
  const own = properties.map((each) => ({ ...newDraft(0, 'property'), ...each }))
  return [...plain, ...own].map((draft, id) => ({ ...draft, id }))
}

/** What is complete of the drafts; a number that is none goes to the server as nothing. */
export function criteriaOf(drafts: readonly Draft[]): Criteria {
  const criteria: Record<string, unknown> = {}
  for (const { kind, value } of drafts) {
    const text = value.trim()
    if (kind === 'property' || !text) continue
    if (kind !== 'min_value') criteria[kind] = text
    else if (Number.isFinite(Number(text))) criteria[kind] = Number(text)
  }
  const properties = drafts
    .filter(({ kind, key, value }) => kind === 'property' && key.trim() && value.trim())
    .map(({ key, operator, value }) => ({ key: key.trim(), operator, value: value.trim() }))
  return properties.length > 0 ? { ...criteria, properties } : criteria
}

/** Each criterion in words: its name, and what it must be. */
export function sayCriteria(criteria: Criteria): [name: string, value: string][] {
  return draftsOf(criteria).map(({ kind, key, operator, value }) => {
    if (kind === 'property') return [key, `${OPERATORS[operator]} ${value}`]
    if (kind === 'source') return ['Source', SOURCES[value as keyof typeof SOURCES] ?? value]
    return [KINDS[kind].title, value]
  })
}
