/** The values that a period has of a dimension, to be chosen for a filter. */
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { breakdownQuery, type Scope } from '../api/reads.ts'
import type { Tab } from '../panels.ts'
import { sayValue, searchFilter } from '../words.ts'

interface Props {
  scope: Scope
  dimension: string
  text: string
  chosen: readonly string[]
  onToggle: (value: string) => void
}

/** The values that the period has, whatever other filters hold. */
export function Suggestions({ scope, dimension, text, chosen, onToggle }: Props) {
  const search = useDeferredValue(text)
  const tab: Tab = {
    name: '',
    title: '',
    head: '',
    dimension,
    columns: [{ metric: 'total_events', title: 'Events', unit: 'count' }],
    more: [],
    filters: searchFilter(dimension, search),
    empty: '',
  }
  const found = useQuery(breakdownQuery({ ...scope, filters: [] }, tab))
  const rows = found.data?.data ?? []
  return (
    <ul className="suggestions" aria-label="Values of this period" aria-busy={found.isFetching}>
      {rows.map(({ value }) => {
        const kept = value ?? ''
        return (
          <li key={kept}>
            <label>
              <input type="checkbox" checked={chosen.includes(kept)} onChange={() => onToggle(kept)} />
              <bdi>{sayValue(dimension, value)}</bdi>
            </label>
          </li>
        )
      })}
      {found.isSuccess && rows.length === 0 && (
        <li className="quiet">None in this period; what you type is taken as it is.</li>
      )}
    </ul>
  )
}
