/** The examples in contract/: each error becomes its class, each answer fits its type, each write has the contract's shape. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import {
  MetroneAuthError,
  MetroneError,
  MetroneRateLimitError,
  MetroneServer,
  MetroneServerError,
  MetroneValidationError,
} from '../src/index.ts'
import { complaints } from './compiler.ts'
import { ROOT } from './running.ts'
import { withScratch } from './scratch.ts'

interface Example {
  request: { method: string; path: string; headers: Record<string, string>; body?: unknown }
  response: { status: number; headers: Record<string, string>; body: Record<string, unknown> }
}

interface Seen {
  method: string | undefined
  path: string | undefined
  headers: IncomingHttpHeaders
  body: unknown
}

const KEY = `metrone_live_${'1'.repeat(32)}`

function examples(folder: string): [string, Example][] {
  const names = readdirSync(join(ROOT, 'contract', folder)).filter((name) => name.endsWith('.json'))
  return names.map((name) => [
    name.replace('.json', ''),
    JSON.parse(readFileSync(join(ROOT, 'contract', folder, name), 'utf8')),
  ])
}

let server: Server | undefined
afterEach(() => server?.close())

/** A server that gives one example's response to everything, and a client of it; what it saw is in `seen`. */
async function replay({ response }: Example): Promise<{ metrone: MetroneServer; seen: Seen[] }> {
  const seen: Seen[] = []
  server = createServer(async (request, answer) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url: path, headers } = request
    seen.push({ method, path, headers, body: JSON.parse(Buffer.concat(chunks).toString() || 'null') })
    answer.writeHead(response.status, response.headers).end(JSON.stringify(response.body))
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { metrone: new MetroneServer({ apiKey: KEY, endpoint, maxRetries: 0 }), seen }
}

const CLASSES: Record<string, typeof MetroneError> = {
  MISSING_API_KEY: MetroneAuthError,
  INVALID_API_KEY: MetroneAuthError,
  FORBIDDEN: MetroneAuthError,
  RATE_LIMITED: MetroneRateLimitError,
  QUOTA_EXCEEDED: MetroneRateLimitError,
  WRITE_FAILED: MetroneServerError,
  INTERNAL_ERROR: MetroneServerError,
}

test.each(examples('errors'))('%s becomes its class', async (code, example) => {
  const { metrone } = await replay(example)
  const error = await metrone.getStats().catch((thrown) => thrown)
  const told = example.response.body.error as Record<string, unknown>
  expect(error).toBeInstanceOf(CLASSES[code] ?? MetroneValidationError)
  expect(error).toBeInstanceOf(MetroneError)
  expect(error).toMatchObject({
    code,
    message: told.message,
    status: told.status,
    requestId: told.request_id,
  })
  expect(error.retryAfterMs).toBe(example.response.body.retry_after_ms)
  expect(error.index).toBe(told.index)
})

test.each(examples('errors'))('%s stops a flush, or refuses the event', async (_, example) => {
  const { metrone } = await replay(example)
  metrone.track('signup')
  const thrown = await metrone.flush().catch((error) => error)
  const result = thrown instanceof MetroneError ? thrown.result : thrown
  const { status } = example.response
  const isTemporary = status === 429 || status >= 500
  expect(thrown instanceof MetroneError).toBe(![400, 413].includes(status))
  expect([result.sent, result.failed.length, result.waiting]).toEqual(isTemporary ? [0, 0, 1] : [0, 1, 0])
})

test.each(examples('writes'))('the answer to %s is understood', async (_, example) => {
  const { metrone, seen } = await replay(example)
  const { accepted, duplicates } = example.response.body as { accepted: number; duplicates: number }
  for (let index = 0; index < accepted + duplicates; index++) metrone.track(`e${index}`)
  expect(await metrone.flush()).toEqual({ sent: accepted + duplicates, duplicates, failed: [], waiting: 0 })
  expect(seen).toHaveLength(1)
})

