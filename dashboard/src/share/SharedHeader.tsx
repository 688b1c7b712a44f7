/** The top of a page under a link: whose numbers, the pages of numbers, the theme. In a frame, only what there is to choose. */
import { Link } from '@tanstack/react-router'
import type { HeaderProps } from '../parts/Header.tsx'
import { LiveCount } from '../parts/LiveCount.tsx'
import { Mark } from '../parts/Notice.tsx'
import { ThemeButton } from '../parts/ThemeButton.tsx'

const PLACES = [
  ['/share/$token', 'Overview'],
  ['/share/$token/voice', 'Voice'],
  ['/share/$token/chat', 'Chat', 'Chat & assistants'],
] as const

export function SharedHeader({ project, reader, view, children }: HeaderProps) {
  return (
    <header className="top">
      <div className="who">
        <Mark />
        <Title name={project.name} />
        <LiveCount reader={reader} />
      </div>
      <nav className="places" aria-label="Pages">
        {PLACES.map(([to, title, name]) => (
          <Link
            key={to}
            to={to}
            params={{ token: project.id } as never}
            aria-label={name}
            search={{ ...view, detail: undefined } as never}
            activeOptions={{ exact: to === '/share/$token', includeSearch: false }}
          >
            {title}
          </Link>
        ))}
      </nav>
      {children}
      <div className="actions">
        <ThemeButton />
      </div>
    </header>
  )
}

export function FramedHeader({ project, children }: HeaderProps) {
  return (
    <header className="top">
      <div className="who">
        <Title name={project.name} />
      </div>
      {children}
    </header>
  )
}

function Title({ name }: { name: string }) {
  return (
    <h1 title={name}>
      <bdi>{name}</bdi>
    </h1>
  )
}
