/** Makes or changes one filter: a dimension, an operator, and values, with those that the period has to choose from. */
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { propertiesQuery } from '../api/properties.ts'
import { DIMENSION_GROUPS, PROPERTY } from '../dimensions.ts'
import { type Filter, OPERATORS, type Operator, sayOperator } from '../filters.ts'
import { sayDimension, sayValue } from '../words.ts'
import { Dialog } from './Dialog.tsx'
import type { EditorProps } from './FilterButton.tsx'
import { Icon } from './Icon.tsx'
import { Suggestions } from './Suggestions.tsx'

export default function FilterDialog({ filter, scope, onDone, onClose }: EditorProps) {
  const draft = useDraft(filter)
  const { operator, dimension, values, text } = draft
  const properties = useQuery(propertiesQuery({ ...scope, filters: [] }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (draft.all.length > 0) onDone([operator, dimension, draft.all])
  }
  return (
    <Dialog title="Filter" className="filter" onClose={onClose}>
      <form onSubmit={submit}>
        <div className="filter-line">
          <DimensionChoice value={dimension} properties={properties.data ?? []} onChange={draft.turnTo} />
          <OperatorChoice value={operator} onChange={draft.setOperator} />
        </div>
        <Tokens dimension={dimension} values={values} onRemove={draft.toggle} />
        <input
          data-first
          type="text"
          aria-label="Value"
          placeholder={placeholderOf(operator)}
          maxLength={operator === 'matches' ? 200 : 1000}
          value={text}
          onChange={(event) => draft.setText(event.target.value)}
        />
        {isExact(operator) && (
          <Suggestions
            scope={scope}
            dimension={dimension}
            text={text}
            chosen={values}
            onToggle={draft.toggle}
          />
        )}
        {operator === 'matches' && (
          <p className="quiet">A regular expression (RE2), such as ^/blog/.*voice. Several: any of them.</p>
        )}
        <div className="filter-end">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={draft.all.length === 0}>
            Apply
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** The filter as it stands in the form; `all` are its values with what is typed. */
function useDraft(filter: Filter) {
  const [operator, setOperator] = useState<Operator>(filter[0])
  const [dimension, setDimension] = useState(filter[1])
  const [values, setValues] = useState<readonly string[]>(filter[2])
  const [text, setText] = useState('')
  const typed = text.trim()
  return {
    operator,
    setOperator,
    dimension,
    values,
    text,
    setText,
    all: typed && !values.includes(typed) ? [...values, typed] : [...values],
    toggle(value: string) {
      setText('')
      setValues(values.includes(value) ? values.filter((kept) => kept !== value) : [...values, value])
    },
    turnTo(name: string) {
      setDimension(name)
      setValues([])
      setText('')
    },
  }
}

function isExact(operator: Operator): boolean {
  return operator === 'is' || operator === 'is_not'
}

function placeholderOf(operator: Operator): string {
  if (operator === 'matches') return 'Expression'
  return isExact(operator) ? 'Search or type a value' : 'Part of the value'
}

function OperatorChoice({ value, onChange }: { value: Operator; onChange: (name: Operator) => void }) {
  return (
    <select
      aria-label="Operator"
      value={value}
      onChange={(event) => onChange(event.target.value as Operator)}
    >
      {OPERATORS.map((name) => (
        <option key={name} value={name}>
          {sayOperator(name)}
        </option>
      ))}
    </select>
  )
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
