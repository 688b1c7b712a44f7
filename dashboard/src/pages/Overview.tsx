/** The page at `/`: decides between signed out, waiting for the first event, and the numbers. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { isSignedOut } from '../api/cache.ts'
import { firstEventQuery, statsQuery } from '../api/reads.ts'
import { type Project, type Session, sessionQuery } from '../api/session.ts'
import { useLiveEvents } from '../live.ts'
import { Failure } from '../parts/Failure.tsx'
import { Header } from '../parts/Header.tsx'
import { Notice } from '../parts/Notice.tsx'
import { Overlays } from '../parts/Overlays.tsx'
import { useScope } from '../scope.ts'
import type { View } from '../view.ts'
import { FirstEvent } from './FirstEvent.tsx'
import { Numbers } from './Numbers.tsx'
import { SignedOut } from './SignedOut.tsx'

export interface ViewProps {
  view: View
  /** Shows another view; `isStep` false keeps it out of the history. */
  show: (change: Partial<View>, isStep?: boolean) => void
}

export function Overview(props: ViewProps) {
  const session = useQuery(sessionQuery)
  if (session.isPending) return <main className="page" aria-busy="true" />
  if (isSignedOut(session.error)) return <SignedOut />
  if (session.isError)
    return (
      <Notice title="The dashboard cannot start">
        <Failure problem={session.error} onRetry={() => void session.refetch()} />
      </Notice>
    )
  const { projects } = session.data
  const project = projects.find(({ id }) => id === props.view.project) ?? projects[0]
  if (!project)
    return (
      <Notice title="There is no project yet">
        <p>Create one on the server, then reload this page:</p>
        <pre>
          <code>metrone projects create "My site"</code>
        </pre>
      </Notice>
    )
  return <ProjectPage key={project.id} {...props} session={session.data} project={project} />
}

function ProjectPage({ session, project, ...props }: ViewProps & { session: Session; project: Project }) {
  const scope = useScope(session, project, props.view)
  const stats = useQuery(statsQuery(scope))
  const isQuiet =
    stats.data?.total_events === 0 && !stats.isPlaceholderData && props.view.filters.length === 0
  const first = useQuery({ ...firstEventQuery(scope.reader), enabled: isQuiet })
  const isEmpty = isQuiet && first.data?.data.length === 0
  useLiveEvents(scope.reader, isEmpty)
  useEffect(() => {
    document.title = `${project.name} · Metrone`
  }, [project.name])
  return (
    <div className="page">
      <Header {...props} session={session} project={project} scope={scope} hasPicker={!isEmpty} />
      <main>
        <div className="stack">{isEmpty ? <FirstEvent /> : <Numbers {...props} scope={scope} />}</div>
        <Overlays />
      </main>
    </div>
  )
}
