/** What a project leaves uncounted: addresses, paths, hosts, countries, and the visits of this browser. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { change } from '../account/api.ts'
import { Field, Form } from '../account/Form.tsx'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { Failure } from '../parts/Failure.tsx'
import { sayValue } from '../words.ts'
import { canEdit, type Desk } from './desk.ts'
import { type Exclusion, type Exclusions, exclusionsQuery, type Kind, MEANINGS } from './exclusions.ts'

export default function ExclusionsPage(desk: Desk) {
  const known = useQuery(exclusionsQuery(desk.settings.id))
  if (known.isError) return <Failure problem={known.error} onRetry={() => void known.refetch()} />
  if (!known.data) return <section className="card part" aria-busy="true" />
  return (
    <>
      <section className="card part" aria-labelledby="exclusions">
        <h2 id="exclusions">Exclusions</h2>
        <p>
          What fits one of these is not counted from now on, wherever it is sent from by key; what was counted
          stays. Webhooks of platforms are always counted. How much was left out stands in the books, as{' '}
          <code>excluded</code> in <code>/v1/health</code>.
        </p>
      </section>
      <Myself />
      {MEANINGS.map(({ kind }) => (
        <Rules key={kind} kind={kind} desk={desk} known={known.data} />
      ))}
    </>
  )
}

/** By hand, because a link that does it would leave out whoever follows it. */
function Myself() {
  return (
    <section className="card part" aria-labelledby="myself">
      <h2 id="myself">Your own visits</h2>
      <p>
        Open your site, and in the browser’s console (F12) run this line, once in each browser of yours. The
        browser then remembers to send nothing of your site, whatever your address.
      </p>
      <CopyBlock text="localStorage.metrone_ignore = 1" label="line that leaves this browser out" />
      <p>
        As a bookmark it works on every site of yours: make one with this as its address, and click it there.
      </p>
      <CopyBlock text="javascript:void(localStorage.metrone_ignore = 1)" label="bookmark" />
      <p className="quiet">
        <code>delete localStorage.metrone_ignore</code> ends it. In an app with the SDK,{' '}
        <code>metrone.optOut()</code> does the same.
      </p>
    </section>
  )
}

interface RulesProps {
  kind: Kind
  desk: Desk
  known: Exclusions
}

function Rules({ kind, desk: { settings, csrf }, known }: RulesProps) {
  const queries = useQueryClient()
  const path = `/projects/${settings.id}/exclusions`
  const read = () => queries.invalidateQueries({ queryKey: exclusionsQuery(settings.id).queryKey })
  const add = useMutation({
    mutationFn: (value: string) => change('POST', path, csrf, { kind, value }),
    onSuccess: read,
  })
  const remove = useMutation({
    mutationFn: (number: number) => change('DELETE', `${path}/${number}`, csrf),
    onSuccess: read,
  })
  const meaning = MEANINGS.find((each) => each.kind === kind) as (typeof MEANINGS)[number]
  const rules = known.exclusions.filter((each) => each.kind === kind)
  const mayEdit = canEdit(settings.role)
  const mine = known.your_address
  const canAddMine = kind === 'address' && mayEdit && mine && !rules.some(({ value }) => value === mine)
  return (
    <section className="card part" aria-labelledby={kind}>
      <h2 id={kind}>{meaning.title}</h2>
      {rules.length === 0 && <p className="quiet">{meaning.empty}</p>}
      {rules.length > 0 && (
        <ul className="lines">
          {rules.map((rule) => (
            <li key={rule.exclusion_no}>
              <bdi className="line-name">{sayRule(rule)}</bdi>
              {mayEdit && (
                <button
                  type="button"
                  className="button"
                  aria-label={`Remove ${rule.value}`}
                  onClick={() => remove.mutate(rule.exclusion_no)}
                >
                  Remove
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {remove.isError && <Failure problem={remove.error} onRetry={() => remove.reset()} />}
      {mayEdit && (
        <Form action="Add" send={({ value = '' }) => add.mutateAsync(value)} done="Added." isQuiet>
          <Field name="value" label={meaning.label} autoComplete="off" hint={meaning.hint} />
        </Form>
      )}
      {canAddMine && (
        <p>
          <button type="button" className="button" disabled={add.isPending} onClick={() => add.mutate(mine)}>
            Add your own, {mine}
          </button>
        </p>
      )}
    </section>
  )
}

function sayRule({ kind, value }: Exclusion): string {
  return kind === 'country' ? `${sayValue('country', value)} (${value})` : value
}
