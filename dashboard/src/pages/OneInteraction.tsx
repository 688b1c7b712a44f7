/** The pages at `/voice/ID` and `/chat/ID`: one call, chat or assistant session with all that is known of it. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Reader } from '../api/batch.ts'
import { interactionQuery, type WholeInteraction } from '../api/interactions.ts'
import { DeliveryList } from '../interactions/DeliveryList.tsx'
import { Facts } from '../interactions/Facts.tsx'
import { Marks, Outcome } from '../interactions/Marks.tsx'
import { sayIntent } from '../interactions/said.ts'
import { Visit } from '../interactions/Visit.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Icon } from '../parts/Icon.tsx'
import { useScope } from '../scope.ts'
import type { View } from '../view.ts'
import { sayValue } from '../words.ts'
import { Frame, Layout, type PageProps, type ViewProps } from './Frame.tsx'

export default function OneInteraction(props: ViewProps) {
  return <Frame {...props} page={OnePage} />
}

function OnePage(props: PageProps) {
  const scope = useScope(props.session, props.project, props.view)
  const found = useQuery(interactionQuery(scope.reader, props.id ?? ''))
  const row = found.data
  const title = row ? `${sayValue('interaction', row.kind)}: ${sayIntent(row)}` : 'AI interaction'
  return (
    <Layout {...props} scope={scope} title={title}>
      <Back view={props.view} />
      {found.isError && (
        <section className="card one">
          <Failure problem={found.error} onRetry={() => void found.refetch()} />
        </section>
      )}
      {found.isPending && <div className="bone one-bone" aria-hidden="true" />}
      {row && <Whole row={row} reader={scope.reader} timezone={scope.timezone} view={props.view} />}
    </Layout>
  )
}

/** Back to the list as it was; the browser's own button goes there, too. */
function Back({ view }: { view: View }) {
  const isVoice = location.pathname.startsWith('/voice')
  return (
    <p>
      <Link className="button bare back" to={isVoice ? '/voice' : '/chat'} search={view as never}>
        <Icon name="left" />
        {isVoice ? 'All calls' : 'All sessions'}
      </Link>
    </p>
  )
}

interface WholeProps {
  row: WholeInteraction
  reader: Reader
  timezone: string
  view: View
}

function Whole({ row, reader, timezone, view }: WholeProps) {
  const when = new Intl.DateTimeFormat(undefined, {
    dateStyle: 'full',
    timeStyle: 'medium',
    timeZone: timezone,
  })
  return (
    <>
      <section className="card one" aria-labelledby="one">
        <header>
          <h2 id="one">
            <bdi>{sayIntent(row)}</bdi>
          </h2>
          <Outcome outcome={row.outcome} />
          <Marks row={row} />
          <time className="quiet" dateTime={row.started_at}>
            {when.format(Date.parse(row.started_at))}
          </time>
        </header>
        <Facts row={row} view={view} />
      </section>
      <section className="card log" aria-labelledby="timeline">
        <header>
          <h2 id="timeline">What told of it</h2>
        </header>
        {row.timeline.length > 0 ? (
          <DeliveryList rows={row.timeline} timezone={timezone} label="Deliveries, the oldest first" />
        ) : (
          <p className="empty">
            No webhook delivered it in the last 30 days. It came by the API, by a file, or its deliveries are
            no longer kept.
          </p>
        )}
      </section>
      <Visit row={row} reader={reader} timezone={timezone} />
      <Words row={row} project={reader.project} />
    </>
  )
}

/** Summary and transcript, where the project keeps them. */
function Words({ row: { summary, transcript }, project }: { row: WholeInteraction; project: string }) {
  return (
    <section className="card log" aria-labelledby="words">
      <header>
        <h2 id="words">Words</h2>
      </header>
      {summary && <p className="words">{summary}</p>}
      {transcript && <p className="words">{transcript}</p>}
      {!summary && !transcript && (
        <p className="empty">
          No words are kept of it. Whether a project keeps them is one of its{' '}
          <a href={`/settings/general?project=${project}`}>settings</a>.
        </p>
      )}
    </section>
  )
}
