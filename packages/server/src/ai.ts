/** What the AI tracking methods take, in both shapes (`callId` and `call_id`), and the wire's name for each. */
import { CONTEXT_NAMES, type EventContext, makeEvent, spellings, type WireEvent } from './event.ts'

/** What may be said of any AI interaction. Anything else you give is kept in its properties. */
export interface AIDetails extends EventContext {
  /** `vapi`, `openai`, … */
  provider?: string | undefined
  intent?: string | undefined
  /** `completed`, `not_answered`, `failed`, … */
  outcome?: string | undefined
  model?: string | undefined
  sentiment?: string | undefined
  /** Seconds. */
  duration?: number | undefined
  costUsd?: number | undefined
  /** How many messages were exchanged. */
  messageCount?: number | undefined
  tokensIn?: number | undefined
  tokensOut?: number | undefined
  latencyMs?: number | undefined
  resolved?: boolean | undefined
  /** The visit that led to it: `metrone.sessionId` of the browser, as it travelled in the platform's metadata. */
  metroneSession?: string | undefined
  [property: string]: unknown
}

/** A voice call; `callId` or `call_id` is the platform's id of it, `sessionId` the visit that led to it. */
export type AICall = AIDetails & { callId?: string | undefined; call_id?: string | undefined }

/** A chat, a question or an assistant session; `sessionId` or `session_id` is the platform's id of it. */
export type AIConversation = AIDetails & { sessionId?: string | undefined; session_id?: string | undefined }

/** An assistant session that starts, ends or is given up. */
export type AISession = AIConversation & { action?: 'start' | 'end' | 'timeout' | undefined }

export const DETAIL_NAMES = {
  ...CONTEXT_NAMES,
  provider: 'ai_provider',
  intent: 'ai_intent',
  outcome: 'ai_outcome',
  model: 'ai_model',
  sentiment: 'ai_sentiment',
  duration: 'ai_duration_sec',
  durationSec: 'ai_duration_sec',
  cost: 'ai_cost_usd',
  costUsd: 'ai_cost_usd',
  messageCount: 'ai_messages',
  messages: 'ai_messages',
  tokensIn: 'ai_tokens_in',
  tokensOut: 'ai_tokens_out',
  latencyMs: 'ai_latency_ms',
  resolved: 'ai_resolved',
  aiSessionId: 'ai_session_id',
  metroneSession: 'session_id',
}

const CALL = spellings({ ...DETAIL_NAMES, callId: 'ai_call_id' })
// `session_id` stands for the platform's session here, as in the clients of the field.
const CONVERSATION = spellings({ ...DETAIL_NAMES, callId: 'ai_call_id', sessionId: 'ai_session_id' })
CONVERSATION.set('session_id', 'ai_session_id')

/** The event of a voice call. */
export function makeCall(call: AICall): WireEvent {
  return makeEvent('ai_call', call, CALL)
}

/** The event of a chat (`ai_chat`), a question to an assistant (`ai_query`) or a recognised intent (`ai_intent`). */
export function makeConversation(type: string, details: AIConversation): WireEvent {
  return makeEvent(type, details, CONVERSATION)
}

/** The event of an assistant session that starts (the default), ends or is given up. */
export function makeSession({ action = 'start', ...details }: AISession): WireEvent {
  return makeConversation(`ai_session_${action}`, details)
}
