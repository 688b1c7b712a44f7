/** Makes or changes a goal: its name, its criteria, and at once how many events of the last 30 days reach it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { change } from '../account/api.ts'
import { Form } from '../account/Form.tsx'
import { Problem } from '../api/client.ts'
import { formatExact } from '../numbers.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { CriterionRow } from './CriterionRow.tsx'
import {
  type Criteria,
  criteriaOf,
  type Draft,
  draftsOf,
  type Goal,
  KINDS,
  kindsLeft,
  newDraft,
} from './criteria.ts'

interface Props {
  /** Where the project's goals are, behind /app. */
  path: string
  csrf: string
  /** The goal that is changed; without one, one is made. */
  goal: Goal | undefined
  onDone: () => Promise<unknown>
  onClose: () => void
}

const PAUSE_MS = 400

export function GoalDialog({ path, csrf, goal, onDone, onClose }: Props) {
  const id = useId()
  const [name, setName] = useState(goal?.name ?? '')
  const { drafts, put, remove, add } = useDrafts(goal)
  const criteria = criteriaOf(drafts)
  const send = async () => {
    const where = goal ? `${path}/${goal.id}` : path
    await change(goal ? 'PUT' : 'POST', where, csrf, { name, criteria })
    await onDone()
  }
  return (
    <Dialog title={goal ? 'Change the goal' : 'New goal'} className="goal" onClose={onClose}>
      <Form action={goal ? 'Save' : 'Make the goal'} send={send} onDone={onClose}>
        <div className="field">
          <label htmlFor={id}>Name</label>
          <input
            id={id}
            data-first
            required
            maxLength={120}
            autoComplete="off"
            placeholder="Signed up"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <fieldset className="fields criteria-rows">
          <legend>Reached by an event if all of these hold</legend>
          {drafts.map((draft) => (
            <CriterionRow
              key={draft.id}
              draft={draft}
              kinds={kindsLeft(drafts.filter((kept) => kept !== draft))}
              onChange={put}
              onRemove={drafts.length > 1 ? () => remove(draft) : undefined}
            />
          ))}
          <div>
            <button type="button" className="button" onClick={add} disabled={kindsLeft(drafts).length === 0}>
              Add a criterion
            </button>
          </div>
        </fieldset>
        <Trial path={path} csrf={csrf} criteria={criteria} />
      </Form>
    </Dialog>
  )
}

/** The criteria as they are edited, and the ways to edit them. */
function useDrafts(goal: Goal | undefined) {
  const [drafts, set] = useState(() => (goal ? draftsOf(goal.criteria) : [newDraft(0, 'event_name')]))
  const next = useRef(drafts.length)
  return {
    drafts,
    put: (draft: Draft) => set((all) => all.map((kept) => (kept.id === draft.id ? draft : kept))),
    remove: (draft: Draft) => set((all) => all.filter((kept) => kept.id !== draft.id)),
    add: () => {
      const [kind = Object.keys(KINDS)[0] as Draft['kind']] = kindsLeft(drafts)
      const id = next.current++
      set((all) => [...all, newDraft(id, kind)])
    },
  }
}

interface Tried {
  data: { conversions: number; unique_visitors: number }[]
}

/** What the goal would have counted, as soon as one stops typing. */
function Trial({ path, csrf, criteria }: { path: string; csrf: string; criteria: Criteria }) {
  const asked = useSettled(JSON.stringify(criteria))
  const tried = useQuery({
    queryKey: ['settings', path, 'tried', asked],
    queryFn: () => change<Tried>('POST', `${path}/preview`, csrf, { criteria: JSON.parse(asked) }),
    enabled: asked !== '{}',
    placeholderData: keepPreviousData,
    retry: false,
  })
  return (
    <p className="quiet trial" role="status" data-stale={tried.isPlaceholderData}>
      {asked === '{}' ? 'Say which events, and see how many there were.' : sayTried(tried.data, tried.error)}
    </p>
  )
}

function sayTried(tried: Tried | undefined, error: unknown): string {
  if (error) return error instanceof Problem ? error.message : 'How many there were cannot be told now.'
  const row = tried?.data[0]
  if (!row) return 'Counting…'
  if (row.conversions === 0) return 'No event of the last 30 days reaches this.'
  const events = row.conversions === 1 ? 'event' : 'events'
  const visitors = row.unique_visitors === 1 ? 'visitor' : 'visitors'
  return `${formatExact(row.conversions, 'count')} ${events} of ${formatExact(row.unique_visitors, 'count')} ${visitors} in the last 30 days reach this.`
}

/** The text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => settle(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
