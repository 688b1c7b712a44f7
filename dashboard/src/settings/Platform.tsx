/** One platform, folded until it is asked for. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { deliveriesQuery } from '../api/interactions.ts'
import { DeliveryList } from '../interactions/DeliveryList.tsx'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { Failure } from '../parts/Failure.tsx'
import type { Desk } from './desk.ts'
import { addressOf, type Integration } from './integrations.ts'
import { Secrets } from './Secrets.tsx'
import { TrialPart } from './TrialPart.tsx'

export interface Place {
  origin: string
  /** Of the endpoint. */
  label: string
  key: string
}

export interface PlatformProps {
  desk: Desk
  platform: Integration
  place: Place
}

export function Platform(props: PlatformProps) {
  const { platform } = props
  const [isOpen, setOpen] = useState(false)
  return (
    <details className="platform" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{platform.title}</h2>
        <span className="quiet">{sayState(platform)}</span>
      </summary>
      {isOpen && <Inside {...props} />}
    </details>
  )
}

function sayState({ secrets, signed_with }: Integration): string {
  if (!signed_with) return 'By key'
  if (secrets.some(({ trouble }) => trouble)) return 'A secret cannot be read'
  if (secrets.length === 0) return 'No secret'
  return secrets.length === 1 ? '1 secret' : `${secrets.length} secrets`
}

function Inside({ desk, platform, place }: PlatformProps) {
  return (
    <div className="part platform-inside">
      <div className="form">
        <CopyBlock
          text={addressOf(platform, place.origin, place.label, place.key)}
          label={`address for ${platform.title}`}
        />
        <p>
          <strong>Paste it into:</strong> {platform.pasted_into}{' '}
          <span className="quiet">
            {platform.signed_with ? 'Which events to tick, and what is counted' : 'What is counted'}:{' '}
            <code>{platform.page}</code>.
          </span>
        </p>
      </div>
      {platform.signed_with && <Secrets desk={desk} platform={platform} place={place} />}
      <TrialPart desk={desk} platform={platform} place={place} />
      <Last desk={desk} platform={platform} />
    </div>
  )
}

function Last({ desk: { settings, csrf }, platform }: Omit<PlatformProps, 'place'>) {
  const deliveries = useQuery(deliveriesQuery({ project: settings.id, csrf }, undefined, platform.name))
  return (
    <div className="form">
      <h3>Last deliveries</h3>
      {deliveries.isError && <Failure problem={deliveries.error} onRetry={() => void deliveries.refetch()} />}
      {deliveries.isPending && <div className="bone list-bone" aria-hidden="true" />}
      {deliveries.data?.data.length === 0 && (
        <p className="quiet">None in 30 days. Paste the address, or send a test.</p>
      )}
      {deliveries.data && deliveries.data.data.length > 0 && (
        <DeliveryList
          rows={deliveries.data.data}
          timezone={settings.timezone}
          label={`Last deliveries of ${platform.title}`}
        />
      )}
    </div>
  )
}
