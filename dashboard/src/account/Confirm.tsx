/** `/confirm#token=…`: the link that mail brought makes the account. A button, because mail scanners open links. */
import { Notice } from '../parts/Notice.tsx'
import { change } from './api.ts'
import { useEnter } from './enter.ts'
import { Form } from './Form.tsx'
import { useToken } from './token.ts'

export default function Confirm() {
  const token = useToken()
  const enter = useEnter()
  return (
    <Notice title="Confirm your account">
      <Form
        action="Confirm and sign in"
        send={() => change('POST', '/account/confirm', '', { token })}
        onDone={enter}
      >
        <p>This was your own wish? Then go on.</p>
      </Form>
    </Notice>
  )
}
