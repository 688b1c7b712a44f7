/** The package as it is published: packed, installed in a bare project, type-checked, bundled and run there. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { minify } from 'terser'
import { afterAll, beforeAll, expect, test } from 'vitest'

const SDK = fileURLToPath(new URL('..', import.meta.url))
const TSC = fileURLToPath(
  new URL('bin/tsc', pathToFileURL(createRequire(import.meta.url).resolve('typescript/package.json'))),
)
const KEY = `metrone_live_${'0'.repeat(32)}`
const APP = `
import Standard, { Metrone, type AnalyticsConfig, type AnalyticsError, type FlushResult } from '@metrone-io/sdk'
import { trackPageviews } from '@metrone-io/sdk/pageviews'

const lost: AnalyticsError[] = []
const config: AnalyticsConfig = { apiKey: '${KEY}', autoTrackSPA: true, onError: (error) => lost.push(error) }
const metrone: Metrone = new Metrone(config)
metrone.trackAICall({ callId: 'a', duration: 1 })
metrone.trackAICall({ call_id: 'a', provider: 'vapi' })
// @ts-expect-error A number is no name.
metrone.track(7)
// @ts-expect-error There is no such option, and a slip in a name is found.
new Standard({ apiKey: '${KEY}', autotrack: true })
export const result: Promise<FlushResult> = metrone.flush()
export const stop: () => void = trackPageviews('${KEY}')
`

const project = mkdtempSync(join(tmpdir(), 'metrone-sdk-'))
const installed = join(project, 'node_modules/@metrone-io/sdk')
const run = (command: string, args: string[], cwd = project): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** What an application ships that holds nothing but `code`. */
async function bundle(code: string): Promise<string> {
  writeFileSync(join(project, 'entry.js'), code)
  const build = await rolldown({ input: join(project, 'entry.js'), cwd: project })
  const { output } = await build.generate({ format: 'es', minify: true })
  await build.close()
  expect(output[0].imports).toEqual([])
  return (await minify(output[0].code, { module: true })).code ?? ''
}

const sizeOf = (code: string): number => gzipSync(code, { level: 9 }).length

beforeAll(() => {
  run('npm', ['pack', '--silent', '--pack-destination', project], SDK)
  writeFileSync(join(project, 'package.json'), '{ "name": "bare", "private": true, "type": "module" }')
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz')) as string
  run('npm', ['install', '--offline', '--silent', '--no-audit', '--no-fund', `./${tarball}`])
})

afterAll(() => {
  rmSync(project, { recursive: true, force: true })
})

test('the package holds what it exports and nothing else', () => {
  expect(readdirSync(join(installed, 'dist')).sort()).toEqual([
    'index.d.ts',
    'index.js',
    'metrone.d.ts',
    'pageviews.d.ts',
    'pageviews.js',
    'types.d.ts',
  ])
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect(manifest.dependencies).toBeUndefined()
  expect(manifest.sideEffects).toBe(false)
})

test('nothing names the private core', () => {
  for (const name of readdirSync(join(installed, 'dist')))
    expect(readFileSync(join(installed, 'dist', name), 'utf8'), name).not.toMatch(/@metrone-io\/core|\.ts'/)
})

test('the names that are exported stay what they are', async () => {
  const read = (name: string) => import(pathToFileURL(join(installed, 'dist', name)).href)
  const main = await read('index.js')
  expect(Object.keys(main).sort()).toEqual(['Metrone', 'default'])
  expect(main.default).toBe(main.Metrone)
  expect(Object.keys(await read('pageviews.js'))).toEqual(['trackPageviews'])
  expect(Object.keys(new main.Metrone(KEY)).sort()).toEqual([
    'campaign',
    'conversion',
    'destroy',
    'flush',
    'getSessionId',
    'interaction',
    'optOut',
    'pageview',
    'productView',
    'track',
    'trackAICall',
    'trackAIChat',
    'trackAIIntent',
    'trackAISession',
  ])
})

test.each([
  ['bundler', 'esnext'],
  ['nodenext', 'nodenext'],
])('an application compiles with moduleResolution %s', (resolution, module) => {
  writeFileSync(join(project, 'app.ts'), APP)
  const options = ['--strict', '--noEmit', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false']
  const target = ['--target', 'es2022', '--lib', 'es2022,dom']
  run(process.execPath, [
    TSC,
    ...options,
    ...target,
    '--module',
    module,
    '--moduleResolution',
    resolution,
    'app.ts',
  ])
})

test('an application that takes everything ships three kilobytes, pageviews alone two, nothing none', async () => {
  const everything = await bundle(
    `import { Metrone } from '@metrone-io/sdk'; globalThis.metrone = new Metrone('${KEY}')`,
  )
  const pageviews = await bundle(
    `import { trackPageviews } from '@metrone-io/sdk/pageviews'; trackPageviews('${KEY}')`,
  )
  const nothing = await bundle(`import { Metrone } from '@metrone-io/sdk'; console.log('no')`)
  // Two hundred bytes for what calls it, its key among them.
  expect(sizeOf(everything)).toBeLessThanOrEqual(3072 + 200)
  expect(sizeOf(pageviews)).toBeLessThanOrEqual(2048)
  expect(nothing).not.toContain('metrone')
})

test('it runs where it was installed', () => {
  const code = `import Metrone from '@metrone-io/sdk'
    const metrone = new Metrone('${KEY}')
    metrone.track('x')
    console.log(JSON.stringify(await metrone.flush()))`
  expect(JSON.parse(run(process.execPath, ['--input-type=module', '-e', code]))).toEqual({
    sent: 0,
    failed: 0,
    waiting: 0,
  })
})
