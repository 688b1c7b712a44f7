/** Calls and chats for developing their pages: an answer for each read of them, in the shapes of the wire. */
const COUNT = 60
const HOUR_MS = 3_600_000
const INTENTS = ['scheduling', 'pricing', 'complaint', 'opening_hours', null]
const OUTCOMES = ['completed', 'completed', 'completed', 'not_answered', 'failed']
const PROVIDERS = ['vapi', 'retell', 'intercom']

type Filter = [string, string, string[]]
interface Asked {
  filters?: Filter[]
  limit?: number
  search?: string
  id?: string
  result?: string
}

/** Whether the filters leave calls or chats only. */
export function kindsOf(filters: readonly Filter[] = []): string[] | undefined {
  return filters.find(([, dimension]) => dimension === 'interaction')?.[2]
}

export function interactions(now: number, { filters, limit = 25, search = '' }: Asked) {
  const kinds = kindsOf(filters) ?? ['call']
  const rows = Array.from({ length: COUNT }, (_, at) => interaction(now, at)).filter(
    (row) => kinds.includes(row.kind) && JSON.stringify(row).includes(search.toLowerCase()),
  )
  return { data: rows.slice(0, limit), meta: { next_cursor: null } }
}

export function oneInteraction(now: number, { id = '' }: Asked) {
  const row = interaction(now, Number.parseInt(id.slice('int_'.length), 16) || 0)
  return {
    ...row,
    intent_second: 'support',
    intent_raw: null,
    end_reason: 'customer-ended-call',
    medium: 'phone',
    caller_country: 'DE',
    tool_calls: 2,
    summary: null,
    transcript: null,
    timeline: deliveries(now, { result: 'taken' }).data,
  }
}

export function deliveries(now: number, { result }: Asked) {
  const rows = [
    delivery(now, 'end-of-call-report', { state: 'verified', result: 'taken', reason: null }),
    delivery(now, null, {
      state: 'missing',
      result: 'refused',
      reason: 'The header x-vapi-secret is absent.',
    }),
    delivery(now, 'status-update', { state: 'verified', result: 'ignored', reason: 'nothing new' }),
  ]
  return { data: rows.filter((row) => !result || row.result === result) }
}

/** Key numbers of any metrics, in proportion to the visits. */
export function figures(metrics: readonly string[], count: number): Record<string, number | null> {
  const scaleOf = (name: string) => {
    if (name.includes('latency')) return 780
    if (name.includes('duration')) return 124
    if (name.includes('rate')) return 76.4
    if (name.includes('csat')) return 4.3
    return name.startsWith('avg') || name.includes('per') ? 0.21 : Math.round(count / 9)
  }
  return Object.fromEntries(metrics.map((name) => [name, count === 0 ? null : scaleOf(name)]))
}

function interaction(now: number, at: number) {
  const isCall = at % 3 < 2
  return {
    id: `int_${at.toString(16).padStart(16, '0')}`,
    kind: isCall ? 'call' : 'chat',
    provider: isCall ? PROVIDERS[at % 2] : PROVIDERS[2],
    external_id: `conv-${at}`,
    endpoint: 'main',
    direction: isCall ? 'inbound' : null,
    agent_id: 'front-desk',
    model: 'gpt-4.1-mini',
    started_at: new Date(now - (at + 1) * HOUR_MS).toISOString(),
    ended_at: null,
    duration_sec: 40 + at * 7,
    outcome: OUTCOMES[at % OUTCOMES.length],
    voicemail: at % 11 === 5,
    handoff: at % 7 === 3,
    resolution: at % 4 ? 'resolved' : 'unknown',
    cost_usd: 0.0123 * (at + 1),
    latency_ms: 640 + at,
    messages: 4 + (at % 9),
    tokens_in: 900,
    tokens_out: 120,
    sentiment: 'positive',
    csat: null,
    intent: INTENTS[at % INTENTS.length],
    intent_confidence: at % 5 === 2 ? 0.41 : 0.93,
    intent_origin: 'model',
    session_id: at % 2 ? `s${at}` : null,
    verified: at % 6 !== 0,
    linked_to: null,
    is_test: false,
  }
}

function delivery(
  now: number,
  event: string | null,
  came: { state: string; result: string; reason: string | null },
) {
  const delivered_at = new Date(now - HOUR_MS).toISOString()
  return {
    delivered_at,
    platform: 'vapi',
    endpoint: 'main',
    event,
    ...came,
    size_bytes: 1842,
    interaction_id: null,
  }
}
