/** The query cache of the page: what is tried again by itself, and what an ended session does. */
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from './client.ts'
import { sessionQuery } from './session.ts'

const MOST_RETRIES = 2
const FIRST_PAUSE_MS = 500

/** A cache of its own: one a page, one a test. */
export function createQueries(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (problem, query) => {
        const isSession = query.queryKey[0] === sessionQuery.queryKey[0]
        if (isSignedOut(problem) && !isSession) void queries.resetQueries({ queryKey: sessionQuery.queryKey })
        // Under a link: it was revoked, has expired, or asks for its password again.
        const isRead = query.queryKey[0] === 'read'
        if (isRead && hasEnded(problem)) void queries.invalidateQueries({ queryKey: ['share'] })
      },
    }),
    defaultOptions: {
      queries: {
        retry: (count, problem) => count < MOST_RETRIES && mayWorkLater(problem),
        retryDelay: (count) => FIRST_PAUSE_MS * 2 ** count,
        refetchOnWindowFocus: true,
      },
    },
  })
  return queries
}

export function isSignedOut(problem: unknown): boolean {
  return problem instanceof Problem && problem.status === 401
}

function hasEnded(problem: unknown): boolean {
  return isSignedOut(problem) || (problem instanceof Problem && problem.status === 404)
}

/** Only what time alone may heal: the network and a busy server, not a refusal. */
function mayWorkLater(problem: unknown): boolean {
  return problem instanceof Problem && (problem.status === 0 || problem.status === 503)
}
