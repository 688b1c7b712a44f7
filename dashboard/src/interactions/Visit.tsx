/** The visit to the site that a call or chat belongs to: its events, newest first. */
import { useQuery } from '@tanstack/react-query'
import type { Reader } from '../api/batch.ts'
import { visitQuery, type WholeInteraction } from '../api/interactions.ts'
import { EventList } from '../parts/EventList.tsx'
import { Failure } from '../parts/Failure.tsx'

const OWN_TYPES = new Set(['ai_call', 'ai_chat', 'ai_query'])

interface Props {
  row: WholeInteraction
  reader: Reader
  timezone: string
}

export function Visit({ row, reader, timezone }: Props) {
  const visit = useQuery(visitQuery(reader, row))
  const rows = visit.data?.data ?? []
  // A call without a visit is a session of its own, which has nothing but the call.
  const isLinked = rows.some(({ event_type }) => !OWN_TYPES.has(event_type ?? ''))
  return (
    <section className="card log" aria-labelledby="visit" aria-busy={visit.isFetching}>
      <header>
        <h2 id="visit">The visit</h2>
      </header>
      {visit.isError && <Failure problem={visit.error} onRetry={() => void visit.refetch()} />}
      {visit.isLoading && <div className="bone list-bone" aria-hidden="true" />}
      {isLinked && <EventList rows={rows} timezone={timezone} label="Events of the visit" hasDays />}
      {!isLinked && !visit.isLoading && !visit.isError && (
        <p className="empty">
          No visit to your site is known for it. Let your page hand on <code>metrone.sessionId</code> as{' '}
          <code>metrone_session</code>: docs/webhooks says where each platform takes it.
        </p>
      )}
    </section>
  )
}
