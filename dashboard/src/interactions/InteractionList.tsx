/** Every interaction of the period, newest first, with a search; each is a link to its own page. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { type Interaction, interactionsQuery } from '../api/interactions.ts'
import type { Scope } from '../api/reads.ts'
import type { Board } from '../boards.ts'
import { formatDuration, formatExact } from '../numbers.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Icon } from '../parts/Icon.tsx'
import type { View } from '../view.ts'
import { sayValue } from '../words.ts'
import { Marks, Outcome } from './Marks.tsx'
import { sayIntent } from './said.ts'

interface Props extends ViewProps {
  scope: Scope
  board: Board
}

export function InteractionList({ view, show, scope, board }: Props) {
  const text = view.search ?? ''
  const search = useDeferredValue(text.trim())
  const list = useInfiniteQuery(interactionsQuery(scope, search))
  const rows = list.data?.pages.flatMap(({ data }) => data)
  const title = `Every ${board.noun}, newest first`
  return (
    <section className="card log" aria-labelledby="every" aria-busy={list.isFetching}>
      <header>
        <h2 id="every">{title}</h2>
        <label className="search">
          <Icon name="search" />
          <input
            type="search"
            aria-label={`Search ${board.nouns}`}
            placeholder="Id, intent, assistant, end reason"
            maxLength={200}
            value={text}
            onChange={(event) => show({ search: event.target.value }, false)}
          />
        </label>
      </header>
      {list.isError && <Failure problem={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <div className="bone list-bone" aria-hidden="true" />}
      {rows && rows.length > 0 && (
        <ol className="interactions" aria-label={title} data-stale={list.isPlaceholderData}>
          {rows.map((row) => (
            <Row key={row.id} row={row} view={view} path={board.path} timezone={scope.timezone} />
          ))}
        </ol>
      )}
      {rows?.length === 0 && (
        <p className="empty">
          {search
            ? `No ${board.noun} of this period has “${search.slice(0, 80)}” in its ids, names, intent or end reason.`
            : `No ${board.noun} in this period${view.filters.length > 0 ? ' that the filters let pass' : ''}. Choose a longer one.`}
        </p>
      )}
      {list.hasNextPage && (
        <button
          type="button"
          className="button more"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? 'Reading…' : `Older ${board.nouns}`}
        </button>
      )}
    </section>
  )
}

interface RowProps {
  row: Interaction
  view: View
  path: Board['path']
  timezone: string
}

function Row({ row, view, path, timezone }: RowProps) {
  const time = new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: timezone,
  })
  const where = [row.provider, row.endpoint, row.model].filter(Boolean).join(' · ')
  return (
    <li>
      <Link
        className="interaction"
        to={`${path}/$id`}
        params={{ id: row.id } as never}
        search={view as never}
        resetScroll
      >
        <time dateTime={row.started_at}>{time.format(Date.parse(row.started_at))}</time>
        <span className="interaction-what">
          <bdi>{sayIntent(row)}</bdi>
          <Marks row={row} />
        </span>
        <bdi className="interaction-where quiet">{where}</bdi>
        <Outcome outcome={row.outcome} />
        <span className="interaction-resolution quiet">
          <span className="unseen">Resolution: </span>
          {row.resolution === 'unknown' ? '–' : sayValue('resolution', row.resolution)}
        </span>
        <span className="interaction-size">{sizeOf(row)}</span>
        <span className="interaction-cost quiet">{formatExact(row.cost_usd, 'money:USD')}</span>
      </Link>
    </li>
  )
}

/** A call's length, a chat's messages; whatever is known. */
function sizeOf({ kind, duration_sec, messages }: Interaction): string {
  if (kind !== 'call' && messages !== null) return `${formatExact(messages, 'count')} messages`
  return duration_sec === null ? '–' : formatDuration(duration_sec)
}
