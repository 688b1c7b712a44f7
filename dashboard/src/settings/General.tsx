/** What a project is called and where it counts its days. */
import { change } from '../account/api.ts'
import { Field, Form } from '../account/Form.tsx'
import { canEdit, type Desk } from './desk.ts'

export default function General({ settings, csrf, reload }: Desk) {
  const save = async (values: Record<string, string>) => {
    await change('PUT', `/projects/${settings.id}`, csrf, values)
    await reload()
  }
  return (
    <section className="card part" aria-labelledby="general">
      <h2 id="general">General</h2>
      <Form action="Save" send={save} done="Saved." isLocked={!canEdit(settings.role)}>
        <Field name="name" label="Name" autoComplete="off" defaultValue={settings.name} />
        <Field
          name="domain"
          label="Site"
          autoComplete="off"
          hint="Such as example.com."
          defaultValue={settings.domain ?? ''}
          isOptional
        />
        <Field
          name="timezone"
          label="Time zone"
          autoComplete="off"
          hint="Days begin at midnight there. Such as Europe/Berlin."
          defaultValue={settings.timezone}
        />
      </Form>
    </section>
  )
}
