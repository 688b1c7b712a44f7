import { expect, test } from 'vitest'
import { sortInteraction } from '../src/ai.ts'

test.each([
  [
    { callId: 'c1', provider: 'vapi', duration: 47, intent: 'book', outcome: 'completed' },
    {
      ai_call_id: 'c1',
      ai_provider: 'vapi',
      ai_duration_sec: 47,
      ai_intent: 'book',
      ai_outcome: 'completed',
    },
    {},
  ],
  [{ call_id: 'c1', duration_sec: 3 }, { ai_call_id: 'c1', ai_duration_sec: 3 }, {}],
  [
    { sessionId: 's1', messages: 4, tokensIn: 10, tokens_out: 20, latencyMs: 120, costUsd: 0.1 },
    {
      ai_session_id: 's1',
      ai_messages: 4,
      ai_tokens_in: 10,
      ai_tokens_out: 20,
      ai_latency_ms: 120,
      ai_cost_usd: 0.1,
    },
    {},
  ],
  [
    { intent: 'pricing', confidence: 0.9, transcriptSnippet: 'hi', messageCount: 3, resolved: true },
    { ai_intent: 'pricing', ai_resolved: true },
    { confidence: 0.9, transcript_snippet: 'hi', message_count: 3 },
  ],
  [{ call_id: 'c1', properties: { tier: 'gold' }, room: 7 }, { ai_call_id: 'c1' }, { tier: 'gold', room: 7 }],
  [{ ai_call_id: 'c1', ai_model: 'm' }, { ai_call_id: 'c1', ai_model: 'm' }, {}],
  [
    { callIdentity: 1, durations: 2, properties: { asIs: 3 } },
    {},
    { call_identity: 1, durations: 2, asIs: 3 },
  ],
])('%j becomes fields and properties', (given, fields, properties) => {
  expect(sortInteraction(given)).toEqual({ ...fields, properties })
})

test('what a page hands in is left as it was', () => {
  const given = { callId: 'c1', properties: { a: 1 }, b: 2 }
  sortInteraction(given)
  expect(given).toEqual({ callId: 'c1', properties: { a: 1 }, b: 2 })
})
