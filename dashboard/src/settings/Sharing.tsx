/** The links under which people without an account see the project's numbers: each with what it opens, and one more. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { change } from '../account/api.ts'
import { Failure } from '../parts/Failure.tsx'
import type { Desk } from './desk.ts'
import { NewLink } from './NewLink.tsx'
import { RevokeDialog, SharedLine } from './SharedLine.tsx'
import { canManage, type SharedLink, sharesQuery } from './shares.ts'

export default function Sharing(desk: Desk) {
  const { settings, csrf } = desk
  const shares = useQuery(sharesQuery(settings.id))
  const [revoked, ask] = useState<SharedLink | null>(null)
  const mayManage = canManage(settings.role)
  const revoke = useMutation({
    mutationFn: (id: string) => change('DELETE', `/projects/${settings.id}/shares/${id}`, csrf),
    onSettled: () => shares.refetch(),
  })
  return (
    <>
      <section className="card part" aria-labelledby="links">
        <h2 id="links">Shared links</h2>
        {shares.isError && <Failure problem={shares.error} onRetry={() => void shares.refetch()} />}
        {shares.isPending && <div className="bone list-bone" aria-hidden="true" />}
        {shares.data?.shares.length === 0 && (
          <p className="quiet">
            Nothing is shared. {mayManage ? 'Make a link below: ' : 'Owners and admins can make a link: '}
            whoever has it sees the numbers without an account, and no single event, call or chat.
          </p>
        )}
        {(shares.data?.shares.length ?? 0) > 0 && (
          <ul className="lines shares">
            {shares.data?.shares.map((link) => (
              <SharedLine
                key={link.id}
                {...desk}
                link={link}
                onRevoke={() => ask(link)}
                reread={shares.refetch}
              />
            ))}
          </ul>
        )}
        {revoke.isError && <Failure problem={revoke.error} onRetry={() => revoke.reset()} />}
      </section>
      {mayManage && <NewLink {...desk} reread={shares.refetch} />}
      {revoked && (
        <RevokeDialog
          link={revoked}
          onClose={() => ask(null)}
          onRevoke={() => {
            revoke.mutate(revoked.id)
            ask(null)
          }}
        />
      )}
    </>
  )
}
