/** What the dialogs of segments and annotations share: who shall see it, and a row that can be changed or deleted. */
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import type { Reader } from '../api/batch.ts'
import { IconButton } from '../parts/IconButton.tsx'
import { type Kind, remove } from './api.ts'

/** The name of the checkbox; it is among a form's values only where it is ticked. */
const SHARED = 'is_shared'

/** The values of a form with what the checkbox says; without the right to share it stays as it is. */
export function readShared({ [SHARED]: ticked, ...values }: Record<string, string>, mayShare: boolean) {
  return mayShare ? { ...values, is_shared: ticked !== undefined } : values
}

export function SharedBox({ mayShare, isShared }: { mayShare: boolean; isShared: boolean }) {
  const id = useId()
  if (!mayShare) return null
  return (
    <label className="check" htmlFor={id}>
      <input id={id} type="checkbox" name={SHARED} defaultChecked={isShared} />
      For everybody of the project
    </label>
  )
}

/** Reads a kind of note anew. */
export function useReload({ project }: Reader, kind: Kind) {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['notes', project, kind] })
}

interface RowProps {
  reader: Reader
  kind: Kind
  note: { id: string; is_shared: boolean }
  /** What it is called where one says it. */
  name: string
  canChange: boolean
  onEdit: () => void
  children: ReactNode
}

export function NoteRow({ reader, kind, note, name, canChange, onEdit, children }: RowProps) {
  const reload = useReload(reader, kind)
  return (
    <li className="note">
      {children}
      <span className="quiet">{note.is_shared ? 'everybody' : 'only you'}</span>
      {canChange && (
        <>
          <IconButton icon="edit" label={`Change ${name}`} title="Change" onClick={onEdit} />
          <IconButton
            icon="close"
            label={`Delete ${name}`}
            title="Delete"
            onClick={() => void remove(reader, kind, note.id).then(reload, reload)}
          />
        </>
      )}
    </li>
  )
}
