/** Which of the user's organisations a page is about. */
import { type Dispatch, useId, useState } from 'react'
import type { Organisation } from './api.ts'
import type { Me } from './Frame.tsx'

export function useOrganisation(me: Me): [Organisation | undefined, Dispatch<string>] {
  const [chosen, choose] = useState('')
  return [me.organisations.find(({ id }) => id === chosen) ?? me.organisations[0], choose]
}

interface Props {
  me: Me
  org: Organisation
  choose: Dispatch<string>
}

/** The name where there is one organisation, a choice where there are several. */
export function OrganisationChoice({ me, org, choose }: Props) {
  const id = useId()
  if (me.organisations.length === 1)
    return (
      <p className="quiet">
        <bdi>{org.name}</bdi>
      </p>
    )
  return (
    <div className="field">
      <label htmlFor={id}>Organisation</label>
      <select id={id} value={org.id} onChange={(event) => choose(event.target.value)}>
        {me.organisations.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </select>
    </div>
  )
}
