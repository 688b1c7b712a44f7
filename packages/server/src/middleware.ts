/**
 * AI agents run no JavaScript, so no tracker sees them: these two watch the requests of a server instead, and send a
 * pageview for each page that an agent fetches. People's requests are not looked at, and no request is ever held up.
 */
import { isAgent } from './agents.ts'
import type { FlushResult } from './delivery.ts'
import { MetroneValidationError } from './errors.ts'
import type { EventContext } from './event.ts'

/** The part of MetroneServer that is needed. */
export interface AgentTracker {
  pageview(url: string, title?: string, context?: EventContext): void
  flush(): Promise<FlushResult>
}

export interface AgentOptions {
  /** Your site, such as `https://yoursite.com`, where the request does not tell it: behind a proxy, for instance. */
  origin?: string | undefined
}

/** What is read of a request of Node's `http`, Connect or Express. */
export interface NodeRequest {
  method?: string | undefined
  url?: string | undefined
  /** Express: the whole path, also in a mounted router. */
  originalUrl?: string | undefined
  /** Express: knows of trusted proxies. */
  protocol?: string | undefined
  headers: Record<string, string | string[] | undefined>
}

/** What is read of an answer of Node's `http`, Connect or Express. */
export interface NodeResponse {
  statusCode: number
  once(event: 'finish' | 'close', listener: () => void): unknown
}

export interface FetchOptions extends AgentOptions {
  /** The context of a Cloudflare Worker or an edge function: keeps it alive until the event is sent. */
  context?: { waitUntil(promise: Promise<unknown>): void } | undefined
  /** When the request came, by `Date.now()`; tells how long the answer took. */
  startedAt?: number | undefined
}

/** Files that belong to a page and are none. */
const ASSET =
  /\.(?:css|m?js|json|map|wasm|png|jpe?g|gif|svg|webp|avif|ico|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|mov)$/i

/** `app.use(agentMiddleware(metrone))` for Express, Connect and everything of their form. Throws where `origin` is none. */
export function agentMiddleware(
  metrone: AgentTracker,
  options: AgentOptions = {},
): (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => void {
  if (options.origin !== undefined && !/^https?:\/\/[^/]/.test(options.origin))
    throw new MetroneValidationError('INVALID_CONFIG', 'The origin must be one such as https://yoursite.com.')
  return (request, response, next) => {
    try {
      watch(metrone, options, request, response)
    } catch {
      // Whatever is odd about this request, the application answers it.
    }
    next()
  }
}

function watch(
  metrone: AgentTracker,
  options: AgentOptions,
  request: NodeRequest,
  response: NodeResponse,
): void {
  const userAgent = request.headers['user-agent']
  if (Array.isArray(userAgent) || !isAgent(userAgent)) return
  const origin = options.origin ?? `${request.protocol ?? 'http'}://${request.headers.host}`
  const url = pageOf(request.method, request.originalUrl ?? request.url ?? '/', origin)
  if (!url) return
  const startedAt = Date.now()
  let isTold = false
  // `close` alone comes where the agent hangs up before the end.
  const tell = (): void => {
    if (isTold) return
    isTold = true
    const properties = {
      agent_capture: 'server',
      status_code: response.statusCode,
      response_ms: Date.now() - startedAt,
    }
    metrone.pageview(url, undefined, { userAgent, properties })
  }
  response.once('finish', tell)
  response.once('close', tell)
}

/**
 * For runtimes whose servers take a `Request` and give a `Response`: tells of the request if it is an AI agent's. Gives
 * whether it was. Nothing of either is consumed.
 */
export function trackAgentRequest(
  metrone: AgentTracker,
  request: Pick<Request, 'method' | 'url'> & { headers: Pick<Headers, 'get'> },
  response?: Pick<Response, 'status'>,
  { origin, context, startedAt }: FetchOptions = {},
): boolean {
  try {
    const userAgent = request.headers.get('user-agent')
    if (!isAgent(userAgent)) return false
    const address = new URL(request.url)
    const url = pageOf(request.method, address.pathname + address.search, origin ?? address.origin)
    if (!url) return false
    const properties = {
      agent_capture: context ? 'edge' : 'server',
      ...(response && { status_code: response.status }),
      ...(startedAt !== undefined && { response_ms: Date.now() - startedAt }),
    }
    metrone.pageview(url, undefined, { userAgent, properties })
    context?.waitUntil(metrone.flush().catch(() => {}))
    return true
  } catch {
    return false
  }
}

/** The address of the page that a request asks for; nothing where it asks for none. */
function pageOf(method: string | undefined, path: string, origin: string): string | undefined {
  if (method !== 'GET' || !path.startsWith('/')) return undefined
  // Joined as texts: resolved as addresses, `//evil.example` and `/\\evil.example` would lead to that host.
  const url = new URL(new URL(origin).origin + path)
  return ASSET.test(url.pathname) ? undefined : url.href
}
