/** What every page of a project shares: who is signed in, which project it is, the header, and a place for menus. */
import { useQuery } from '@tanstack/react-query'
import { type ComponentType, type ReactNode, useEffect } from 'react'
import { isSignedOut } from '../api/cache.ts'
import type { Scope } from '../api/reads.ts'
import { type Project, type Session, sessionQuery } from '../api/session.ts'
import { Failure } from '../parts/Failure.tsx'
import { Header, type HeaderProps } from '../parts/Header.tsx'
import { Notice } from '../parts/Notice.tsx'
import { Overlays } from '../parts/Overlays.tsx'
import type { View } from '../view.ts'
import { SignedOut } from './SignedOut.tsx'

export interface ViewProps {
  view: View
  /** Shows another view of the same page; `isStep` false keeps it out of the history. */
  show: (change: Partial<View>, isStep?: boolean) => void
  /** Opens another page with the same view. */
  go: (path: '/' | '/realtime' | '/events' | '/voice' | '/chat') => void
  /** What the address names beside the view: one call or chat. */
  id?: string
  /** And the link that is opened. */
  token?: string
}

export interface PageProps extends ViewProps {
  session: Session
  project: Project
  /** What stands above in place of the usual header. */
  top?: ComponentType<HeaderProps>
}

/** Gives `page` the session and the project of the address, or says why there is none. */
export function Frame({ page: Page, ...props }: ViewProps & { page: (props: PageProps) => ReactNode }) {
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
        <p>
          Make one on <a href="/projects">the page of projects</a>, or on the server, then reload this page:
        </p>
        <pre>
          <code>metrone projects create "My site"</code>
        </pre>
      </Notice>
    )
  return <Page key={project.id} {...props} session={session.data} project={project} />
}

interface LayoutProps extends PageProps {
  scope: Scope
  title?: string
  /** What stands in the header to choose from. */
  tools?: ReactNode
  children: ReactNode
}

/** The header above, the content below. */
export function Layout({ title, tools, children, scope, ...props }: LayoutProps) {
  const { name } = props.project
  const Top = props.top ?? Header
  useEffect(() => {
    document.title = title ? `${title} · ${name} · Metrone` : `${name} · Metrone`
  }, [title, name])
  return (
    <div className="page">
      <Top {...props} reader={scope.reader}>
        {tools}
      </Top>
      <main>
        <div className="stack">{children}</div>
        <Overlays />
      </main>
    </div>
  )
}
