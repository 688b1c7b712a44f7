/** How many people are there now. */
import { useQuery } from '@tanstack/react-query'
import type { Reader } from '../api/batch.ts'
import { liveQuery } from '../api/reads.ts'
import { formatExact } from '../numbers.ts'

export function LiveCount({ reader }: { reader: Reader }) {
  const live = useQuery(liveQuery(reader))
  const count = live.data?.active_visitors
  return (
    <p className="live" title="People with an event in the last five minutes">
      <span className={count ? 'dot' : 'dot off'} aria-hidden="true" />
      <span className="count">{formatExact(count, 'count')}</span> online
    </p>
  )
}
