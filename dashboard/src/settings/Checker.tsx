/** Waits for the project's next event while the page is open, and says what is wrong where events are refused. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { sayMoment } from '../account/moments.ts'
import { newestQuery } from '../api/events.ts'
import { useStream } from '../api/stream.ts'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { sayValue } from '../words.ts'
import type { Desk } from './desk.ts'
import { type Install, installQuery, type NewestEvent, type Refusal } from './install.ts'

const PATIENCE_MS = 20_000
const LONGEST = 120 // of an address, which may be as long as its sender likes
const TITLES: Record<string, string> = {
  INVALID_API_KEY: 'Wrong key',
  MISSING_API_KEY: 'No key',
  FORBIDDEN: 'The key may not do this',
  QUOTA_EXCEEDED: 'The month’s quota is used up',
  RATE_LIMITED: 'Too many requests',
  INVALID_PAYLOAD: 'An event that is not understood',
  INVALID_JSON: 'A body that is not JSON',
}

interface Props {
  desk: Desk
  install: Install
  origin: string
}

export function Checker({ desk: { settings, csrf }, install, origin }: Props) {
  const queries = useQueryClient()
  const project = settings.id
  const before = useQuery(newestQuery({ project, csrf }, []))
  const isLate = useLateness(PATIENCE_MS)
  const ask = () => void queries.invalidateQueries({ queryKey: installQuery(project).queryKey })
  useStream(project, { onEvent: ask, onReconnect: ask })
  const { newest, refusals } = install
  const earlier = before.data?.[0]
  return (
    <section className="card part" aria-labelledby="check">
      <h2 id="check">Does it work?</h2>
      <p className="checker" role="status">
        {newest ? (
          <Received event={newest} timezone={settings.timezone} />
        ) : (
          <>
            <span className="dot pulsing" aria-hidden="true" />
            <span>
              <strong>{isLate ? 'Still waiting for an event.' : 'Waiting for an event.'}</strong>{' '}
              {isLate
                ? 'Open your site in another tab; if nothing comes, see below.'
                : 'Open your site in another tab. This line changes when it arrives.'}
              {earlier && <span className="quiet"> The last one came {sayMoment(earlier.timestamp)}.</span>}
            </span>
          </>
        )}
      </p>
      {refusals.length > 0 && (
        <>
          <h3>Refused</h3>
          <ul className="lines refused">
            {refusals.map((refusal) => (
              <Refused key={`${refusal.code} ${refusal.host} ${refusal.reason}`} refusal={refusal} />
            ))}
          </ul>
        </>
      )}
      <Hints origin={origin} domain={settings.domain} />
    </section>
  )
}

function Received({ event, timezone }: { event: NewestEvent; timezone: string }) {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', timeZone: timezone })
  return (
    <>
      <span className="dot" aria-hidden="true" />
      <span>
        <strong>Received</strong> at <time dateTime={event.at}>{time.format(Date.parse(event.at))}</time>:{' '}
        {sayValue('event_type', event.type)}
        {event.name && (
          <>
            {' '}
            <bdi>{event.name}</bdi>
          </>
        )}
        {event.page && (
          <>
            {' of '}
            <bdi>{event.page.slice(0, LONGEST)}</bdi>
          </>
        )}
        {event.library && (
          <>
            , sent by <bdi>{event.library}</bdi>
          </>
        )}
        . It works.
      </span>
    </>
  )
}

function Refused({ refusal: { code, reason, host, times, at } }: { refusal: Refusal }) {
  return (
    <li>
      <span className="line-name">
        <strong className="refusal">{TITLES[code] ?? sayValue('event_type', code.toLowerCase())}</strong>
        {host && (
          <>
            {' · from '}
            <bdi>{host}</bdi>
          </>
        )}
        <br />
        {reason}
        <br />
        <span className="quiet">
          {times === 1 ? 'Once' : `${times} times`}, last {sayMoment(at)}
        </span>
      </span>
    </li>
  )
}

/** What the server cannot see: why a browser sent nothing at all. */
function Hints({ origin, domain }: { origin: string; domain: string | null }) {
  const isPlain = origin.startsWith('http:') && !/^http:\/\/(localhost|127\.|\[::1)/.test(origin)
  const policy = `script-src 'self' ${origin}; connect-src 'self' ${origin}`
  return (
    <details className="fold">
      <summary>Nothing arrives, and nothing is refused?</summary>
      <ol className="hints">
        <li>Is the tag in the page? Look for m.js in the page's source, and in the network tab for a 200.</li>
        <li>
          An ad blocker may hold it back: try a private window without extensions, or a name of your own.
        </li>
        <li>
          A content security policy of your site must allow this server. Add to its <code>script-src</code>{' '}
          and <code>connect-src</code>:
          <CopyBlock text={policy} label="content security policy" />
        </li>
        {isPlain && <li>A page that came by https may not load a script by http: serve Metrone by https.</li>}
        <li>
          Did you leave yourself out? Your browser (<code>metrone_ignore</code>), your address, or this page
          may be under Exclusions.
        </li>
        {!domain && (
          <li>Name the project's site under General: refused keys are then told by their origin.</li>
        )}
      </ol>
    </details>
  )
}

function useLateness(patienceMs: number): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs)
    return () => clearTimeout(timer)
  }, [patienceMs])
  return isLate
}
