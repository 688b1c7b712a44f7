/** What the reads of AI interactions answer, as types: their numbers, each of them, and what platforms delivered of them. */
import type { Metrics, Period } from './reads.ts'

/** The metrics of each row of a group. */
export type AIRow = Pick<
  Metrics,
  | 'ai_interactions'
  | 'ai_completed'
  | 'ai_not_answered'
  | 'ai_failed'
  | 'ai_unknown'
  | 'ai_resolved'
  | 'ai_resolution_known'
  | 'ai_resolution_rate'
  | 'ai_handoffs'
  | 'avg_ai_duration_sec'
  | 'p50_ai_duration_sec'
  | 'p95_ai_latency_ms'
  | 'ai_cost_usd'
  | 'ai_cost_per_resolved_usd'
  | 'ai_messages'
  | 'ai_tokens_in'
  | 'ai_tokens_out'
>

/** `AIRow` by each value of a dimension; null stands for "unknown". */
export type AIGroup = ({ value: string | null } & AIRow)[]

/** Each call, chat and query counts once, however many events and webhooks told of it. */
export interface AI {
  /** Null where nothing is known. */
  totals: {
    interactions: {
      total: number
      calls: number
      chats: number
      queries: number
    }
    outcomes: {
      completed: number
      not_answered: number
      failed: number
      unknown: number
      voicemail: number
      handoff: number
    }
    resolution: {
      resolved: number
      unresolved: number
      escalated: number
      known: number
      rate: number | null
    }
    duration_sec: {
      total: number | null
      avg: number | null
      p50: number | null
      p90: number | null
      p95: number | null
    }
    latency_ms: {
      avg: number | null
      p50: number | null
      p95: number | null
    }
    cost_usd: {
      total: number | null
      known: number
      avg: number | null
      per_resolved: number | null
    }
    messages: {
      total: number
      avg: number | null
    }
    tokens: {
      in: number
      out: number
    }
    csat: {
      avg: number | null
    }
  }
  by_provider: AIGroup
  by_endpoint: AIGroup
  by_model: AIGroup
  by_assistant: AIGroup
  by_intent: AIGroup
  by_outcome: AIGroup
  by_day: ({ start: string } & AIRow)[]
  meta: { limit: number; period: Period }
}

/** A call, a chat, an assistant's session or a message; what is not known is null. */
export interface Interaction {
  /** For `getInteraction`. */
  id: string
  kind: 'call' | 'chat' | 'assistant' | 'message'
  provider: string | null
  /** The platform's id of it. */
  external_id: string | null
  /** The label of the webhook that told of it. */
  endpoint: string | null
  direction: 'inbound' | 'outbound' | null
  /** The platform's id of the assistant. */
  agent_id: string | null
  model: string | null
  /** ISO 8601, UTC. */
  started_at: string
  ended_at: string | null
  duration_sec: number | null
  outcome: string | null
  voicemail: boolean | null
  handoff: boolean | null
  resolution: 'resolved' | 'unresolved' | 'escalated' | 'unknown'
  cost_usd: number | null
  latency_ms: number | null
  messages: number | null
  tokens_in: number | null
  tokens_out: number | null
  sentiment: string | null
  /** 1 to 5. */
  csat: number | null
  intent: string | null
  /** 0 to 1. */
  intent_confidence: number | null
  intent_origin: string | null
  session_id: string | null
  /** Whether all deliveries that told of it were signed. */
  verified: boolean | null
  /** The interaction that this one carried; it does not count beside it. */
  linked_to: string | null
  is_test: boolean
}

export interface Interactions {
  /** Newest first. */
  data: Interaction[]
  meta: { limit: number; offset: number; count: number; next_cursor: string | null; period: Period }
}

/** One with all that is known of it; `summary` and `transcript` where the project keeps them. */
export interface InteractionDetail extends Interaction {
  intent_second: string | null
  intent_raw: string | null
  end_reason: string | null
  medium: string | null
  caller_country: string | null
  tool_calls: number | null
  summary: string | null
  transcript: string | null
  /** Oldest first, of 30 days. */
  timeline: Delivery[]
}

/** What a platform sent to a webhook once, and what became of it. */
export interface Delivery {
  delivered_at: string
  platform: string
  endpoint: string
  event: string | null
  state: 'verified' | 'unverified' | 'expired' | 'invalid' | 'missing' | null
  result: 'taken' | 'ignored' | 'refused' | 'too_large'
  reason: string | null
  size_bytes: number
  interaction_id: string | null
}

export interface Deliveries {
  /** Newest first, of 30 days. */
  data: Delivery[]
  meta: { limit: number; count: number }
}
