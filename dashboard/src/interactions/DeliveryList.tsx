/** Deliveries of webhooks in a table: when, what, what the signature came to, and why one was refused or not counted. */
import type { Delivery } from '../api/interactions.ts'
import { sayValue } from '../words.ts'
import { isTroubled } from './said.ts'

interface Props {
  rows: readonly Delivery[]
  timezone: string
  label: string
}

export function DeliveryList({ rows, timezone, label }: Props) {
  const time = new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: timezone,
  })
  return (
    <ol className="deliveries" aria-label={label}>
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a delivery has no id, and two may come in one millisecond
        <li key={`${row.delivered_at} ${at}`} className="delivery" data-troubled={isTroubled(row)}>
          <time dateTime={row.delivered_at}>{time.format(Date.parse(row.delivered_at))}</time>
          <bdi className="delivery-what">{row.event ?? 'Event unknown'}</bdi>
          <bdi className="quiet">
            {row.platform} · {row.endpoint}
          </bdi>
          <span className="quiet">{row.state ? sayValue('source', row.state) : 'Not checked'}</span>
          <span className="delivery-result">{sayValue('source', row.result)}</span>
          {row.reason && <bdi className="delivery-reason">{row.reason}</bdi>}
        </li>
      ))}
    </ol>
  )
}
