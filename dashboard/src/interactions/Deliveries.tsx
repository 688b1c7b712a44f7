/** What platforms sent to the project's webhooks, refused deliveries with their reason: where one looks when a call is missing. */
import { useQuery } from '@tanstack/react-query'
import { deliveriesQuery } from '../api/interactions.ts'
import type { Scope } from '../api/reads.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { TabSelect } from '../panel/TabChoice.tsx'
import { Failure } from '../parts/Failure.tsx'
import { RESULTS, type Result } from '../view.ts'
import { sayValue } from '../words.ts'
import { DeliveryList } from './DeliveryList.tsx'

const ALL = 'all'
const OPTIONS = [
  { name: ALL, title: 'All' },
  ...RESULTS.map((name) => ({ name, title: sayValue('source', name) })),
]

export function Deliveries({ view, show, scope }: ViewProps & { scope: Scope }) {
  const deliveries = useQuery(deliveriesQuery(scope.reader, view.result))
  const choose = (name: string) => show({ result: name === ALL ? undefined : (name as Result) }, false)
  const rows = deliveries.data?.data
  return (
    <section className="card log" aria-labelledby="deliveries" aria-busy={deliveries.isFetching}>
      <header>
        <h2 id="deliveries">
          Webhook deliveries <span className="quiet">newest of 30 days</span>
        </h2>
        <TabSelect label="Result" value={view.result ?? ALL} options={OPTIONS} onChange={choose} />
      </header>
      {deliveries.isError && <Failure problem={deliveries.error} onRetry={() => void deliveries.refetch()} />}
      {deliveries.isPending && <div className="bone list-bone" aria-hidden="true" />}
      {rows && rows.length > 0 && (
        <DeliveryList rows={rows} timezone={scope.timezone} label="Webhook deliveries" />
      )}
      {rows?.length === 0 && (
        <p className="empty">
          {view.result
            ? 'No delivery came to this in 30 days.'
            : 'No platform delivered anything in 30 days. Paste an address of this server into its settings: '}
          {!view.result && <code>{`${location.origin}/v1/webhooks/PLATFORM/main?key=…`}</code>}
        </p>
      )}
    </section>
  )
}
