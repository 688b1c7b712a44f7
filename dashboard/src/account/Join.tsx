/** `/join#token=…`: an invitation, taken with a new account or with the one that is signed in. */
import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/Failure.tsx'
import { Notice } from '../parts/Notice.tsx'
import { accountQuery, change, type Invitation } from './api.ts'
import { useEnter } from './enter.ts'
import { Field, Form, NewPassword } from './Form.tsx'
import SignInForm from './SignInForm.tsx'
import { useToken } from './token.ts'

export default function Join() {
  const token = useToken()
  const enter = useEnter()
  const account = useQuery(accountQuery)
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => change<Invitation>('POST', '/account/invitation', '', { token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (invitation.isError)
    return (
      <Notice title="This invitation is not good any more">
        <Failure problem={invitation.error} onRetry={() => void invitation.refetch()} />
      </Notice>
    )
  if (!invitation.data || !account.data) return <main className="page" aria-busy="true" />
  const { organisation, role, email, has_account } = invitation.data
  const { user, csrf } = account.data
  if (!user && has_account) return <SignInForm account={account.data} onDone={() => void account.refetch()} />
  return (
    <Notice title="You are invited">
      <p>
        To <bdi>{organisation}</bdi>, as {role}. You join as <bdi>{user?.email ?? email}</bdi>.
      </p>
      <Form
        action="Join"
        send={(values) => change('POST', '/account/invitation/join', csrf, { token, ...values })}
        onDone={enter}
      >
        {!user && (
          <>
            <Field name="name" label="Name" autoComplete="name" isOptional />
            <NewPassword />
          </>
        )}
      </Form>
    </Notice>
  )
}
