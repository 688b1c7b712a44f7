/** Who changed what in an organisation, newest first, page by page. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { call } from '../api/client.ts'
import { Failure } from '../parts/Failure.tsx'
import type { AuditEntry } from './api.ts'
import { sayMoment } from './moments.ts'

/** Lines of one page of the server's; a shorter one is the last. */
const PAGE = 100

export function AuditLog({ org }: { org: string }) {
  const log = useInfiniteQuery({
    queryKey: ['account', 'audit', org],
    queryFn: async ({ pageParam }) =>
      (await call<{ entries: AuditEntry[] }>(`/app/orgs/${org}/audit${pageParam}`)).entries,
    initialPageParam: '',
    getNextPageParam: (page) => (page.length < PAGE ? null : `?before=${page.at(-1)?.entry_no}`),
  })
  return (
    <section className="card part" aria-labelledby="audit">
      <h2 id="audit">Who changed what</h2>
      {log.isError && <Failure problem={log.error} onRetry={() => void log.refetch()} />}
      <ul className="lines">
        {log.data?.pages.flat().map((entry) => (
          <li key={entry.entry_no}>
            <span className="line-name">
              <bdi>{entry.actor}</bdi> · {sayAction(entry.action)} · <bdi>{entry.target}</bdi>
            </span>
            <time className="quiet" dateTime={entry.at}>
              {sayMoment(entry.at)}
            </time>
          </li>
        ))}
      </ul>
      {log.hasNextPage && (
        <div>
          <button type="button" className="button" onClick={() => void log.fetchNextPage()}>
            Earlier
          </button>
        </div>
      )}
    </section>
  )
}

/** `member.made_admin` as words. */
const sayAction = (action: string) => action.replace(/[._]/g, ' ')
