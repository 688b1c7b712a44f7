/** Reset and deletion of the project, each with its name typed to be sure. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change } from '../account/api.ts'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import type { Desk } from './desk.ts'

export function Danger({ settings, csrf }: Desk) {
  const queries = useQueryClient()
  const [asked, ask] = useState<'reset' | 'delete'>()
  const close = () => ask(undefined)
  const reset = async ({ confirm }: Record<string, string>) => {
    await change('POST', `/projects/${settings.id}/reset`, csrf, { confirm })
    close()
    await queries.invalidateQueries()
  }
  const remove = async ({ confirm }: Record<string, string>) => {
    await change('DELETE', `/projects/${settings.id}`, csrf, { confirm })
    location.assign('/projects')
  }
  return (
    <section className="card part danger" aria-labelledby="danger">
      <h2 id="danger">Danger</h2>
      <ul className="lines">
        <li>
          <span className="line-name">
            <strong>Reset the project</strong>
            <span className="quiet line-more">
              {settings.is_erasing
                ? 'What was counted before the reset is being erased; new events count.'
                : 'Erases everything that it has counted. Settings and keys stay.'}
            </span>
          </span>
          <button type="button" className="button bad" onClick={() => ask('reset')}>
            Reset…
          </button>
        </li>
        <li>
          <span className="line-name">
            <strong>Delete the project</strong>
            <span className="quiet line-more">
              Erases the project, its keys, settings and everything that it has counted.
            </span>
          </span>
          <button type="button" className="button bad" onClick={() => ask('delete')}>
            Delete…
          </button>
        </li>
      </ul>
      {asked === 'reset' && (
        <ConfirmDialog
          title="Reset the project?"
          action="Reset it"
          typed={settings.name}
          send={reset}
          onClose={close}
        >
          <p>
            Every event, call, chat and delivery up to now is erased, and cannot be had again. Settings and
            keys stay; new events count at once.
          </p>
        </ConfirmDialog>
      )}
      {asked === 'delete' && (
        <ConfirmDialog
          title="Delete the project?"
          action="Delete it"
          typed={settings.name}
          send={remove}
          onClose={close}
        >
          <p>
            Its keys stop working at once: whatever still sends to it is refused. Its events, settings and
            keys are erased, and cannot be had again.
          </p>
        </ConfirmDialog>
      )}
    </section>
  )
}
