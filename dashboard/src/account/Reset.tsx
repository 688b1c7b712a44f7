/** `/reset#token=…`: sets the new password. */
import { useState } from 'react'
import { Notice } from '../parts/Notice.tsx'
import { change, type SignInAnswer } from './api.ts'
import { useEnter } from './enter.ts'
import { Form, NewPassword } from './Form.tsx'
import { useToken } from './token.ts'

export default function Reset() {
  const token = useToken()
  const enter = useEnter()
  const [isSet, setSet] = useState(false)
  if (isSet)
    return (
      <Notice title="The password is set">
        <p>Sign in with it, and with a code of your authenticator app.</p>
        <p>
          <a className="button primary" href="/signin">
            Sign in
          </a>
        </p>
      </Notice>
    )
  const send = async (values: Record<string, string>) => {
    const answer = await change<SignInAnswer>('POST', '/account/reset', '', { token, ...values })
    if (answer.signed_in) enter()
    else setSet(true)
  }
  return (
    <Notice title="Set a new password">
      <Form action="Set password" send={send}>
        <NewPassword label="New password" />
      </Form>
    </Notice>
  )
}
