/** The API keys of a project: what each may do, when it was used, a new one, and its end. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change } from '../account/api.ts'
import { Field, Form } from '../account/Form.tsx'
import { sayMoment } from '../account/moments.ts'
import { call } from '../api/client.ts'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { Failure } from '../parts/Failure.tsx'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import { canManage, type Desk } from './desk.ts'
import { CheckField, DayField, LinesField } from './fields.tsx'

interface Key {
  id: string
  name: string
  prefix: string
  scopes: string[]
  origins: string[]
  is_test: boolean
  created_at: string
  expires_at: string | null
  revoked_at: string | null
  last_used_at: string | null
  state: 'active' | 'revoked' | 'expired'
}

const SCOPES = [
  ['write', 'Write', 'Sends events. The one that a page may show to everybody.'],
  ['read', 'Read', 'Reads the numbers. Keep it on a server.'],
  ['admin', 'Admin', 'Both, and the counters of /v1/metrics.'],
] as const

const keysQuery = (project: string) =>
  queryOptions({
    queryKey: ['settings', project, 'keys'],
    queryFn: async () => (await call<{ keys: Key[] }>(`/app/projects/${project}/keys`)).keys,
  })

export default function Keys(desk: Desk) {
  if (!canManage(desk.settings.role))
    return <p className="card part">Owners and admins see and make the keys of a project. Ask one of them.</p>
  return (
    <>
      <KeyList {...desk} />
      <NewKey {...desk} />
    </>
  )
}

function KeyList({ settings, csrf }: Desk) {
  const queries = useQueryClient()
  const keys = useQuery(keysQuery(settings.id))
  const [going, setGoing] = useState<Key>()
  const revoke = async () => {
    await change('DELETE', `/projects/${settings.id}/keys/${going?.id}`, csrf)
    await queries.invalidateQueries({ queryKey: keysQuery(settings.id).queryKey })
    setGoing(undefined)
  }
  const isActive = (key: Key) => key.state === 'active'
  const past = keys.data?.filter((key) => !isActive(key)) ?? []
  return (
    <section className="card part" aria-labelledby="keys" aria-busy={keys.isPending}>
      <h2 id="keys">API keys</h2>
      {keys.isError && <Failure problem={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data && keys.data.length === past.length && (
        <p className="quiet">
          No key works at the moment. Create one below, then put it into your page or server.
        </p>
      )}
      <ul className="lines">
        {keys.data?.filter(isActive).map((key) => (
          <KeyLine key={key.id} of={key} onRevoke={() => setGoing(key)} />
        ))}
      </ul>
      {past.length > 0 && (
        <details>
          <summary>Keys that no longer work ({past.length})</summary>
          <ul className="lines">
            {past.map((key) => (
              <KeyLine key={key.id} of={key} />
            ))}
          </ul>
        </details>
      )}
      {going && (
        <ConfirmDialog
          title="Revoke the key?"
          action="Revoke it"
          send={revoke}
          onClose={() => setGoing(undefined)}
        >
          <p>
            <bdi>{going.name}</bdi> (<code>{going.prefix}…</code>) stops working at once, for good. Whatever
            sends with it is refused.
          </p>
        </ConfirmDialog>
      )}
    </section>
  )
}

function KeyLine({ of: key, onRevoke }: { of: Key; onRevoke?: () => void }) {
  return (
    <li className="key-line">
      <span className="line-name">
        <strong>
          <bdi>{key.name}</bdi>
        </strong>
        {key.is_test && <span className="tag">test</span>}
        <span className="quiet line-more">
          <code>{key.prefix}…</code> · {key.scopes.join(', ')}
          {key.origins.length > 0 && ` · from ${key.origins.join(', ')}`}
        </span>
        <span className="quiet line-more">
          Created {sayMoment(key.created_at)} · {sayUse(key)} · {sayEnd(key)}
        </span>
      </span>
      {onRevoke && (
        <button type="button" className="button" aria-label={`Revoke ${key.name}`} onClick={onRevoke}>
          Revoke
        </button>
      )}
    </li>
  )
}

const sayUse = (key: Key) => (key.last_used_at ? `used ${sayMoment(key.last_used_at)}` : 'not used yet')

function sayEnd(key: Key): string {
  if (key.revoked_at) return `revoked ${sayMoment(key.revoked_at)}`
  if (!key.expires_at) return 'does not expire'
  return `${key.state === 'expired' ? 'expired' : 'expires'} ${sayMoment(key.expires_at)}`
}

function NewKey({ settings, csrf }: Desk) {
  const queries = useQueryClient()
  const [made, setMade] = useState<{ name: string; key: string }>()
  const create = async (values: Record<string, string>) => {
    setMade(undefined)
    setMade(await change('POST', `/projects/${settings.id}/keys`, csrf, bodyOf(values)))
    await queries.invalidateQueries({ queryKey: keysQuery(settings.id).queryKey })
  }
  return (
    <section className="card part" aria-labelledby="new-key">
      <h2 id="new-key">New key</h2>
      {made && (
        <div className="made" role="status">
          <p>
            This is the key <bdi>{made.name}</bdi>. It is shown once: copy it now.
          </p>
          <CopyBlock text={made.key} label="key" />
        </div>
      )}
      <Form action="Create key" send={create} done="Created.">
        <Field name="name" label="Name" autoComplete="off" hint="What the key is for, such as Website." />
        <fieldset className="checks">
          <legend>What it may do</legend>
          {SCOPES.map(([scope, label, hint]) => (
            <CheckField
              key={scope}
              name={scope}
              label={label}
              hint={hint}
              defaultChecked={scope === 'write'}
            />
          ))}
        </fieldset>
        <LinesField
          name="origins"
          label="Pages that may use it"
          hint="Their origins, one a line: https:// and the host, without a path. Empty: every page and server."
        />
        <DayField
          name="expires"
          label="Last day"
          hint="The key works to the end of this day. Empty: for ever."
        />
        <CheckField name="is_test" label="Test key" hint="What it sends is left out of the reports." />
      </Form>
    </section>
  )
}

function bodyOf(values: Record<string, string>) {
  return {
    name: values.name,
    scopes: SCOPES.map(([scope]) => scope).filter((scope) => values[scope]),
    origins: (values.origins ?? '').split(/\s+/).filter(Boolean),
    // The end of the day where the reader is.
    expires_at: values.expires ? new Date(`${values.expires}T23:59:59`).toISOString() : null,
    is_test: values.is_test === 'on',
  }
}
