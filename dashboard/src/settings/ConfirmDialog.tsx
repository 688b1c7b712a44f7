/** A question before what cannot be undone; with `typed`, a name that must be typed to go on. */
import { type ReactNode, useState } from 'react'
import { Field, Form } from '../account/Form.tsx'
import { Dialog } from '../parts/Dialog.tsx'

interface Props {
  title: string
  /** What the button says. */
  action: string
  /** The name to type. */
  typed?: string
  send: (values: Record<string, string>) => Promise<unknown>
  onClose: () => void
  children: ReactNode
}

export function ConfirmDialog({ title, action, typed, send, onClose, children }: Props) {
  const [isSure, setSure] = useState(!typed)
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div onInput={(event) => setSure(!typed || (event.target as HTMLInputElement).value.trim() === typed)}>
        <Form action={action} send={send} isDanger isHeld={!isSure}>
          {typed && (
            <>
              <p>
                To go on, type <strong className="name-to-type">{typed}</strong>
              </p>
              <Field name="confirm" label="Name of the project" autoComplete="off" isFirst />
            </>
          )}
        </Form>
      </div>
    </Dialog>
  )
}
