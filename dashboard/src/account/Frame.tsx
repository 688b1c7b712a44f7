/** The frame of the pages behind a sign-in: the way back to the numbers, between the pages, and out. */
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { signOut } from '../api/session.ts'
import { Failure } from '../parts/Failure.tsx'
import { IconButton } from '../parts/IconButton.tsx'
import { Mark, Notice } from '../parts/Notice.tsx'
import { Overlays } from '../parts/Overlays.tsx'
import { ThemeButton } from '../parts/ThemeButton.tsx'
import { type Account, accountQuery, type User } from './api.ts'
import SignInForm from './SignInForm.tsx'

export type Me = Account & { user: User }

const PAGES = [
  ['/projects', 'Projects'],
  ['/team', 'Team'],
  ['/account', 'Account'],
] as const

interface Props {
  title: string
  /** The page of a user who is signed in. */
  children: (me: Me) => ReactNode
}

export function Frame({ title, children }: Props) {
  const account = useQuery(accountQuery)
  useEffect(() => {
    document.title = `${title} · Metrone`
  }, [title])
  if (account.isPending) return <main className="page" aria-busy="true" />
  if (account.isError)
    return (
      <Notice title="This page cannot start">
        <Failure problem={account.error} onRetry={() => void account.refetch()} />
      </Notice>
    )
  const { user } = account.data
  if (!user && account.data.is_signed_in) return <LinkOnly />
  if (!user) return <SignInForm account={account.data} onDone={() => void account.refetch()} />
  const leave = () => void signOut(account.data.csrf).finally(() => location.assign('/'))
  return (
    <div className="page">
      <header className="top">
        <div className="who">
          <Mark />
          <h1>{title}</h1>
        </div>
        <nav className="ways" aria-label="Pages">
          <a href="/">Overview</a>
          {PAGES.map(([path, name]) => (
            <a key={path} href={path} aria-current={location.pathname === path ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <div className="actions">
          <ThemeButton />
          <IconButton icon="leave" label="Sign out" onClick={leave} />
        </div>
      </header>
      <main>
        <div className="stack">{children({ ...account.data, user })}</div>
        <Overlays />
      </main>
    </div>
  )
}

function LinkOnly() {
  return (
    <Notice title="This browser has no account">
      <p>
        A link of the command line signed it in, to look at one project. Sign out on the overview, then sign
        in with your account.
      </p>
      <p>
        <a className="button primary" href="/">
          Open the overview
        </a>
      </p>
    </Notice>
  )
}
