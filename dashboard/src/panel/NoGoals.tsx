/** What the goals panel says before there is a goal; the way to make one for those who may. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { canEdit, settingsQuery } from '../settings/desk.ts'
import { DEFAULT_VIEW } from '../view.ts'

export function NoGoals({ project, text }: { project: string; text: string }) {
  // A browser that a link signed in may not ask this: then there is no way to show.
  const settings = useQuery({ ...settingsQuery(project), retry: false })
  return (
    <>
      {text}{' '}
      {settings.data && canEdit(settings.data.role) ? (
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
