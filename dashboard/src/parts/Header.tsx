/** The top of every page: whose numbers, how many people are there now, where to go, and what the page offers to choose. */

import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import type { Reader } from '../api/batch.ts'
import { type Project, type Session, sessionQuery, signOut } from '../api/session.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { useKeys } from '../shortcuts.ts'
import { DEFAULT_VIEW } from '../view.ts'
import { Icon } from './Icon.tsx'
import { IconButton } from './IconButton.tsx'
import { LiveCount } from './LiveCount.tsx'
import { Mark } from './Notice.tsx'
import { ThemeButton } from './ThemeButton.tsx'

const HelpDialog = lazy(() => import('./HelpDialog.tsx'))

const PLACES = [
  ['/', 'Overview'],
  ['/realtime', 'Realtime'],
  ['/events', 'Events'],
  ['/voice', 'Voice'],
  ['/chat', 'Chat', 'Chat & assistants'],
] as const

export interface HeaderProps extends ViewProps {
  session: Session
  project: Project
  reader: Reader
  /** Period, comparison, filter: what the page can be asked. */
  children?: ReactNode
}

export function Header({ session, project, reader, view, show, go, children }: HeaderProps) {
  const [hasHelp, showHelp] = useState(false)
  useKeys({
    '?': () => showHelp(true),
    o: () => go('/'),
    r: () => go('/realtime'),
    l: () => go('/events'),
    v: () => go('/voice'),
    h: () => go('/chat'),
  })
  return (
    <header className="top">
      <div className="who">
        <Mark />
        <h1 title={project.name}>
          <bdi>{project.name}</bdi>
        </h1>
        {session.projects.length > 1 && (
          <ProjectChoice
            projects={session.projects}
            current={project.id}
            onChoose={(id) => show({ project: id, filters: [] })}
          />
        )}
        <LiveCount reader={reader} />
      </div>
      <nav className="places" aria-label="Pages">
        {PLACES.map(([to, title, name]) => (
          <Link
            key={to}
            to={to}
            aria-label={name}
            search={{ ...view, detail: undefined, search: undefined } as never}
            activeOptions={{ exact: to === '/', includeSearch: false }}
          >
            {title}
          </Link>
        ))}
      </nav>
      {children}
      <Actions csrf={session.csrf} project={project.id} onHelp={() => showHelp(true)} />
      {hasHelp && (
        <Suspense>
          <HelpDialog onClose={() => showHelp(false)} />
        </Suspense>
      )}
    </header>
  )
}

/** Help, theme, settings, the way out. */
interface ActionsProps {
  csrf: string
  project: string
  onHelp: () => void
}

function Actions({ csrf, project, onHelp }: ActionsProps) {
  const queries = useQueryClient()
  const leave = () =>
    void signOut(csrf).finally(() => queries.resetQueries({ queryKey: sessionQuery.queryKey }))
  return (
    <div className="actions">
      <IconButton icon="help" label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick={onHelp} />
      <ThemeButton />
      <Link
        className="button icon-only"
        to="/settings/$section"
        params={{ section: 'general' } as never}
        search={{ ...DEFAULT_VIEW, project } as never}
        aria-label="Settings"
        title="Settings"
      >
        <Icon name="settings" />
      </Link>
      <a className="button icon-only" href="/account" aria-label="Account" title="Account">
        <Icon name="person" />
      </a>
      <IconButton icon="leave" label="Sign out" onClick={leave} />
    </div>
  )
}

interface ChoiceProps {
  projects: Project[]
  current: string
  onChoose: (id: string) => void
}

function ProjectChoice({ projects, current, onChoose }: ChoiceProps) {
  return (
    <span className="choice">
      <Icon name="down" />
      <select aria-label="Project" value={current} onChange={(event) => onChoose(event.target.value)}>
        {projects.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </span>
  )
}
