/** What is known of one interaction, as a list of names and values; what nobody told is left out. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { WholeInteraction } from '../api/interactions.ts'
import { formatExact, type Unit } from '../numbers.ts'
import type { View } from '../view.ts'
import { sayValue } from '../words.ts'
import { isUnsure, sayShare } from './said.ts'

type Fact = readonly [title: string, value: ReactNode]

export function Facts({ row, view }: { row: WholeInteraction; view: View }) {
  const facts = [...endsOf(row), ...numbersOf(row), ...intentOf(row), ...placesOf(row, view)]
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{typeof value === 'string' ? <bdi>{value}</bdi> : value}</dd>
          </div>
        ))}
    </dl>
  )
}

function endsOf(row: WholeInteraction): Fact[] {
  return [
    ['Outcome', sayValue('outcome', row.outcome)],
    ['Resolution', sayValue('resolution', row.resolution)],
    ['End reason', row.end_reason],
    ['Hand-over', sayFlag(row.handoff)],
    ['Voicemail', sayFlag(row.voicemail)],
    ['Sentiment', row.sentiment && sayValue('sentiment', row.sentiment)],
  ]
}

function numbersOf(row: WholeInteraction): Fact[] {
  const number = (value: number | null, unit: Unit) => (value === null ? null : formatExact(value, unit))
  return [
    ['Duration', number(row.duration_sec, 'seconds')],
    ['Latency', number(row.latency_ms, 'milliseconds')],
    ['Cost', number(row.cost_usd, 'money:USD')],
    ['Messages', number(row.messages, 'count')],
    ['Tokens read', number(row.tokens_in, 'count')],
    ['Tokens written', number(row.tokens_out, 'count')],
    ['Tool calls', number(row.tool_calls, 'count')],
    ['Satisfaction', number(row.csat, 'count')],
  ]
}

function intentOf(row: WholeInteraction): Fact[] {
  if (!row.intent) return [['Intent', 'Nobody told it']]
  const confidence = row.intent_confidence
  const doubt = isUnsure(row) ? ': look at the second guess, too' : ''
  return [
    ['Intent', sayValue('intent', row.intent)],
    ['Confidence', confidence === null ? null : `${sayShare(confidence)}${doubt}`],
    ['Second guess', row.intent_second && sayValue('intent', row.intent_second)],
    ['Intent told by', row.intent_origin && sayValue('intent_origin', row.intent_origin)],
    ['As the platform says it', row.intent_raw],
  ]
}

function placesOf(row: WholeInteraction, view: View): Fact[] {
  return [
    ['Platform', row.provider],
    ['Endpoint', row.endpoint],
    ['Assistant', row.agent_id],
    ['Model', row.model],
    ['Direction', row.direction && sayValue('direction', row.direction)],
    ['Medium', row.medium && sayValue('direction', row.medium)],
    ['Country of the caller', row.caller_country && sayValue('country', row.caller_country)],
    ["The platform's id", row.external_id],
    ['Id', row.id],
    ['Signature', sayVerified(row.verified)],
    [
      'Counted with',
      row.linked_to && (
        <Link to="/voice/$id" params={{ id: row.linked_to } as never} search={view as never}>
          the call that this one carried
        </Link>
      ),
    ],
  ]
}

function sayFlag(flag: boolean | null): string | null {
  if (flag === null) return null
  return flag ? 'Yes' : 'No'
}

function sayVerified(verified: boolean | null): string | null {
  if (verified === null) return null
  return verified ? 'Verified' : 'Not verified: the endpoint has no secret'
}
