/** What a project is called, where it counts its days and weeks, and for how long it keeps what. */
import { useState } from 'react'
import { change } from '../account/api.ts'
import { Field, Form } from '../account/Form.tsx'
import { formatExact } from '../numbers.ts'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import { Danger } from './Danger.tsx'
import { canEdit, canManage, type Desk } from './desk.ts'
import { CheckField, SelectField, ZoneField } from './fields.tsx'

type Values = Record<string, string>

/** ISO weekdays, Monday the first, in the reader's language. 5 January 2026 was a Monday. */
const WEEKDAYS = [...Array(7)].map((_, day): [string, string] => [
  `${day + 1}`,
  new Intl.DateTimeFormat(undefined, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, 0, 5 + day)),
])

export default function General(desk: Desk) {
  const { settings, csrf, reload } = desk
  const [asked, ask] = useState<{ days: number; save: () => Promise<unknown>; onClose: () => void }>()
  const save = async (values: Values) => {
    const body = bodyOf(values, canManage(settings.role))
    const send = async () => {
      await change('PUT', `/projects/${settings.id}`, csrf, body)
      await reload()
    }
    if (!isShorter(settings.retention_days, body.retention_days)) return send()
    // The form waits for the answer: saved, or kept as it was.
    await new Promise<void>((resolve, reject) =>
      ask({
        days: Number(body.retention_days),
        save: () => send().then(resolve),
        onClose: () => reject(new DOMException('kept', 'AbortError')),
      }),
    ).finally(() => ask(undefined))
  }
  return (
    <>
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
          <ZoneField defaultValue={settings.timezone} />
          <SelectField
            name="week_start"
            label="Weeks start on"
            options={WEEKDAYS}
            defaultValue={`${settings.week_start}`}
          />
          <Field
            name="retention_days"
            label="Days that events are kept"
            autoComplete="off"
            inputMode="numeric"
            hint={
              canManage(settings.role)
                ? 'Empty keeps them for ever. What is older is erased each night, for good.'
                : 'Empty keeps them for ever. Owners and admins change this.'
            }
            defaultValue={settings.retention_days ? `${settings.retention_days}` : ''}
            isReadOnly={!canManage(settings.role)}
            isOptional
          />
          <CheckField
            name="keeps_talk"
            label="Keep transcripts and summaries of calls and chats"
            hint="E-mail addresses and long numbers in them are made unreadable first."
            defaultChecked={settings.keeps_talk}
          />
          <Field
            name="talk_days"
            label="Days that transcripts are kept"
            autoComplete="off"
            inputMode="numeric"
            defaultValue={`${settings.talk_days}`}
          />
        </Form>
        <p className="quiet">
          {settings.monthly_quota
            ? `This project may take ${formatExact(settings.monthly_quota, 'count')} events a month.`
            : 'This project may take any number of events a month.'}
        </p>
      </section>
      {canManage(settings.role) && <Danger {...desk} />}
      {asked && (
        <ConfirmDialog
          title="Erase older events?"
          action={`Keep ${asked.days} days`}
          send={asked.save}
          onClose={asked.onClose}
        >
          <p>
            Everything that is older than {asked.days} {asked.days === 1 ? 'day' : 'days'} will be erased and
            cannot be had again.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}

/** Numbers as numbers; what the reader may not set is left out. A text that is no number is sent for the server to refuse. */
function bodyOf(values: Values, mayErase: boolean) {
  const { retention_days, week_start, talk_days, ...rest } = values
  return {
    ...rest,
    week_start: Number(week_start),
    talk_days: numberOf(talk_days),
    keeps_talk: values.keeps_talk === 'on',
    ...(mayErase && { retention_days: retention_days ? numberOf(retention_days) : 0 }),
  }
}

const numberOf = (text = '') => (/^\s*\d+\s*$/.test(text) ? Number(text) : text)

/** Whether less is kept than before; 0 is for ever. */
function isShorter(before: number, after: number | string | undefined): boolean {
  return typeof after === 'number' && after > 0 && (before === 0 || after < before)
}
