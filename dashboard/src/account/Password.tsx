/** Another password. Every other browser is signed out with it. */
import { useQueryClient } from '@tanstack/react-query'
import { accountQuery, change } from './api.ts'
import { Field, Form, NewPassword } from './Form.tsx'
import type { Me } from './Frame.tsx'

export function Password({ me }: { me: Me }) {
  const queries = useQueryClient()
  return (
    <section className="card part" aria-labelledby="password">
      <h2 id="password">Password</h2>
      <Form
        action="Change password"
        done="Changed. Every other browser is signed out."
        send={async (values) => {
          await change('POST', '/account/password', me.csrf, values)
          await queries.invalidateQueries({ queryKey: accountQuery.queryKey })
          await queries.invalidateQueries({ queryKey: ['session'] })
        }}
      >
        {/* For password managers, which keep the address with the password. */}
        <input type="hidden" name="username" autoComplete="username" value={me.user.email} readOnly />
        <Field name="current" label="Current password" type="password" autoComplete="current-password" />
        <NewPassword label="New password" />
      </Form>
    </section>
  )
}
