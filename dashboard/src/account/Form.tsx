/** A form of the account pages: labelled fields, one button, one place where a refusal is said. */
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useId } from 'react'
import { Problem } from '../api/client.ts'

type Values = Record<string, string>

interface FormProps {
  /** What the button says. */
  action: string
  /** Sends the values; throws a Problem where they are refused. */
  send: (values: Values) => Promise<unknown>
  onDone?: () => void
  /** Said when it worked and the form stays. */
  done?: string
  /** Whether another form of the page has the main button. */
  isQuiet?: boolean
  /** Whether the values may only be looked at. */
  isLocked?: boolean
  /** Whether it does what cannot be undone. */
  isDanger?: boolean
  /** Whether something must be filled in before it may be sent. */
  isHeld?: boolean
  children?: ReactNode
}

export function Form({
  action,
  send,
  onDone,
  done,
  isQuiet,
  isLocked,
  isDanger,
  isHeld,
  children,
}: FormProps) {
  const sending = useMutation({ mutationFn: send, onSuccess: () => onDone?.() })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))
    sending.mutate(values, { onSuccess: () => done && form.reset() })
  }
  return (
    <form className="form" onSubmit={submit} aria-busy={sending.isPending}>
      <fieldset className="fields" disabled={isLocked}>
        {children}
      </fieldset>
      {sending.isError && (
        <p className="refusal" role="alert">
          {sayRefusal(sending.error)}
        </p>
      )}
      <div className="form-end">
        <button
          type="submit"
          className={`button ${isDanger ? 'bad' : isQuiet ? '' : 'primary'}`}
          disabled={isLocked || isHeld || sending.isPending}
        >
          {action}
        </button>
        <span className="quiet" role="status">
          {sending.isSuccess && done}
        </span>
      </div>
    </form>
  )
}

function sayRefusal(error: unknown): string {
  if (error instanceof Problem) return error.message
  if (error instanceof DOMException && error.name === 'AbortError') return 'Nothing was changed.'
  // What browsers throw where a person says no to a passkey, or waits too long.
  if (error instanceof DOMException) return 'The device gave no passkey. Try again.'
  return 'Something on this page failed. Reload it and try again.'
}

interface FieldProps {
  name: string
  label: string
  type?: 'text' | 'email' | 'password' | 'date'
  autoComplete: string
  hint?: string
  defaultValue?: string
  minLength?: number
  maxLength?: number
  isOptional?: boolean
  isFirst?: boolean
  isReadOnly?: boolean
  inputMode?: 'numeric'
  /** Where a dialog begins. */
  'data-first'?: boolean
}

export function Field({ name, label, type = 'text', hint, isOptional, isFirst, ...rest }: FieldProps) {
  const { isReadOnly, ...plain } = rest
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {isOptional && <span className="quiet"> (optional)</span>}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        required={!isOptional}
        // biome-ignore lint/a11y/noAutofocus: the first field of a page that is nothing but this form
        autoFocus={isFirst}
        aria-describedby={hint ? `${id}-hint` : undefined}
        spellCheck={false}
        autoCapitalize="none"
        readOnly={isReadOnly}
        {...plain}
      />
      {hint && (
        <span id={`${id}-hint`} className="quiet">
          {hint}
        </span>
      )}
    </div>
  )
}

export const LENGTH_MIN = 10

/** A password that is being chosen, with what makes a good one. */
export function NewPassword({ label = 'Password' }: { label?: string }) {
  return (
    <Field
      name="password"
      label={label}
      type="password"
      autoComplete="new-password"
      minLength={LENGTH_MIN}
      hint={`At least ${LENGTH_MIN} characters. Three or four random words are good.`}
    />
  )
}
