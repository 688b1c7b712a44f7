/** The one way out of the page: JSON over same-origin fetch, and every failure as a Problem that says what to do. */

/** A failed request: the server's own error, or what the network did. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly requestId: string | undefined

  constructor(code: string, message: string, status: number, requestId?: string) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.status = status
    this.requestId = requestId
  }
}

/** Whether the two say the same: what failed at one moment for one reason need be said once. */
export function isSame(one: unknown, other: unknown): boolean {
  if (!(one instanceof Problem && other instanceof Problem)) return one === other
  return one.code === other.code && one.status === other.status
}

/** The wire's error object; the answer of a proxy in between may be anything else. */
export interface WireError {
  code?: unknown
  message?: unknown
  status?: unknown
  request_id?: unknown
}

const OFFLINE =
  'The server does not answer. Check your connection and that Metrone is running, then try again.'

/** Sends one request and gives its JSON. Throws a Problem on anything but 2xx. */
export async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(path, { credentials: 'same-origin', ...init }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Problem('UNREACHABLE', OFFLINE, 0)
  })
  const body = await readJson(answer)
  if (!answer.ok) throw problemOf((body as { error?: WireError } | null)?.error, answer)
  return body as T
}

/** A Problem from the wire's error, or from the bare status where a proxy answered. */
export function problemOf(error: WireError | undefined, answer?: Response): Problem {
  const status = typeof error?.status === 'number' ? error.status : (answer?.status ?? 500)
  const message =
    typeof error?.message === 'string' ? error.message : `The server answered ${status}. Try again.`
  const requestId =
    typeof error?.request_id === 'string' ? error.request_id : answer?.headers.get('x-request-id')
  return new Problem(
    typeof error?.code === 'string' ? error.code : 'UNKNOWN',
    message,
    status,
    requestId ?? undefined,
  )
}

async function readJson(answer: Response): Promise<unknown> {
  const text = await answer.text()
  try {
    return text ? JSON.parse(text) : null
  } catch {
    if (answer.ok)
      throw new Problem('UNREADABLE', 'The server sent something that is not JSON. Try again.', answer.status)
    return null
  }
}
