/** The server's side of the page for development: `npm run dev`. A cookie `mock=` chooses what it plays. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { answerAccount } from './account.ts'
import { answer, type Query } from './answers.ts'
import { answerSettings } from './settings.ts'
import { answerShare } from './shares.ts'
import { makeWorld } from './world.ts'

/** full (default), empty (fills itself after a while), error, out (signed out), hostile, slow. */
export const SCENES = ['full', 'empty', 'error', 'out', 'hostile', 'slow'] as const
export type Scene = (typeof SCENES)[number]

const DEFINITION =
  'Distinct people in the period. Over several days a visitor without cookies counts once a day.'
/** The server has more; these are enough to see one open and the others closed. */
const SNIPPETS = {
  origin: 'https://data.yoursite.com',
  snippets: [
    {
      name: 'script',
      title: 'Script tag',
      text: '<script defer src="https://data.yoursite.com/m.js" data-key="metrone_live_YOUR_WRITE_KEY"></script>',
    },
    { name: 'react', title: 'React', text: "const config = { endpoint: 'https://data.yoursite.com' }" },
  ],
}
const PLATFORMS = [
  { name: 'vapi', title: 'Vapi', signed_with: "the credential's token or secret key" },
  { name: 'intercom', title: 'Intercom', signed_with: "the app's client secret" },
]
const SLOW_MS = 60_000
const STREAM_MS = 3_000
const error = (status: number, code: string, message: string) => ({
  error: { code, message, status, request_id: 'req_7f3a91_c20b' },
})

/** Status and body for one request of the page; shared by the dev server and the tests. */
export function respond(
  scene: Scene,
  path: string,
  method: string,
  body: unknown,
  now: number,
  share = '',
): [number, unknown] {
  if (path === '/app/session' && method === 'GET' && scene === 'out')
    return [401, error(401, 'MISSING_API_KEY', 'Nobody is signed in.')]
  if (path === '/app/session' && method === 'GET') return [200, sessionOf(scene)]
  if (path === '/app/session' && method === 'POST')
    return (body as { token?: string })?.token === 'good'
      ? [200, {}]
      : [401, error(401, 'INVALID_API_KEY', 'This link was used already or is too old.')]
  if (path === '/app/session') return [200, {}]
  if (/^\/app\/(account|orgs)/.test(path)) return answerAccount(path, scene !== 'out', body)
  if (path.startsWith('/app/shares/')) return answerShare(path, body, share)
  if (path.startsWith('/app/projects/')) return answerSettings(path, method, now)
  if (path === '/app/metrics')
    return [200, { unique_visitors: { title: 'Visitors', definition: DEFINITION, unit: 'count' } }]
  if (path === '/app/snippets') return [200, SNIPPETS]
  if (path === '/app/platforms') return [200, PLATFORMS]
  if (path !== '/v1/api/query') return [404, error(404, 'NOT_FOUND', 'There is no such endpoint.')]
  if (scene === 'error')
    return [
      500,
      error(
        500,
        'INTERNAL_ERROR',
        'Something failed on our side. Send again; if it stays, report the request_id.',
      ),
    ]
  const world = scene === 'empty' ? [] : worldOf(scene, now)
  const results = (body as { queries: Query[] }).queries.map((query) => ({
    type: query.type,
    ok: true,
    data: answer(query, world, now),
  }))
  return [200, { results }]
}

const worlds = new Map<string, ReturnType<typeof makeWorld>>()
function worldOf(scene: Scene, now: number) {
  const key = `${scene === 'hostile'} ${Math.floor(now / 60_000)}`
  const world = worlds.get(key) ?? makeWorld(now, scene === 'hostile')
  worlds.set(key, world)
  return world
}

function sessionOf(scene: Scene) {
  const name = scene === 'hostile' ? '<b>Acme</b> \u202Eevil\u202C '.repeat(20) : 'Acme Voice'
  return {
    projects: [{ id: 'prj_1', name, domain: 'acme.example', timezone: 'Europe/Berlin' }],
    csrf: 'c5rf',
    has_account: true,
  }
}

/** Vite middleware for `vite` and `vite preview`; it is not there in a build. */
export function mockServer(): Plugin {
  return {
    name: 'mock-server',
    configureServer: ({ middlewares }) => void middlewares.use(handle),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(handle),
  }
}

function handle(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const path = (request.url ?? '').split('?')[0] as string
  if (path === '/v1/api/stream') stream(response)
  else if (path.startsWith('/v1/') || path.startsWith('/app/')) void serve(request, response, path)
  else next()
}

async function serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body: unknown = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : null
  const scene = (/mock=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'full') as Scene
  if (scene === 'slow' && path === '/v1/api/query')
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
  const [status, answer] = respond(scene, path, request.method ?? 'GET', body, Date.now(), shareOf(request))
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
}

function shareOf({ headers }: IncomingMessage): string {
  return String(headers['x-metrone-share'] ?? '')
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  const event = JSON.stringify({ event_type: 'pageview', page_path: '/', visitor_type: 'human' })
  const timer = setInterval(() => response.write(`data: ${event}\n\n`), STREAM_MS)
  response.on('close', () => clearInterval(timer))
}
