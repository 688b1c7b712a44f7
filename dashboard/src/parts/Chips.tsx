/** The filters that hold, each with a button that takes it away; its text opens the editor. Those of a link stay. */
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
  const locked = scope.reader.share?.locked ?? []
  if (filters.length + locked.length === 0) return null
  return (
    <ul className="chips" aria-label="Filters">
      {locked.map((filter) => (
        <LockedChip key={`locked ${formatFilter(filter)}`} filter={filter} />
      ))}
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
      {filters.length > 0 && (
        <li>
          <button type="button" className="button bare" onClick={() => change([])}>
            Clear <kbd>Esc</kbd>
          </button>
        </li>
      )}
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

/** A filter that nobody who looks can take away. */
export function LockedChip({ filter }: { filter: Filter }) {
  return (
    <li className="chip locked" title="This link shows no other numbers">
      <Icon name="lock" />
      <span className="chip-text">
        <Words filter={filter} />
      </span>
    </li>
  )
}

/** The filter in words, as it stands on a chip. */
function Words({ filter }: { filter: Filter }) {
  const [operator, dimension] = filter
  return (
    <>
      <span className="quiet">
        <bdi>{sayDimension(dimension)}</bdi> {sayOperator(operator)}
      </span>{' '}
      <bdi>{sayValues(filter)}</bdi>
    </>
  )
}

function sayValues([, dimension, values]: Filter): string {
  return values.map((value) => sayValue(dimension, value)).join(' or ')
}

function Chip({ filter, onEdit, onRemove }: ChipProps) {
  const [operator, dimension] = filter
  const text = sayValues(filter)
  return (
    <li className="chip" data-excludes={operator === 'is_not' || operator === 'contains_not'}>
      <button type="button" className="chip-text" title={`${text}\nClick to change`} onClick={onEdit}>
        <Words filter={filter} />
      </button>
      <button
        type="button"
        className="chip-close"
        aria-label={`Remove the filter ${sayDimension(dimension)} ${text}`}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  )
}
