/** The browsers that are signed in, and the button that ends each. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Failure } from '../parts/Failure.tsx'
import { type BrowserSession, change, sessionsQuery } from './api.ts'
import type { Me } from './Frame.tsx'
import { sayMoment } from './moments.ts'

export function Sessions({ me }: { me: Me }) {
  const queries = useQueryClient()
  const sessions = useQuery(sessionsQuery)
  const end = useMutation({
    mutationFn: (id: string) => change('DELETE', `/account/sessions/${id}`, me.csrf),
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
  return (
    <section className="card part" aria-labelledby="sessions">
      <h2 id="sessions">Browsers that are signed in</h2>
      {sessions.isError && <Failure problem={sessions.error} onRetry={() => void sessions.refetch()} />}
      <ul className="lines">
        {sessions.data?.map((session) => (
          <SessionLine key={session.id} session={session} onEnd={() => end.mutate(session.id)} />
        ))}
      </ul>
      {end.isError && <Failure problem={end.error} onRetry={() => end.reset()} />}
      {(sessions.data?.length ?? 0) > 1 && (
        <div>
          <button type="button" className="button" onClick={() => end.mutate('others')}>
            Sign out every other browser
          </button>
        </div>
      )}
    </section>
  )
}

function SessionLine({ session, onEnd }: { session: BrowserSession; onEnd: () => void }) {
  return (
    <li>
      <span className="line-name">
        <bdi>{session.browser}</bdi>
        {session.is_this && <strong> · this one</strong>}
        <span className="quiet"> · used {sayMoment(session.seen_at)}</span>
      </span>
      {!session.is_this && (
        <button type="button" className="button" onClick={onEnd} aria-label={`Sign out ${session.browser}`}>
          Sign out
        </button>
      )}
    </li>
  )
}
