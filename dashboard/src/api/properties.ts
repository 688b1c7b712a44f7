/** Which properties the events of a period have: the keys that they carry, the most frequent first. */
import { queryOptions } from '@tanstack/react-query'
import { ask } from './batch.ts'
import { type Breakdown, freshness, periodParams, type Scope } from './reads.ts'

const MOST_KEYS = 200

export function propertiesQuery(scope: Scope) {
  const own = ['is_not', 'event_type', ['pageview', 'engagement']]
  const params = {
    ...periodParams(scope),
    filters: [...scope.filters, own],
    dimension: 'property',
    metrics: ['total_events'],
    limit: MOST_KEYS,
  }
  return queryOptions({
    queryKey: ['read', scope.reader.project, 'properties', params],
    queryFn: async () => {
      const { data } = await ask<Breakdown>(scope.reader, { type: 'breakdown', params })
      return data.map(({ value }) => String(value))
    },
    ...freshness(scope),
    // A link tells no properties.
    enabled: scope.isKnown && !scope.reader.share,
  })
}
