/** A test of one endpoint: an example goes the way of the platform's deliveries, and what became of it is said. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { change } from '../account/api.ts'
import { Failure } from '../parts/Failure.tsx'
import { canEdit } from './desk.ts'
import { secretsFor, type Trial } from './integrations.ts'
import type { PlatformProps } from './Platform.tsx'

// The reads have a delivery about a second after its answer.
const READ_AFTER_MS = 1_500

export function TrialPart({ desk: { settings, csrf }, platform, place }: PlatformProps) {
  const queries = useQueryClient()
  const test = useMutation({
    mutationFn: () =>
      change<Trial>('POST', `/projects/${settings.id}/integrations/${platform.name}/test`, csrf, {
        endpoint: place.label,
      }),
    onSuccess: () =>
      setTimeout(
        () => void queries.invalidateQueries({ queryKey: ['read', settings.id, 'deliveries'] }),
        READ_AFTER_MS,
      ),
  })
  if (!canEdit(settings.role)) return null
  const isSigned = platform.can_prove && secretsFor(platform, place.label).length > 0
  return (
    <div className="form">
      <h3>Test</h3>
      <p className="quiet">
        Sends an example of {platform.title} to <bdi>{place.label}</bdi>,{' '}
        {isSigned ? 'signed with the newest secret' : 'unsigned'}. It enters the list below, and no number.
      </p>
      <div className="form-end">
        <button type="button" className="button" disabled={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </button>
        <span role="status">{test.data && <Outcome trial={test.data} />}</span>
      </div>
      {test.isError && <Failure problem={test.error} onRetry={() => test.mutate()} />}
    </div>
  )
}

function Outcome({ trial: { status, state, result, reason, note } }: { trial: Trial }) {
  const isTaken = status < 300
  return (
    <>
      <strong className={isTaken ? 'good' : 'refusal'}>
        {isTaken
          ? state === 'verified'
            ? 'Taken and verified'
            : 'Taken, not verified'
          : `Refused with ${status}`}
      </strong>
      {reason && <span>: {reason}</span>}
      {result === 'ignored' && <span> It is not counted.</span>}
      {note && <span> {note}</span>}
    </>
  )
}
