/** Fields of settings that are no line of text: a choice, a box to tick, lines, a day, a time zone. Beside account/Form's Field. */
import { useId } from 'react'

interface SelectProps {
  name: string
  label: string
  /** Value and text. */
  options: readonly [string, string][]
  defaultValue: string
}

export function SelectField({ name, label, options, defaultValue }: SelectProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {/* The browser keeps what a choice first was for a form's reset, so another default is another choice. */}
      <select key={defaultValue} id={id} name={name} defaultValue={defaultValue}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}

interface CheckProps {
  name: string
  label: string
  hint?: string
  defaultChecked?: boolean
}

export function CheckField({ name, label, hint, defaultChecked }: CheckProps) {
  const id = useId()
  return (
    <div className="check">
      <input
        key={String(defaultChecked)}
        id={id}
        name={name}
        type="checkbox"
        defaultChecked={defaultChecked}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      <span>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <span id={`${id}-hint`} className="quiet line-more">
            {hint}
          </span>
        )}
      </span>
    </div>
  )
}

interface LinesProps {
  name: string
  label: string
  hint: string
}

export function LinesField({ name, label, hint }: LinesProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        <span className="quiet"> (optional)</span>
      </label>
      <textarea
        id={id}
        name={name}
        rows={2}
        aria-describedby={`${id}-hint`}
        spellCheck={false}
        autoCapitalize="none"
      />
      <span id={`${id}-hint`} className="quiet">
        {hint}
      </span>
    </div>
  )
}

export function DayField({ name, label, hint }: LinesProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        <span className="quiet"> (optional)</span>
      </label>
      <input id={id} name={name} type="date" aria-describedby={`${id}-hint`} />
      <span id={`${id}-hint`} className="quiet">
        {hint}
      </span>
    </div>
  )
}

/** Any name is taken; the server refuses what is none, and says which are near. */
export function ZoneField({ defaultValue }: { defaultValue: string }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>Time zone</label>
      <input
        id={id}
        name="timezone"
        list={`${id}-zones`}
        defaultValue={defaultValue}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        required
      />
      <datalist id={`${id}-zones`}>
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <span id={`${id}-hint`} className="quiet">
        Days begin at midnight there. Type to search, such as Europe/Berlin.
      </span>
    </div>
  )
}

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]
