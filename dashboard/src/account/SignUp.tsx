/** `/signup`: an account of one's own, where the setting allows it. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Notice } from '../parts/Notice.tsx'
import { accountQuery, change } from './api.ts'
import { Field, Form, NewPassword } from './Form.tsx'

export default function SignUp() {
  const account = useQuery(accountQuery)
  const [next, setNext] = useState<'signin' | 'mail'>()
  if (!account.data) return <main className="page" aria-busy="true" />
  if (!account.data.can_sign_up)
    return (
      <Notice title="Accounts are made by invitation">
        <p>Ask an owner or admin to invite you.</p>
      </Notice>
    )
  if (next === 'mail')
    return (
      <Notice title="Look into your mail">
        <p>A link is on its way to you. It makes your account, within a day.</p>
      </Notice>
    )
  if (next)
    return (
      <Notice title="Sign in now">
        <p>If this address had no account yet, it has one now, with the password that you chose.</p>
        <p>
          <a className="button primary" href="/signin">
            Sign in
          </a>
        </p>
      </Notice>
    )
  return (
    <Notice title="Create an account">
      <Form
        action="Create account"
        send={async (values) => {
          const answer = await change<{ next: 'signin' | 'mail' }>(
            'POST',
            '/account/signup',
            account.data.csrf,
            values,
          )
          setNext(answer.next)
        }}
      >
        <Field name="email" label="E-mail" type="email" autoComplete="username" isFirst />
        <Field name="name" label="Name" autoComplete="name" isOptional />
        <NewPassword />
      </Form>
    </Notice>
  )
}
