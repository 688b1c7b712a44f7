/** What is published: its exports, that nothing private is in it, and that it compiles and runs in a project that has nothing else. */
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { complaints } from './compiler.ts'
import { ROOT } from './running.ts'
import { run } from './runtimes.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(PACKAGE, 'dist')
/** Ten times the browser's budget; a server loads it once. */
const MAX_GZIP_BYTES = 16_000

const EXPORTS = [
  'MetroneAuthError',
  'MetroneError',
  'MetroneNetworkError',
  'MetroneRateLimitError',
  'MetroneServer',
  'MetroneServerError',
  'MetroneTimeoutError',
  'MetroneValidationError',
  'agentMiddleware',
  'trackAgentRequest',
]

const USER = `import { type FlushResult, MetroneError, MetroneServer, type Stats, trackAgentRequest } from '@metrone-io/server'

const metrone = new MetroneServer({ apiKey: 'metrone_live_${'0'.repeat(32)}', onError: (error, lost) => console.log(error.code, lost[0]?.event_type) })
metrone.pageview('https://yoursite.com/', 'Home', { userId: 'u' })
metrone.trackAICall({ call_id: 'c', provider: 'vapi', anything: [1] })
metrone.trackAIChat({ sessionId: 's', messageCount: 2 })
export async function use(signal: AbortSignal): Promise<number> {
  const result: FlushResult = await metrone.flush().catch((error: unknown) => {
    if (error instanceof MetroneError && error.result) return error.result
    throw error
  })
  const stats: Stats = await metrone.getStats({ days: 7, filters: [['is', 'page', '/']] }, { signal })
  const [one, two] = await metrone.query([{ type: 'pages' }, { type: 'breakdown', params: { dimension: 'page' } }])
  if (one.ok) console.log(one.data.data[0]?.page_path)
  if (!two.ok) console.log(two.error.code)
  for await (const event of metrone.stream({ signal })) console.log(event.properties)
  return result.sent + stats.pageviews + (stats.revenue.USD ?? 0)
}
export const serve = (request: Request): boolean => trackAgentRequest(metrone, request, new Response())
// @ts-expect-error the key is required
new MetroneServer({})
// @ts-expect-error no such read
void metrone.query([{ type: 'nonsense' }])
`

const EXPRESS = `import express from 'express'
import { agentMiddleware, MetroneServer } from '@metrone-io/server'
express().use(agentMiddleware(new MetroneServer('metrone_live_${'0'.repeat(32)}')))
`

let project: string

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'metrone-bare-'))
  const npm = (...args: string[]): string =>
    execFileSync('npm', [...args, '--silent', '--ignore-scripts'], { cwd: project, encoding: 'utf8' })
  writeFileSync(join(project, 'package.json'), '{"name": "bare", "private": true, "type": "module"}')
  const [packed] = JSON.parse(npm('pack', PACKAGE, '--json')) as { filename: string }[]
  npm('install', '--offline', '--no-audit', '--no-fund', `./${packed?.filename}`)
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

test('the tarball runs in a bare project, and exports what it promises', async () => {
  const program = `import * as metrone from '@metrone-io/server'
console.log(JSON.stringify(Object.keys(metrone).sort()))
for (const key of [undefined, '', 'metrone_live_short'])
  try { new metrone.MetroneServer({ apiKey: key }) } catch (error) { console.log(error.name + ': ' + error.message) }`
  writeFileSync(join(project, 'run.mjs'), program)
  const { lines, errors } = await run([process.execPath, join(project, 'run.mjs')])
  const missing = 'Metrone needs an API key: new MetroneServer({ apiKey: "metrone_live_…" }).'
  const malformed =
    'This is no Metrone API key: it must be metrone_live_ or metrone_test_ and 32 characters 0-9 a-f.'
  const sentences = [missing, missing, malformed].map((sentence) => `MetroneValidationError: ${sentence}`)
  expect(lines, errors).toEqual([JSON.stringify(EXPORTS), ...sentences])
})

test.each([
  ['under Node, without the DOM', { lib: ['ES2022'], types: ['node'] }],
  ['for bundlers', { lib: ['ES2022'], types: ['node'], module: 'ESNext', moduleResolution: 'Bundler' }],
  ['with the DOM, without Node', { lib: ['ES2022', 'DOM'], types: [] }],
])('the tarball compiles strictly %s', async (_, options) => {
  linkTypes()
  writeFileSync(join(project, 'user.ts'), USER)
  expect(await complaints(project, options)).toEqual([])
})

test('the middleware is one of Express by its types', async () => {
  linkTypes()
  writeFileSync(join(project, 'app.ts'), EXPRESS)
  expect(await complaints(project, { lib: ['ES2022'], types: ['node'], skipLibCheck: true })).toEqual([])
})

test('it depends on nothing, and nothing private is in it', () => {
  const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'))
  for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies', 'private'])
    expect(manifest[field], field).toBeUndefined()
  const files = readdirSync(join(project, 'node_modules/@metrone-io/server'), { recursive: true }).map(String)
  expect(
    files.filter((name) => !/^(package\.json|README\.md|LICENSE|dist|dist\/[\w-]+\.(js|d\.ts))$/.test(name)),
  ).toEqual([])
  for (const name of readdirSync(DIST)) {
    const text = readFileSync(join(DIST, name), 'utf8')
    expect(text, name).not.toMatch(/@metrone-io\/core|from '\.\/[\w-]+\.ts'|\bnode:|__VERSION__/)
  }
})

test('its size stays in bounds', () => {
  expect(gzipSync(readFileSync(join(DIST, 'index.js')), { level: 9 }).length).toBeLessThan(MAX_GZIP_BYTES)
})

/** The types of Node and Express, which users bring themselves. */
function linkTypes(): void {
  const types = join(project, 'node_modules/@types')
  rmSync(types, { recursive: true, force: true })
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules/@types'), types)
}
