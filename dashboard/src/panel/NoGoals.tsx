/** What the goals panel says before there is a goal; the way to make one for those who may. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { accountQuery } from '../account/api.ts'
import { canEdit } from '../settings/desk.ts'
import { DEFAULT_VIEW } from '../view.ts'

export function NoGoals({ project, text }: { project: string; text: string }) {
  const account = useQuery(accountQuery)
  const org = account.data?.organisations.find(({ projects }) => projects.some(({ id }) => id === project))
  return (
    <>
      {text}{' '}
      {org && canEdit(org.role) ? (
        <Link
          to="/settings/$section"
          params={{ section: 'goals' } as never}
          search={{ ...DEFAULT_VIEW, project } as never}
        >
          Make the first goal
        </Link>
      ) : (
        'Until then events of type conversion do.'
      )}
    </>
  )
}
