/** The top of the page: whose numbers, how many people are there now, which period. */
import { useQueryClient } from '@tanstack/react-query'
import type { Scope } from '../api/reads.ts'
import { type Project, type Session, sessionQuery, signOut } from '../api/session.ts'
import type { ViewProps } from '../pages/Overview.tsx'
import { Icon } from './Icon.tsx'
import { LiveCount } from './LiveCount.tsx'
import { Mark } from './Notice.tsx'
import { PeriodPicker } from './PeriodPicker.tsx'
import { ThemeButton } from './ThemeButton.tsx'

interface Props extends ViewProps {
  session: Session
  project: Project
  scope: Scope
  hasPicker: boolean
}

export function Header({ session, project, scope, hasPicker, view, show }: Props) {
  const queries = useQueryClient()
  const leave = () =>
    void signOut(session.csrf).finally(() => queries.resetQueries({ queryKey: sessionQuery.queryKey }))
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
        <LiveCount reader={scope.reader} />
      </div>
      {hasPicker && <PeriodPicker view={view} show={show} timezone={project.timezone} />}
      <div className="actions">
        <ThemeButton />
        <a className="button icon-only" href="/account" aria-label="Account" title="Account">
          <Icon name="person" />
        </a>
        <button
          type="button"
          className="button icon-only"
          onClick={leave}
          aria-label="Sign out"
          title="Sign out"
        >
          <Icon name="leave" />
        </button>
      </div>
    </header>
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