test('what is written has the shape of the contract', async () => {
  const [, example] = examples('writes').find(([name]) => name === 'batch') as [string, Example]
  const { metrone, seen } = await replay(example)
  metrone.pageview(
    'https://example.com/pricing?utm_source=news&utm_medium=email&utm_campaign=spring',
    'Pricing',
    { referrer: 'https://www.google.com/' },
  )
  const context = { pageUrl: 'https://example.com/checkout' }
  metrone.conversion('purchase', 69, { currency: 'USD', plan: 'growth' }, context)
  metrone.trackAICall({
    callId: 'call_abc123',
    provider: 'vapi',
    intent: 'book_appointment',
    outcome: 'completed',
    duration: 47,
    costUsd: 0.12,
  })
  await metrone.flush()
  const [sent] = seen
  const { method, path, headers, body } = example.request
  expect([sent?.method, sent?.path]).toEqual([method, path])
  expect(sent?.headers['x-api-key']).toBe(KEY)
  expect(sent?.headers['content-type']).toBe(headers['Content-Type'])
  expect(sent?.body).toMatchObject(body as object)
  for (const event of (sent?.body ?? []) as object[]) {
    const more = Object.keys(event).filter((name) => !documentedFields().has(name))
    expect(more).toEqual([])
  }
})

/** The fields of an event, from the table that the server's own test holds to the server. */
function documentedFields(): Set<string> {
  const page = readFileSync(join(ROOT, 'docs/events.md'), 'utf8')
  return new Set([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string))
}

test('every name of every tracking method is a documented field', async () => {
  const { CONTEXT_NAMES } = await import('../src/event.ts')
  const { DETAIL_NAMES } = await import('../src/ai.ts')
  for (const field of [...Object.values(CONTEXT_NAMES), ...Object.values(DETAIL_NAMES)])
    expect(documentedFields()).toContain(field)
})

test('every metric has a type', () => {
  const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| `\w+` \|.*\|.*\|.*\|$/.test(line))
  const names = rows.map((row) => /`(\w+)`/.exec(row)?.[1])
  const source = readFileSync(fileURLToPath(new URL('../src/reads.ts', import.meta.url)), 'utf8')
  const [, numbers = ''] = /interface Numbers \{(.*?)\n\}/s.exec(source) ?? []
  const [, metrics = ''] = /interface Metrics extends Numbers \{(.*?)\n\}/s.exec(source) ?? []
  const typed = [...`${numbers}${metrics}`.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)
  expect(typed.sort()).toEqual(names.sort())
})

/** The type of each read's answer; of the health answers and the like this package has none. */
const TYPES: [prefix: string, type: string][] = [
  ['stats', 'Stats'],
  ['filtered', 'Stats'],
  ['events', 'Events'],
  ['pages', 'Pages'],
  ['sources', 'Sources'],
  ['live', 'Live'],
  ['breakdown', 'Breakdown'],
  ['timeseries', 'Timeseries'],
  ['goals', 'Goals'],
  ['ai', 'AI'],
  ['interactions', 'Interactions'],
  ['interaction', 'InteractionDetail'],
  ['deliveries', 'Deliveries'],
  ['query', '{ results: QueryResult[] }'],
]

test('every answer fits its type, and no field of it is without one', async () => {
  const reads = examples('reads').filter(([name]) => !name.startsWith('health'))
  const lines = reads.map(([name, { response }], index) => {
    const type = TYPES.find(([prefix]) => name.startsWith(prefix))?.[1]
    expect(type, name).toBeDefined()
    // An unknown read in `query` is refused, and has no type to be of.
    const body = JSON.stringify(response.body).replace('"type":"nonsense"', '"type":"stats"')
    return `export const answer${index} = ${body} satisfies ${type}`
  })
  const names = [...TYPES.map(([, type]) => type).slice(0, -1), 'QueryResult']
  await withScratch(async (folder) => {
    writeFileSync(
      join(folder, 'answers.ts'),
      [`import type { ${[...new Set(names)].join(', ')} } from '@metrone-io/server'`, ...lines].join('\n'),
    )
    expect(await complaints(folder, { lib: ['ES2022', 'DOM'], types: [] })).toEqual([])
  })
})
