/** The form of a new shared link: which numbers, who may open it, until when, and whether pages of other sites may hold it. */
import { Fragment, useId, useState } from 'react'
import { change } from '../account/api.ts'
import { Field, Form, LENGTH_MIN } from '../account/Form.tsx'
import type { Filter } from '../filters.ts'
import { Chips } from '../parts/Chips.tsx'
import { FilterButton } from '../parts/FilterButton.tsx'
import { useScope, useToday } from '../scope.ts'
import { DEFAULT_VIEW, type View } from '../view.ts'
import type { Desk } from './desk.ts'

const AUDIENCES = [
  ['link', 'Whoever has the link'],
  ['password', 'Whoever has the link and the password'],
  ['public', 'Everybody: a public dashboard'],
] as const
type Audience = (typeof AUDIENCES)[number][0]

export function NewLink({ settings, csrf, reread }: Desk & { reread: () => Promise<unknown> }) {
  const [filters, setFilters] = useState<Filter[]>([])
  const [made, setMade] = useState(0)
  const make = async ({ sites = '', can_embed, ...values }: Record<string, string>) => {
    const origins = sites.split(/[\s,]+/).filter(Boolean)
    const link = { ...values, filters, can_embed: can_embed === 'on', origins }
    await change('POST', `/projects/${settings.id}/shares`, csrf, link)
    await reread()
    setFilters([])
    setMade(made + 1)
  }
  return (
    <section className="card part" aria-labelledby="new-link">
      <h2 id="new-link">New link</h2>
      <Segment desk={{ settings, csrf }} filters={filters} onChange={setFilters} />
      <Form action="Make the link" send={make} done="Made. It is the last one in the list above.">
        {/* Begun anew after each. */}
        <Fragment key={made}>
          <Field name="name" label="Name" autoComplete="off" hint="For you, such as Board or Agency." />
          <Openness />
          <LastDay timezone={settings.timezone} />
          <Framing />
        </Fragment>
      </Form>
    </section>
  )
}

/** Who may open it, and what that needs. */
function Openness() {
  const [audience, setAudience] = useState<Audience>('link')
  return (
    <>
      <AudienceChoice value={audience} onChange={setAudience} />
      {audience === 'password' && (
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          minLength={LENGTH_MIN}
          hint={`At least ${LENGTH_MIN} characters. Hand it over another way than the link.`}
        />
      )}
      {audience === 'public' && (
        <Field
          name="slug"
          label="Address"
          autoComplete="off"
          hint={`${location.host}/share/… Lower-case letters, digits and hyphens. Search engines may list it.`}
        />
      )}
    </>
  )
}

function Framing() {
  const [isOn, turn] = useState(false)
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          name="can_embed"
          checked={isOn}
          onChange={(event) => turn(event.target.checked)}
        />
        Pages of other sites may hold it in a frame
      </label>
      {isOn && (
        <Field
          name="sites"
          label="Sites"
          autoComplete="off"
          hint="Each with its https://, and spaces between. None: every site may."
          isOptional
        />
      )}
    </>
  )
}

interface SegmentProps {
  desk: Pick<Desk, 'settings' | 'csrf'>
  filters: Filter[]
  onChange: (filters: Filter[]) => void
}

/** Chosen as on the overview (and so in no form: its dialog has one), with the values of the last thirty days to choose from. */
function Segment({ desk: { settings, csrf }, filters, onChange }: SegmentProps) {
  const view: View = { ...DEFAULT_VIEW, filters }
  const scope = useScope({ projects: [], csrf }, settings, view)
  const show = (next: Partial<View>) => next.filters && onChange(next.filters)
  const props = { view, show, scope, go: () => {} }
  return (
    <fieldset className="segment">
      <legend>Segment</legend>
      <span className="quiet">
        {filters.length === 0
          ? 'All numbers of the project. A filter locks the link to a part of them.'
          : 'Nobody who has the link can take these filters away.'}
      </span>
      <div className="ways">
        <FilterButton {...props} />
        <Chips {...props} />
      </div>
    </fieldset>
  )
}

function AudienceChoice({ value, onChange }: { value: Audience; onChange: (audience: Audience) => void }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>Who may open it</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value as Audience)}>
        {AUDIENCES.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </div>
  )
}

function LastDay({ timezone }: { timezone: string }) {
  const id = useId()
  const today = useToday(timezone)
  return (
    <div className="field">
      <label htmlFor={id}>
        Last day <span className="quiet">(optional)</span>
      </label>
      <input id={id} name="expires_on" type="date" min={today.toString()} aria-describedby={`${id}-hint`} />
      <span id={`${id}-hint`} className="quiet">
        The link ends with this day. Without one it is good until you revoke it.
      </span>
    </div>
  )
}
