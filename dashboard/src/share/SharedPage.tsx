/** `/share/…` and `/embed/…`: a project's numbers for people who have a link, with its password where it asks for one. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { Field, Form } from '../account/Form.tsx'
import { Problem } from '../api/client.ts'
import type { Project, Session } from '../api/session.ts'
import { openShare, type Shared, shareKey, shareQuery } from '../api/share.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { OverviewPage } from '../pages/Overview.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Notice } from '../parts/Notice.tsx'
import { FramedHeader, SharedHeader } from './SharedHeader.tsx'

const VoicePage = lazy(() =>
  import('../pages/Interactions.tsx').then(({ VoicePage }) => ({ default: VoicePage })),
)
const ChatPage = lazy(() =>
  import('../pages/Interactions.tsx').then(({ ChatPage }) => ({ default: ChatPage })),
)
const PAGES = { overview: OverviewPage, voice: VoicePage, chat: ChatPage }

interface Props extends ViewProps {
  place: keyof typeof PAGES
  /** Whether another site's page is around it. */
  isFramed?: boolean
}

export default function SharedPage(props: Props) {
  const token = props.token ?? ''
  const shared = useQuery(shareQuery(token))
  if (shared.isPending) return <main className="page" aria-busy="true" />
  if (shared.error instanceof Problem && shared.error.status === 404) return <Gone />
  if (shared.isError)
    return (
      <Notice title="The numbers cannot be shown">
        <Failure problem={shared.error} onRetry={() => void shared.refetch()} />
      </Notice>
    )
  if (shared.data.needs_password) return <AskPassword token={token} />
  return <Numbers key={token} {...props} token={token} shared={shared.data} />
}

type Open = Extract<Shared, { needs_password: false }>

function Numbers({ shared, token, place, isFramed, ...props }: Props & { shared: Open; token: string }) {
  const key = shareKey(token)
  const session: Session = useMemo(
    () => ({ projects: [], csrf: '', share: { token, key, locked: shared.filters } }),
    [token, key, shared.filters],
  )
  const { name, domain, timezone } = shared
  const project: Project = { id: token, name, domain, timezone }
  const Page = PAGES[place]
  return (
    <Suspense fallback={<main className="page" aria-busy="true" />}>
      <Page {...props} session={session} project={project} top={isFramed ? FramedHeader : SharedHeader} />
      <footer className="page foot quiet">Powered by Metrone</footer>
    </Suspense>
  )
}

function AskPassword({ token }: { token: string }) {
  const queries = useQueryClient()
  const send = async ({ password = '' }: Record<string, string>) => {
    await openShare(token, password)
    await queries.invalidateQueries({ queryKey: shareQuery(token).queryKey })
  }
  return (
    <Notice title="Enter the password">
      <p>Whoever gave you this link can tell it.</p>
      <Form action="Show the numbers" send={send}>
        <Field name="password" label="Password" type="password" autoComplete="off" isFirst />
      </Form>
    </Notice>
  )
}

function Gone() {
  return (
    <Notice title="This link shows nothing">
      <p>It has expired, was revoked, or is not whole. Ask whoever gave it to you for another.</p>
    </Notice>
  )
}
