/** The page at `/events`: every single event, newest first, going on as far as one scrolls, and new ones on top. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { eventsQuery } from '../api/events.ts'
import { Chips } from '../parts/Chips.tsx'
import { EventList } from '../parts/EventList.tsx'
import { Failure } from '../parts/Failure.tsx'
import { FilterButton } from '../parts/FilterButton.tsx'
import { PeriodPicker } from '../parts/PeriodPicker.tsx'
import { useScope } from '../scope.ts'
import { mergeRows, useTail } from '../tail.ts'
import { Frame, Layout, type PageProps, type ViewProps } from './Frame.tsx'

export default function EventLog(props: ViewProps) {
  return <Frame {...props} page={Log} />
}

function Log(props: PageProps) {
  const scope = useScope(props.session, props.project, props.view)
  const [isTailing, tail] = useState(true)
  const isOn = isTailing && scope.isRunning
  const fresh = useTail({ reader: scope.reader, filters: props.view.filters, isOn })
  const events = useInfiniteQuery(eventsQuery(scope))
  const older = events.data?.pages.flatMap(({ data }) => data) ?? []
  const rows = mergeRows(fresh, older)
  const tools = (
    <div className="tools">
      <FilterButton {...props} scope={scope} />
      <PeriodPicker {...props} scope={scope} />
    </div>
  )
  return (
    <Layout {...props} scope={scope} title="Events" tools={tools}>
      <Chips {...props} scope={scope} />
      <section className="card log" aria-labelledby="log">
        <header>
          <h2 id="log">Every event, newest first</h2>
          <label className="switch">
            <input
              type="checkbox"
              checked={isOn}
              disabled={!scope.isRunning}
              onChange={(event) => tail(event.target.checked)}
            />
            Live
          </label>
        </header>
        {events.isError && <Failure problem={events.error} onRetry={() => void events.refetch()} />}
        {events.isPending && <div className="bone chart-bone" aria-hidden="true" />}
        <EventList rows={rows} timezone={scope.timezone} label="Events" hasDays />
        {events.isSuccess && rows.length === 0 && (
          <p className="empty">
            No event in this period{props.view.filters.length > 0 ? ' that the filters let pass' : ''}. Choose
            a longer period, or press <kbd>Esc</kbd> to clear the filters.
          </p>
        )}
        {events.hasNextPage && (
          <More isBusy={events.isFetchingNextPage} onMore={() => void events.fetchNextPage()} />
        )}
        {events.isSuccess && !events.hasNextPage && rows.length > 0 && (
          <p className="empty">That is all of this period.</p>
        )}
      </section>
    </Layout>
  )
}

/** Reads on when it comes near the screen; a button for who does not scroll. */
function More({ isBusy, onMore }: { isBusy: boolean; onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null)
  const latest = useRef({ isBusy, onMore })
  useEffect(() => {
    latest.current = { isBusy, onMore }
  })
  // A new observer after every page: one that stays in sight says so once only.
  useEffect(() => {
    if (isBusy || !button.current) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting && !latest.current.isBusy) latest.current.onMore()
      },
      { rootMargin: '600px' },
    )
    observer.observe(button.current)
    return () => observer.disconnect()
  }, [isBusy])
  return (
    <button ref={button} type="button" className="button more" disabled={isBusy} onClick={onMore}>
      {isBusy ? 'Reading…' : 'Older events'}
    </button>
  )
}
