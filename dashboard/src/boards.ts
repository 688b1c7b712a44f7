/** The two pages of AI interactions: which of them each counts, its key numbers and its panels. Data only. */
import type { Filter } from './filters.ts'
import type { Metric } from './metrics.ts'
import { column, type Panel, type Tab } from './panels.ts'

export interface Board {
  path: '/voice' | '/chat'
  title: string
  /** What one is called, and several. */
  noun: string
  nouns: string
  kinds: readonly string[]
  metrics: readonly [Metric, ...Metric[]]
  panels: readonly Panel[]
  /** The platforms that a newcomer is shown first. */
  platforms: readonly string[]
}

const USD = 'money:USD'
const RESOLUTION: Metric = {
  name: 'ai_resolution_rate',
  title: 'Resolution rate',
  unit: 'percent',
  better: 'up',
}
const HANDOFFS: Metric = { name: 'ai_handoffs', title: 'Hand-overs', unit: 'count', better: 'down' }
const COSTS: readonly Metric[] = [
  { name: 'ai_cost_usd', title: 'Cost', unit: USD, better: 'down' },
  { name: 'ai_cost_per_resolved_usd', title: 'Cost per resolved', unit: USD, better: 'down' },
]
const LATENCIES: readonly Metric[] = [
  { name: 'p50_ai_latency_ms', title: 'Median latency', unit: 'milliseconds', better: 'down' },
  { name: 'p95_ai_latency_ms', title: 'Latency p95', unit: 'milliseconds', better: 'down' },
]

export const VOICE: Board = {
  path: '/voice',
  title: 'Voice',
  noun: 'call',
  nouns: 'calls',
  kinds: ['call'],
  metrics: [
    { name: 'ai_interactions', title: 'Calls', unit: 'count', better: 'up' },
    { name: 'ai_completed', title: 'Completed', unit: 'count', better: 'up' },
    { name: 'ai_not_answered', title: 'Not answered', unit: 'count', better: 'down' },
    { name: 'ai_failed', title: 'Failed', unit: 'count', better: 'down' },
    RESOLUTION,
    HANDOFFS,
    { name: 'avg_ai_duration_sec', title: 'Average duration', unit: 'seconds', better: 'up' },
    { name: 'ai_duration_sec', title: 'Time on calls', unit: 'seconds', better: 'up' },
    ...COSTS,
    ...LATENCIES,
  ],
  panels: panelsOf('voice', 'Calls', 'calls', [
    ['provider', 'Provider', 'No platform told of a call in this period.'],
    [
      'endpoint',
      'Endpoint',
      'No webhook told of a call in this period. An endpoint is the last part of its address.',
    ],
    ['assistant', 'Assistant', 'No platform named the assistant of a call in this period.'],
    ['model', 'Model', 'No platform named the model of a call in this period.'],
    ['direction', 'Direction', 'No platform told the direction of a call in this period.'],
  ]),
  platforms: ['vapi', 'retell', 'bland', 'twilio', 'telnyx', 'openai', 'intercom', 'generic'],
}

export const CHAT: Board = {
  path: '/chat',
  title: 'Chat & assistants',
  noun: 'session',
  nouns: 'sessions',
  kinds: ['chat', 'assistant'],
  metrics: [
    { name: 'ai_interactions', title: 'Sessions', unit: 'count', better: 'up' },
    { name: 'ai_messages', title: 'Messages', unit: 'count', better: 'up' },
    { name: 'avg_ai_messages', title: 'Average messages', unit: 'count', better: 'down' },
    RESOLUTION,
    HANDOFFS,
    { name: 'avg_ai_csat', title: 'Satisfaction', unit: 'count', better: 'up' },
    { name: 'ai_tokens_in', title: 'Tokens read', unit: 'count', better: 'down' },
    { name: 'ai_tokens_out', title: 'Tokens written', unit: 'count', better: 'down' },
    ...COSTS,
    ...LATENCIES,
  ],
  panels: panelsOf('chat', 'Sessions', 'sessions', [
    ['provider', 'Provider', 'No platform told of a session in this period.'],
    ['model', 'Model', 'No platform named the model of a session in this period.'],
    [
      'endpoint',
      'Endpoint',
      'No webhook told of a session in this period. An endpoint is the last part of its address.',
    ],
    ['assistant', 'Assistant', 'No platform named the assistant of a session in this period.'],
    ['interaction', 'Kind', 'No chat and no assistant in this period.'],
  ]),
  platforms: ['intercom', 'zendesk', 'openai', 'anthropic', 'vapi', 'retell', 'generic'],
}

export const BOARDS: readonly Board[] = [VOICE, CHAT]

/** The filter that leaves only what the board counts. */
export function kindFilter(board: Board): Filter {
  return ['is', 'interaction', [...board.kinds]]
}

/** Intents, ends and platforms, in the words of a board. */
function panelsOf(
  name: 'voice' | 'chat',
  title: string,
  nouns: string,
  platforms: readonly [Row, ...Row[]],
): Panel[] {
  const count = column('ai_interactions', title)
  const rate = column('ai_resolution_rate', 'Resolved', 'percent')
  const more = [
    column('ai_completed', 'Completed'),
    column('ai_failed', 'Failed'),
    column('ai_handoffs', 'Hand-overs'),
    column('avg_ai_duration_sec', 'Duration', 'seconds'),
    column('p95_ai_latency_ms', 'Latency p95', 'milliseconds'),
    column('ai_cost_usd', 'Cost', USD),
    column('ai_cost_per_resolved_usd', 'Per resolved', USD),
  ]
  const tabOf = ([dimension, head, empty]: Row): Tab => ({
    name: dimension,
    title: head,
    head,
    dimension,
    columns: dimension === 'resolution' ? [count] : [count, rate],
    more,
    empty,
  })
  const none = (what: string) => `Nobody told the ${what} of any of these ${nouns}.`
  return [
    {
      name: `${name}_intents`,
      title: 'Intents',
      tabs: [
        tabOf(['intent', 'Intent', none('intent')]),
        tabOf(['intent_origin', 'Told by', none('intent')]),
      ],
    },
    {
      name: `${name}_outcomes`,
      title: 'Outcomes',
      tabs: [
        tabOf(['outcome', 'Outcome', none('outcome')]),
        tabOf(['resolution', 'Resolution', none('resolution')]),
        tabOf(['end_reason', 'End reason', none('end reason')]),
        tabOf(['sentiment', 'Sentiment', none('sentiment')]),
      ],
    },
    {
      name: `${name}_platforms`,
      title: 'Platforms',
      tabs: platforms.map(tabOf) as [Tab, ...Tab[]],
    },
  ]
}

type Row = readonly [dimension: string, head: string, empty: string]
