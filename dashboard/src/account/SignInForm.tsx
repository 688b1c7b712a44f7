/** Signing in: e-mail and password, then a code where the account has a second factor. */
import { useState } from 'react'
import { Notice } from '../parts/Notice.tsx'
import { type Account, change, type SignInAnswer } from './api.ts'
import { useEnter } from './enter.ts'
import { Field, Form } from './Form.tsx'
import { askForPasskey, canUsePasskeys } from './webauthn.ts'

interface Props {
  account: Account
  /** What happens after it; the overview opens where nothing is given. */
  onDone?: () => void
}

export default function SignInForm({ account, onDone }: Props) {
  const enter = useEnter()
  const done = onDone ?? enter
  const [known, setKnown] = useState<Record<string, string>>()
  const send = async (values: Record<string, string>) => {
    const answer = await change<SignInAnswer>('POST', '/account/signin', account.csrf, {
      ...known,
      ...values,
    })
    if (answer.signed_in) done()
    else setKnown(values)
  }
  const signInByPasskey = async () => {
    const options = await change<unknown>('POST', '/account/passkey/begin', account.csrf)
    await change('POST', '/account/passkey', account.csrf, { credential: await askForPasskey(options) })
  }
  if (known)
    return (
      <Notice title="Enter your code">
        <p>Your authenticator app shows it. A recovery code works, too.</p>
        <Form key="code" action="Sign in" send={send}>
          <Field name="code" label="Code" autoComplete="one-time-code" isFirst />
        </Form>
      </Notice>
    )
  return (
    <Notice title="Sign in">
      <Form key="password" action="Sign in" send={send}>
        <Field name="email" label="E-mail" type="email" autoComplete="username" isFirst />
        <Field name="password" label="Password" type="password" autoComplete="current-password" />
      </Form>
      {canUsePasskeys() && (
        <Form action="Sign in with a passkey" send={signInByPasskey} onDone={done} isQuiet />
      )}
      <p className="ways">
        <a href="/forgot">Forgot your password?</a>
        {account.can_sign_up && <a href="/signup">Create an account</a>}
      </p>
    </Notice>
  )
}
