/** `/setup#token=…`: the first visit makes the owner account. */
import { Notice } from '../parts/Notice.tsx'
import { change } from './api.ts'
import { useEnter } from './enter.ts'
import { Field, Form, NewPassword } from './Form.tsx'
import { useToken } from './token.ts'

export default function SetUp() {
  const token = useToken()
  const enter = useEnter()
  if (!token)
    return (
      <Notice title="This link is not complete">
        <p>Open the whole address that the server printed at its start, or print another:</p>
        <pre>
          <code>metrone users setup</code>
        </pre>
      </Notice>
    )
  return (
    <Notice title="Create the owner account">
      <p>
        Nobody has an account here yet. This one will own the installation; others are invited from within.
      </p>
      <Form
        action="Create account"
        send={(values) => change('POST', '/account/setup', '', { token, ...values })}
        onDone={enter}
      >
        <Field name="email" label="E-mail" type="email" autoComplete="username" isFirst />
        <Field name="name" label="Name" autoComplete="name" isOptional />
        <NewPassword />
      </Form>
    </Notice>
  )
}
