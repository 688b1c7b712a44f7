/** `/forgot`: a new password by mail, or by a command where the server sends none. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Notice } from '../parts/Notice.tsx'
import { accountQuery, change } from './api.ts'
import { Field, Form } from './Form.tsx'

export default function Forgot() {
  const account = useQuery(accountQuery)
  const [isSent, setSent] = useState(false)
  if (!account.data) return <main className="page" aria-busy="true" />
  if (!account.data.has_mail)
    return (
      <Notice title="A new password">
        <p>This server sends no mail. Whoever runs it prints you a link that sets a new password:</p>
        <pre>
          <code>metrone users reset you@example.com</code>
        </pre>
      </Notice>
    )
  if (isSent)
    return (
      <Notice title="Look into your mail">
        <p>If this address has an account, a link is on its way. It sets a new password, within the hour.</p>
      </Notice>
    )
  return (
    <Notice title="A new password">
      <Form
        action="Send a link"
        send={(values) => change('POST', '/account/forgot', account.data.csrf, values)}
        onDone={() => setSent(true)}
      >
        <Field name="email" label="E-mail" type="email" autoComplete="username" isFirst />
      </Form>
    </Notice>
  )
}
