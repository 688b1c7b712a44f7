/** A labelled choice in a form of the settings. */
import { useId } from 'react'

interface Props {
  name: string
  label: string
  options: readonly { value: string; title: string }[]
  value?: string
  onChange?: (value: string) => void
  hint?: string
}

export function Choice({ name, label, options, value, onChange, hint }: Props) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        name={name}
        value={value}
        onChange={onChange && ((event) => onChange(event.target.value))}
        aria-describedby={hint ? `${id}-hint` : undefined}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
      {hint && (
        <span id={`${id}-hint`} className="quiet">
          {hint}
        </span>
      )}
    </div>
  )
}
