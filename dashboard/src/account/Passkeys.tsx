/** One's own passkeys: add one of this device, remove any. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Failure } from '../parts/Failure.tsx'
import { change, passkeysQuery } from './api.ts'
import { Field, Form } from './Form.tsx'
import type { Me } from './Frame.tsx'
import { sayMoment } from './moments.ts'
import { canUsePasskeys, createPasskey } from './webauthn.ts'

export function Passkeys({ me }: { me: Me }) {
  const queries = useQueryClient()
  const passkeys = useQuery(passkeysQuery)
  const readAgain = () => queries.invalidateQueries({ queryKey: passkeysQuery.queryKey })
  const remove = useMutation({
    mutationFn: (id: string) => change('DELETE', `/account/passkeys/${id}`, me.csrf),
    onSuccess: readAgain,
  })
  const add = async ({ name, current }: Record<string, string>) => {
    const options = await change<unknown>('POST', '/account/passkeys/begin', me.csrf, { current })
    const credential = await createPasskey(options)
    await change('POST', '/account/passkeys', me.csrf, { name, credential })
    await readAgain()
  }
  return (
    <section className="card part" aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p className="quiet">Sign in with your finger, face or PIN instead of password and code.</p>
      {passkeys.isError && <Failure problem={passkeys.error} onRetry={() => void passkeys.refetch()} />}
      <ul className="lines">
        {passkeys.data?.map(({ id, name, used_at }) => (
          <li key={id}>
            <span className="line-name">
              <bdi>{name}</bdi>
              <span className="quiet"> · {used_at ? `used ${sayMoment(used_at)}` : 'not used yet'}</span>
            </span>
            <button
              type="button"
              className="button"
              aria-label={`Remove ${name}`}
              onClick={() => remove.mutate(id)}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      {remove.isError && <Failure problem={remove.error} onRetry={() => remove.reset()} />}
      {canUsePasskeys() ? (
        <Form action="Add a passkey" send={add} done="Added.">
          <Field name="name" label="Name of this device" autoComplete="off" />
          <Field name="current" label="Password" type="password" autoComplete="current-password" />
        </Form>
      ) : (
        <p>
          This browser cannot make one here. Passkeys belong to a name: open Metrone at https, or at
          localhost.
        </p>
      )}
    </section>
  )
}
