/** The filters that hold, each with a button that takes it away. */
import { type Filter, formatFilter, sayOperator } from '../filters.ts'
import { sayDimension, sayValue } from '../words.ts'
import { Icon } from './Icon.tsx'

interface Props {
  filters: Filter[]
  onChange: (filters: Filter[]) => void
}

export function Chips({ filters, onChange }: Props) {
  if (filters.length === 0) return null
  return (
    <ul className="chips" aria-label="Filters">
      {filters.map((filter) => (
        <Chip
          key={formatFilter(filter)}
          filter={filter}
          onRemove={() => onChange(filters.filter((kept) => kept !== filter))}
        />
      ))}
      <li>
        <button type="button" className="button bare" onClick={() => onChange([])}>
          Clear <kbd>Esc</kbd>
        </button>
      </li>
    </ul>
  )
}

function Chip({ filter, onRemove }: { filter: Filter; onRemove: () => void }) {
  const [operator, dimension, values] = filter
  const text = values.map((value) => sayValue(dimension, value)).join(' or ')
  return (
    <li className="chip" data-excludes={operator === 'is_not' || operator === 'contains_not'}>
      <span className="quiet">
        {sayDimension(dimension)} {sayOperator(operator)}
      </span>
      <bdi title={text}>{text}</bdi>
      <button
        type="button"
        aria-label={`Remove the filter ${sayDimension(dimension)} ${text}`}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  )
}
