/** A choice of roles. Only owners give the role of owner. */
import { useId } from 'react'
import type { Role } from './api.ts'

const ROLES: Role[] = ['owner', 'admin', 'editor', 'viewer']

interface Props {
  label: string
  role: Role
  myRole: Role
  onChoose: (role: Role) => void
  /** Whether the label is seen, as in a form. */
  isShown?: boolean
}

export function RoleChoice({ label, role, myRole, onChoose, isShown }: Props) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id} className={isShown ? undefined : 'unseen'}>
        {label}
      </label>
      <select id={id} value={role} onChange={(event) => onChoose(event.target.value as Role)}>
        {ROLES.filter((each) => each !== 'owner' || myRole === 'owner').map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </div>
  )
}
