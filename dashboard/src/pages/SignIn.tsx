/** `/signin#token=…`: trades the link's token for a session. The fragment never leaves the browser but in that request. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { isSignedOut } from '../api/cache.ts'
import { sessionQuery, signIn } from '../api/session.ts'
import { Failure } from '../parts/Failure.tsx'
import { Notice } from '../parts/Notice.tsx'
import { SignedOut } from './SignedOut.tsx'

export function SignIn({ onDone }: { onDone: () => void }) {
  const [token] = useState(readToken)
  const queries = useQueryClient()
  // A query rather than an effect: it runs once a token, however often the component mounts.
  const trade = useQuery({
    queryKey: ['signin', token],
    queryFn: () => signIn(token),
    enabled: token !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  useEffect(() => {
    if (!trade.isSuccess) return
    queries.removeQueries({ queryKey: sessionQuery.queryKey })
    onDone()
  }, [trade.isSuccess, queries, onDone])

  if (!token) return <SignedOut />
  if (!trade.isError) return <Notice title="Signing in">{<p className="quiet">One moment.</p>}</Notice>
  return (
    <Notice title="This link did not sign you in">
      {!isSignedOut(trade.error) && <Failure problem={trade.error} onRetry={() => void trade.refetch()} />}
      <p>
        A link works once and for a short time. Print a fresh one on the server and open it in this browser:
      </p>
      <pre>
        <code>metrone link</code>
      </pre>
    </Notice>
  )
}

/** The token of the address, which is then taken out of it: it must not stay in the history or be shared. */
function readToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''
  if (token) history.replaceState(history.state, '', location.pathname)
  return token
}
