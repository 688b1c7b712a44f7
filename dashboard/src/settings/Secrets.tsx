/** The signing secrets of one platform: which are set, another one, and away with one. What was set is never shown again. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { change } from '../account/api.ts'
import { Field, Form } from '../account/Form.tsx'
import { sayMoment } from '../account/moments.ts'
import { Failure } from '../parts/Failure.tsx'
import { Choice } from './Choice.tsx'
import { canEdit } from './desk.ts'
import { integrationsQuery, type Secret } from './integrations.ts'
import type { PlatformProps } from './Platform.tsx'

const REPLACE = 'replace'

export function Secrets({ desk: { settings, csrf }, platform, place }: PlatformProps) {
  const queries = useQueryClient()
  const path = `/projects/${settings.id}/integrations/${platform.name}/secrets`
  const read = () => queries.invalidateQueries({ queryKey: integrationsQuery(settings.id).queryKey })
  const remove = useMutation({
    mutationFn: (id: string) => change('DELETE', `${path}/${id}`, csrf),
    onSuccess: read,
  })
  const add = async ({ text, endpoint, how }: Record<string, string>) => {
    await change('POST', path, csrf, { text, endpoint, is_only: how === REPLACE })
    await read()
  }
  const mayEdit = canEdit(settings.role)
  return (
    <div className="form">
      <h3>Signing secret</h3>
      {platform.secrets.length === 0 ? (
        <p>
          None is set: every delivery with a key is taken, and marked as not verified. {platform.title} signs
          with {platform.signed_with}.
        </p>
      ) : (
        <ul className="lines">
          {platform.secrets.map((secret) => (
            <Line
              key={secret.id}
              secret={secret}
              onRemove={mayEdit ? () => remove.mutate(secret.id) : null}
            />
          ))}
        </ul>
      )}
      {remove.isError && <Failure problem={remove.error} onRetry={() => remove.reset()} />}
      {mayEdit && (
        <Form action={platform.secrets.length > 0 ? 'Save' : 'Set the secret'} send={add} done="Set." isQuiet>
          <Field
            name="text"
            label={`${platform.secrets.length > 0 ? 'Another secret' : 'Secret'} of ${platform.title}`}
            type="password"
            autoComplete="off"
            hint={`It is ${platform.signed_with}. Kept encrypted, and never shown again.`}
          />
          <Choice
            name="endpoint"
            label="Holds for"
            options={[
              { value: place.label, title: `The endpoint ${place.label}` },
              { value: '', title: 'Every endpoint that has none of its own' },
            ]}
          />
          {platform.secrets.length > 0 && (
            <Choice
              name="how"
              label="The ones that are set there"
              options={[
                { value: 'keep', title: 'Stay, until you changed it there' },
                { value: REPLACE, title: 'Go at once' },
              ]}
            />
          )}
        </Form>
      )}
    </div>
  )
}

function Line({ secret, onRemove }: { secret: Secret; onRemove: (() => void) | null }) {
  const { endpoint, hint, created_at, trouble } = secret
  const name = `${endpoint || 'Every other endpoint'}${hint ? ` …${hint}` : ''}`
  return (
    <li>
      <span className="line-name">
        <bdi>{name}</bdi>
        <span className="quiet"> · set {sayMoment(created_at)}</span>
        {trouble && <span className="refusal"> · {trouble}</span>}
      </span>
      {onRemove && (
        <button type="button" className="button" aria-label={`Remove the secret ${name}`} onClick={onRemove}>
          Remove
        </button>
      )}
    </li>
  )
}
