/** Fields of settings that are no line of text: a choice, a box to tick, lines, a day, a time zone. Beside account/Form's Field. */
import { type ReactNode, useId } from 'react'

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

interface HintedProps {
  name: string
  label: string
  hint: string
}

export function LinesField({ name, ...rest }: HintedProps) {
  return (
    <Hinted {...rest}>
      {(ids) => <textarea {...ids} name={name} rows={2} spellCheck={false} autoCapitalize="none" />}
    </Hinted>
  )
}

export function DayField({ name, ...rest }: HintedProps) {
  return <Hinted {...rest}>{(ids) => <input {...ids} name={name} type="date" />}</Hinted>
}

interface HintedFrame extends Omit<HintedProps, 'name'> {
  /** What is filled in, by the ids that tie it to its label and hint. */
  children: (ids: { id: string; 'aria-describedby': string }) => ReactNode
}

/** What may stay empty, between its label and its hint. */
function Hinted({ label, hint, children }: HintedFrame) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        <span className="quiet"> (optional)</span>
      </label>
      {children({ id, 'aria-describedby': `${id}-hint` })}
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
