/** Makes or changes one filter: a dimension, an operator, and values, with those that the period has to choose from. */
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useDeferredValue, useState } from 'react'
import { propertiesQuery } from '../api/properties.ts'
import { breakdownQuery, type Scope } from '../api/reads.ts'
import { DIMENSION_GROUPS, PROPERTY } from '../dimensions.ts'
import { OPERATORS, type Operator, sayOperator } from '../filters.ts'
import type { Tab } from '../panels.ts'
import { sayDimension, sayValue, searchFilter } from '../words.ts'
import { Dialog } from './Dialog.tsx'
import type { EditorProps } from './FilterButton.tsx'
import { Icon } from './Icon.tsx'

export default function FilterDialog({ filter, scope, onDone, onClose }: EditorProps) {
  const [operator, setOperator] = useState<Operator>(filter[0])
  const [dimension, setDimension] = useState(filter[1])
  const [values, setValues] = useState<readonly string[]>(filter[2])
  const [text, setText] = useState('')
  const properties = useQuery(propertiesQuery({ ...scope, filters: [] }))
  const isExact = operator === 'is' || operator === 'is_not'
  const typed = text.trim()
  const all = typed && !values.includes(typed) ? [...values, typed] : values
  const toggle = (value: string) => {
    setText('')
    setValues(values.includes(value) ? values.filter((kept) => kept !== value) : [...values, value])
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (all.length > 0) onDone([operator, dimension, [...all]])
  }
  const turnTo = (name: string) => {
    setDimension(name)
    setValues([])
    setText('')
  }
  return (
    <Dialog title="Filter" className="filter" onClose={onClose}>
      <form onSubmit={submit}>
        <div className="filter-line">
          <DimensionChoice value={dimension} properties={properties.data ?? []} onChange={turnTo} />
          <select
            aria-label="Operator"
            value={operator}
            onChange={(event) => setOperator(event.target.value as Operator)}
          >
            {OPERATORS.map((name) => (
              <option key={name} value={name}>
                {sayOperator(name)}
              </option>
            ))}
          </select>
        </div>
        <Tokens dimension={dimension} values={values} onRemove={toggle} />
        <input
          data-first
          type="text"
          aria-label="Value"
          placeholder={placeholderOf(operator)}
          maxLength={operator === 'matches' ? 200 : 1000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {isExact && (
          <Suggestions scope={scope} dimension={dimension} text={text} chosen={values} onToggle={toggle} />
        )}
        {operator === 'matches' && (
          <p className="quiet">A regular expression (RE2), such as ^/blog/.*voice. Several: any of them.</p>
        )}
        <div className="filter-end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={all.length === 0}>
            Apply
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function placeholderOf(operator: Operator): string {
  if (operator === 'matches') return 'Expression'
  return operator === 'is' || operator === 'is_not' ? 'Search or type a value' : 'Part of the value'
}

interface DimensionProps {
  value: string
  properties: readonly string[]
  onChange: (name: string) => void
}

function DimensionChoice({ value, properties, onChange }: DimensionProps) {
  const own = properties.map((key) => PROPERTY + key)
  if (value.startsWith(PROPERTY) && !own.includes(value)) own.unshift(value)
  return (
    <select aria-label="Filter by" value={value} onChange={(event) => onChange(event.target.value)}>
      {DIMENSION_GROUPS.map(([group, rows]) => (
        <optgroup key={group} label={group}>
          {rows.map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </optgroup>
      ))}
      {own.length > 0 && (
        <optgroup label="Properties">
          {own.map((name) => (
            <option key={name} value={name}>
              {sayDimension(name)}
            </option>
          ))}
        </optgroup>
      )}
    </select>
  )
}

interface TokenProps {
  dimension: string
  values: readonly string[]
  onRemove: (value: string) => void
}

function Tokens({ dimension, values, onRemove }: TokenProps) {
  if (values.length === 0) return null
  return (
    <ul className="tokens" aria-label="Chosen values">
      {values.map((value) => (
        <li key={value}>
          <bdi>{sayValue(dimension, value)}</bdi>
          <button
            type="button"
            aria-label={`Remove ${sayValue(dimension, value)}`}
            onClick={() => onRemove(value)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  )
}

interface SuggestionProps {
  scope: Scope
  dimension: string
  text: string
  chosen: readonly string[]
  onToggle: (value: string) => void
}

/** The values that the period has, whatever other filters hold. */
function Suggestions({ scope, dimension, text, chosen, onToggle }: SuggestionProps) {
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
