/** Every platform that sends webhooks: its address to paste, its signing secrets, a test, and what it delivered last. */
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Failure } from '../parts/Failure.tsx'
import { AddressChoice } from './AddressChoice.tsx'
import type { Desk } from './desk.ts'
import { originsOf, useWriteKey, WRITE_KEY } from './install.ts'
import { integrationsQuery, labelOf, MAIN } from './integrations.ts'
import { Platform } from './Platform.tsx'
import { WriteKey } from './WriteKey.tsx'

export default function IntegrationsPage(desk: Desk) {
  const integrations = useQuery(integrationsQuery(desk.settings.id))
  const { key } = useWriteKey(desk)
  const [typed, type] = useState(MAIN)
  const [chosen, choose] = useState<string>()
  if (integrations.isError)
    return <Failure problem={integrations.error} onRetry={() => void integrations.refetch()} />
  if (!integrations.data) return <section className="card part" aria-busy="true" />
  const origins = originsOf(integrations.data)
  const origin = chosen && origins.includes(chosen) ? chosen : (origins[0] as string)
  return (
    <>
      <section className="card part" aria-labelledby="integrations">
        <h2 id="integrations">Integrations</h2>
        <p className="quiet">
          Calls, chats and assistant runs of other platforms beside your visitors: paste an address, without
          code.
        </p>
        <WriteKey desk={desk} where="the addresses" />
        <AddressChoice origins={origins} origin={origin} onChoose={choose} />
        <Label typed={typed} onType={type} />
      </section>
      <div className="card">
        {integrations.data.platforms.map((platform) => (
          <Platform
            key={platform.name}
            desk={desk}
            platform={platform}
            place={{ origin, label: labelOf(typed), key: key ?? WRITE_KEY }}
          />
        ))}
      </div>
    </>
  )
}

function Label({ typed, onType }: { typed: string; onType: (typed: string) => void }) {
  const id = useId()
  const isUsable = labelOf(typed) === typed.trim()
  return (
    <div className="field">
      <label htmlFor={id}>Endpoint</label>
      <input
        id={id}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        aria-invalid={!isUsable}
      />
      <span id={`${id}-hint`} className="quiet">
        {isUsable
          ? 'A label of your own, such as main or sales, by which the numbers can be told apart.'
          : `Up to 64 of a–z, A–Z, 0–9, “.”, “_” and “-”. Until then it is ${MAIN}.`}
      </span>
    </div>
  )
}
