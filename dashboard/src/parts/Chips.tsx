/** The filters that hold, each with a button that takes it away; its text opens the editor. */
import { useState } from 'react'
import type { Scope } from '../api/reads.ts'
import { type Filter, formatFilter, sayOperator } from '../filters.ts'
import { useCurrentSegment } from '../notes/SegmentButton.tsx'
import type { ViewProps } from '../pages/Frame.tsx'
import { useKeys } from '../shortcuts.ts'
import { sayDimension, sayValue } from '../words.ts'
import { FilterEditor } from './FilterButton.tsx'
import { Icon } from './Icon.tsx'

export function Chips({ view, show, scope }: ViewProps & { scope: Scope }) {
  const { filters } = view
  const [edited, edit] = useState<Filter | null>(null)
  const change = (next: Filter[]) => show({ filters: next })
  const segment = useCurrentSegment(scope.reader, filters)
  useKeys({ escape: () => filters.length > 0 && change([]) })
  if (filters.length === 0) return null
  return (
    <ul className="chips" aria-label="Filters">
      {segment && (
        <li className="segment-name">
          <bdi>{segment.name}</bdi>
        </li>
      )}
      {filters.map((filter) => (
        <Chip
          key={formatFilter(filter)}
          filter={filter}
          onEdit={() => edit(filter)}
          onRemove={() => change(filters.filter((kept) => kept !== filter))}
        />
      ))}
      <li>
        <button type="button" className="button bare" onClick={() => change([])}>
          Clear <kbd>Esc</kbd>
        </button>
      </li>
      {edited && (
        <FilterEditor
          filter={edited}
          scope={scope}
          onClose={() => edit(null)}
          onDone={(filter) => {
            edit(null)
            change(filters.map((kept) => (kept === edited ? filter : kept)))
          }}
        />
      )}
    </ul>
  )
}

interface ChipProps {
  filter: Filter
  onEdit: () => void
  onRemove: () => void
}

function Chip({ filter, onEdit, onRemove }: ChipProps) {
  const [operator, dimension, values] = filter
  const text = values.map((value) => sayValue(dimension, value)).join(' or ')
  const title = sayDimension(dimension)
  return (
    <li className="chip" data-excludes={operator === 'is_not' || operator === 'contains_not'}>
      <button type="button" className="chip-text" title={`${text}\nClick to change`} onClick={onEdit}>
        <span className="quiet">
          <bdi>{title}</bdi> {sayOperator(operator)}
        </span>{' '}
        <bdi>{text}</bdi>
      </button>
      <button
        type="button"
        className="chip-close"
        aria-label={`Remove the filter ${title} ${text}`}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  )
}
