/** Events in a list, newest first; a click shows one whole. */
import { useState } from 'react'
import type { EventRow } from '../api/events.ts'
import { formatDuration, formatExact } from '../numbers.ts'
import { sayValue } from '../words.ts'
import { CopyBlock } from './CopyBlock.tsx'
import { Dialog } from './Dialog.tsx'

/** The sources that have a colour and a shape of their own; what else sends is `other`. */
const SOURCES = new Set(['web', 'voice', 'chat', 'assistant', 'server'])

interface Props {
  rows: readonly EventRow[]
  timezone: string
  label: string
  /** With the day, where the list reaches further than today. */
  hasDays?: boolean
}

export function EventList({ rows, timezone, label, hasDays = false }: Props) {
  const [shown, show] = useState<EventRow | null>(null)
  const time = new Intl.DateTimeFormat(undefined, {
    ...(hasDays ? { day: 'numeric', month: 'short' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: timezone,
  })
  return (
    <>
      <ol className="event-list" aria-label={label}>
        {rows.map((row) => (
          <li key={row.event_id}>
            <button type="button" className="event" onClick={() => show(row)}>
              <time dateTime={row.timestamp}>{time.format(Date.parse(row.timestamp))}</time>
              <SourceDot source={row.source} />
              <bdi className="event-name">{titleOf(row)}</bdi>
              <bdi className="event-text quiet">{textOf(row)}</bdi>
              <bdi className="event-who quiet">{whoOf(row)}</bdi>
            </button>
          </li>
        ))}
      </ol>
      {shown && (
        <Dialog title={titleOf(shown)} className="event-detail" onClose={() => show(null)}>
          <CopyBlock text={JSON.stringify(shown, null, 2)} label="event" />
        </Dialog>
      )}
    </>
  )
}

/** A dot of the source's colour and shape, with its name for who cannot see it. */
export function SourceDot({ source }: { source: string | null | undefined }) {
  const name = source ?? 'other'
  const text = sayValue('source', name)
  return (
    <span className="source-dot" data-source={SOURCES.has(name) ? name : 'other'} title={text}>
      <span className="unseen">{text}</span>
    </span>
  )
}

function titleOf(row: EventRow): string {
  return row.event_name || sayValue('event_type', row.event_type)
}

/** Where it happened, or what an interaction was about. */
function textOf(row: EventRow): string {
  const parts = [
    row.page_path,
    row.ai_provider,
    row.ai_intent,
    row.ai_outcome,
    typeof row.ai_duration_sec === 'number' ? formatDuration(row.ai_duration_sec) : null,
    typeof row.value === 'number' ? formatExact(row.value, `money:${row.currency ?? ''}`) : null,
  ]
  return parts.filter(Boolean).join(' · ').slice(0, 300)
}

function whoOf(row: EventRow): string {
  if (row.visitor_type === 'ai_agent') return row.agent_name ?? 'AI agent'
  if (row.visitor_type === 'bot') return 'Bot'
  return [row.country, row.browser].filter(Boolean).join(' · ')
}
