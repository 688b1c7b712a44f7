/** Which properties the events of a period have: the keys that the newest of them carry. */
import { queryOptions } from '@tanstack/react-query'
import { ask } from './batch.ts'
import { freshness, periodParams, type Scope } from './reads.ts'

const MOST_EVENTS = 500
// Longer keys are no dimension.
const LONGEST_KEY = 64

export function propertiesQuery(scope: Scope) {
  const own = ['is_not', 'event_type', ['pageview', 'engagement']]
  const params = {
    ...periodParams(scope),
    filters: [...scope.filters, own],
    visitor_type: 'human',
    limit: MOST_EVENTS,
  }
  return queryOptions({
    queryKey: ['read', scope.reader.project, 'properties', params],
    queryFn: async () => {
      const { data } = await ask<{ data: { properties?: Record<string, unknown> }[] }>(scope.reader, {
        type: 'events',
        params,
      })
      return keysOf(data)
    },
    ...freshness(scope),
    // A link tells no events, and so no properties.
    enabled: scope.isKnown && !scope.reader.share,
  })
}

/** The keys whose values are texts, numbers or booleans, the most frequent first. */
export function keysOf(events: readonly { properties?: Record<string, unknown> }[]): string[] {
  const counts = new Map<string, number>()
  for (const { properties = {} } of events)
    for (const [key, value] of Object.entries(properties))
      if (key.length <= LONGEST_KEY && value !== null && typeof value !== 'object')
        counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([key]) => key)
}
