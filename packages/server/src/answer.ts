/** One request and what became of it: an answer's JSON, or the typed error that it stands for. Tries once. */
import type { Settings } from './config.ts'
import {
  type ErrorFacts,
  MetroneAuthError,
  MetroneError,
  MetroneNetworkError,
  MetroneRateLimitError,
  MetroneServerError,
  MetroneTimeoutError,
  MetroneValidationError,
} from './errors.ts'
import { SDK_VERSION } from './event.ts'

export interface Question {
  /** Below the endpoint, with its query. */
  path: string
  /** A JSON text to post; without it the request is a GET. */
  body?: string | undefined
  headers?: Record<string, string> | undefined
  /** The caller's: its abort is thrown on as it is. */
  signal?: AbortSignal | undefined
}

type Fields = Record<string, unknown>

/** Sends one request and gives the JSON of its answer. Throws MetroneError, or the reason of the caller's abort. */
export async function ask(settings: Settings, question: Question): Promise<unknown> {
  const link = follow(question.signal)
  try {
    return await inTime(settings, link, async () => {
      const response = await send(settings, question, link.cut.signal)
      return readJson(await response.text(), response.status)
    })
  } finally {
    link.release()
  }
}

/** Sends one request and gives the answer as soon as its status is known, its body still open. Throws as {@link ask}. */
export function open(settings: Settings, question: Question, link: Link): Promise<Response> {
  return inTime(settings, link, () => send(settings, question, link.cut.signal))
}

/** Ends a request when its caller says so, until it is released from them. */
export interface Link {
  cut: AbortController
  caller: AbortSignal | undefined
  release: () => void
}

export function follow(caller: AbortSignal | undefined): Link {
  const cut = new AbortController()
  const stop = (): void => cut.abort(caller?.reason)
  if (caller?.aborted) stop()
  caller?.addEventListener('abort', stop)
  return { cut, caller, release: () => caller?.removeEventListener('abort', stop) }
}

/** Runs `work` for `timeoutMs` at most, and names what it fails of. */
async function inTime<T>({ timeoutMs }: Settings, { cut, caller }: Link, work: () => Promise<T>): Promise<T> {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    cut.abort()
  }, timeoutMs)
  try {
    return await work()
  } catch (error) {
    if (error instanceof MetroneError) throw error
    if (caller?.aborted) throw caller.reason
    if (isLate)
      throw new MetroneTimeoutError('TIMEOUT', `No answer within ${timeoutMs} ms.`, { cause: error })
    throw noConnection(error)
  } finally {
    clearTimeout(timer)
  }
}

async function send(
  settings: Settings,
  { path, body, headers }: Question,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(settings.endpoint + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'X-Api-Key': settings.apiKey,
      'User-Agent': SDK_VERSION,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    // A redirect would carry the key to another host, and make a POST a GET.
    redirect: 'manual',
    signal,
    ...(body !== undefined && { body }),
  })
  if (!response.ok) throw readError(response.status, response.headers, await response.text())
  return response
}

/** The error that a refused request stands for. `text` may be anything: proxies answer in HTML. */
export function readError(status: number, headers: Pick<Headers, 'get'>, text: string): MetroneError {
  const body = parse(text)
  const told = asFields(asFields(body).error)
  const facts: ErrorFacts = {
    status,
    requestId: asText(told.request_id) ?? headers.get('X-Request-Id') ?? undefined,
    retryAfterMs: readWait(asFields(body).retry_after_ms, headers.get('Retry-After')),
    index: asNumber(told.index),
    field: asText(told.field),
  }
  const Kind = kindOf(status)
  const isRedirect = status >= 300 && status < 400
  const message = isRedirect
    ? `The endpoint answered with a redirect (${status}), and redirects are not followed. Set endpoint to the address it leads to.`
    : (asText(told.message) ?? `The server answered ${status}.`)
  return new Kind(asText(told.code) ?? 'UNEXPECTED_ANSWER', message, facts)
}

function kindOf(status: number): typeof MetroneError {
  if (status === 401 || status === 403) return MetroneAuthError
  if (status === 429) return MetroneRateLimitError
  return status >= 400 && status < 500 ? MetroneValidationError : MetroneServerError
}

/** Milliseconds: of the body's number, else of the header's seconds or date. */
function readWait(ms: unknown, header: string | null): number | undefined {
  const told = asNumber(ms)
  if (told !== undefined) return Math.max(0, told)
  if (!header) return undefined
  const seconds = Number(header)
  const wait = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

function readJson(text: string, status: number): unknown {
  const body = parse(text)
  if (body === undefined)
    throw new MetroneServerError(
      'UNEXPECTED_ANSWER',
      `What answered (${status}) is no Metrone server: no JSON came.`,
      { status },
    )
  return body
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function noConnection(error: unknown): MetroneNetworkError {
  const { cause, message } = error as { cause?: { code?: unknown }; message?: unknown }
  const reason = asText(cause?.code) ?? asText(message) ?? 'no reason given'
  return new MetroneNetworkError('NETWORK', `No connection to the server: ${reason}.`, { cause: error })
}

export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined
}
