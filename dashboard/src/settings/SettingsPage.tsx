/** `/settings/…`: one project's settings, a section at a time. The project is the address's, as on every page of numbers. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Suspense } from 'react'
import { Frame, type Me } from '../account/Frame.tsx'
import { sessionQuery } from '../api/session.ts'
import { Missing } from '../pages/Missing.tsx'
import { Failure } from '../parts/Failure.tsx'
import { DEFAULT_VIEW } from '../view.ts'
import { canEdit, settingsQuery } from './desk.ts'
import { SECTIONS } from './sections.ts'

interface Props {
  section: string | undefined
  /** The project of the address; without one, the reader's first. */
  project: string | undefined
}

export default function SettingsPage({ section = 'general', project }: Props) {
  if (!SECTIONS.some(({ name }) => name === section)) return <Missing />
  return <Frame title="Settings">{(me) => <Project me={me} section={section} wanted={project} />}</Frame>
}

interface ProjectProps {
  me: Me
  section: string
  wanted: string | undefined
}

function Project({ me, section, wanted }: ProjectProps) {
  const projects = me.organisations.flatMap((org) => org.projects)
  const project = projects.find(({ id }) => id === wanted) ?? projects[0]
  if (!project)
    return (
      <p className="card part">
        <span>
          There is no project yet. Make one on <a href="/projects">the page of projects</a>.
        </span>
      </p>
    )
  return <Sections key={project.id} csrf={me.csrf} project={project.id} section={section} />
}

function Sections({ csrf, project, section }: { csrf: string; project: string; section: string }) {
  const queries = useQueryClient()
  const settings = useQuery(settingsQuery(project))
  const Page = SECTIONS.find(({ name }) => name === section)?.Page
  const reload = async () => {
    await queries.invalidateQueries({ queryKey: settingsQuery(project).queryKey })
    await queries.invalidateQueries({ queryKey: ['account'] })
    await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
  }
  return (
    <div className="settings">
      <nav className="sections" aria-label="Settings">
        {SECTIONS.map(({ name, title }) => (
          <Link
            key={name}
            to="/settings/$section"
            params={{ section: name } as never}
            search={{ ...DEFAULT_VIEW, project } as never}
            activeOptions={{ includeSearch: false }}
            aria-current={name === section ? 'page' : undefined}
          >
            {title}
          </Link>
        ))}
        <a href="/team">Members</a>
      </nav>
      <div className="stack">
        {settings.isError && <Failure problem={settings.error} onRetry={() => void settings.refetch()} />}
        {settings.data && (
          <>
            <p className="quiet">
              <bdi>{settings.data.name}</bdi>
              {!canEdit(settings.data.role) && ' · You may look but not change: your role is viewer.'}
            </p>
            <Suspense fallback={<section className="card part" aria-busy="true" />}>
              {Page && <Page settings={settings.data} csrf={csrf} reload={reload} />}
            </Suspense>
          </>
        )}
      </div>
    </div>
  )
}
