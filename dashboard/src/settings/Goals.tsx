/** Which events count as conversions: the project's goals, made and changed in a dialog, deleted with a way back. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change } from '../account/api.ts'
import { Failure } from '../parts/Failure.tsx'
import { type Goal, goalsQuery, sayCriteria } from './criteria.ts'
import { canEdit, type Desk } from './desk.ts'
import { GoalDialog } from './GoalDialog.tsx'

type Editing = Goal | 'new' | undefined

export default function Goals({ settings, csrf }: Desk) {
  const queries = useQueryClient()
  const goals = useQuery(goalsQuery(settings.id))
  const [editing, edit] = useState<Editing>()
  const path = `/projects/${settings.id}/goals`
  const reload = async () => {
    await queries.invalidateQueries({ queryKey: goalsQuery(settings.id).queryKey })
    await queries.invalidateQueries({ queryKey: ['read', settings.id] })
  }
  const remove = useMutation({
    mutationFn: (goal: Goal) => change('DELETE', `${path}/${goal.id}`, csrf),
    onSettled: reload,
  })
  const restore = useMutation({
    mutationFn: ({ name, criteria }: Goal) => change('POST', path, csrf, { name, criteria }),
    onSuccess: () => remove.reset(),
    onSettled: reload,
  })
  const failed = remove.isError ? remove : restore.isError ? restore : undefined
  const may = canEdit(settings.role)
  return (
    <section className="card part" aria-labelledby="goals">
      <div className="part-head">
        <h2 id="goals">Goals</h2>
        {may && (
          <button type="button" className="button primary" onClick={() => edit('new')}>
            New goal
          </button>
        )}
      </div>
      <p className="quiet">
        Conversions and revenue count the events that reach any goal, those of the past too. Without a goal
        they count events of type conversion.
      </p>
      {goals.isError && <Failure problem={goals.error} onRetry={() => void goals.refetch()} />}
      {goals.data?.length === 0 && (
        <p>
          No goal yet.{' '}
          {may ? 'Make one of a page that people reach, such as /thanks, or of an event’s name.' : ''}
        </p>
      )}
      <ul className="lines goal-lines">
        {goals.data?.map((goal) => (
          <GoalLine
            key={goal.id}
            goal={goal}
            mayEdit={may}
            onEdit={() => edit(goal)}
            onDelete={() => remove.mutate(goal)}
          />
        ))}
      </ul>
      <p className="ways undo" role="status">
        {remove.isSuccess && (
          <>
            <span>
              Deleted <bdi>{remove.variables.name}</bdi>.
            </span>
            <button type="button" className="button" onClick={() => restore.mutate(remove.variables)}>
              Undo
            </button>
          </>
        )}
      </p>
      {failed && <Failure problem={failed.error as Error} onRetry={() => failed.reset()} />}
      {editing && (
        <GoalDialog
          path={path}
          csrf={csrf}
          goal={editing === 'new' ? undefined : editing}
          onDone={reload}
          onClose={() => edit(undefined)}
        />
      )}
    </section>
  )
}

interface LineProps {
  goal: Goal
  mayEdit: boolean
  onEdit: () => void
  onDelete: () => void
}

function GoalLine({ goal, mayEdit, onEdit, onDelete }: LineProps) {
  return (
    <li>
      <span className="line-name">
        <bdi className="goal-name">{goal.name}</bdi>
        <span className="criteria">
          {sayCriteria(goal.criteria).map(([name, value], at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two criteria may be alike
            <span key={at} className="quiet">
              <bdi>{name}</bdi> <bdi>{value}</bdi>
            </span>
          ))}
        </span>
      </span>
      {mayEdit && (
        <span className="ways">
          <button type="button" className="button" onClick={onEdit} aria-label={`Change ${goal.name}`}>
            Change
          </button>
          <button type="button" className="button" onClick={onDelete} aria-label={`Delete ${goal.name}`}>
            Delete
          </button>
        </span>
      )}
    </li>
  )
}
