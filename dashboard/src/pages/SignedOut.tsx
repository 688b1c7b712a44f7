/** No session: the form to sign in with, or how to make the first account. */
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { accountQuery } from '../account/api.ts'
import { SignInForm } from '../account/pages.ts'
import { Failure } from '../parts/Failure.tsx'
import { Notice } from '../parts/Notice.tsx'

export function SignedOut() {
  const account = useQuery(accountQuery)
  if (account.isPending) return <main className="page" aria-busy="true" />
  if (account.isError)
    return (
      <Notice title="You are signed out">
        <Failure problem={account.error} onRetry={() => void account.refetch()} />
      </Notice>
    )
  if (account.data.is_set_up)
    return (
      <Suspense fallback={<main className="page" aria-busy="true" />}>
        <SignInForm account={account.data} />
      </Suspense>
    )
  return (
    <Notice title="You are signed out">
      <p>
        Nobody has an account here yet. Print the link that makes the owner's, and open it in this browser:
      </p>
      <pre>
        <code>metrone users setup</code>
      </pre>
      <p className="quiet">
        To look at a project without an account, print a link that works once: <code>metrone link</code>
      </p>
    </Notice>
  )
}
