/** What is published: its names, its size, and that it compiles and runs in projects that have nothing else. */
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
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksOf, tsxBlocks } from './page.ts'

/** The whole package minified, without React and the SDK. */
const MAX_GZIP_BYTES = 1792

const here = fileURLToPath(new URL('..', import.meta.url))
const root = join(here, '../..')
const folder = mkdtempSync(join(tmpdir(), 'metrone-react-'))
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

const run = (program: string, args: string[], cwd: string): string => {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    throw new Error(`${args.join(' ')}: ${(error as { stdout: string }).stdout}${(error as Error).message}`)
  }
}

beforeAll(() => {
  for (const name of ['sdk', 'react'])
    run('npm', ['pack', '--silent', '--pack-destination', folder], join(root, 'packages', name))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** A project with the two tarballs and one React, each with its own types; nothing is fetched. */
function makeProject(react: 18 | 19, files: Record<string, string>): string {
  const project = join(folder, `on-${react}`)
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'package.json'), '{"type":"module","private":true}')
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps']
  run('npm', ['install', ...quiet, ...tarballs.map((name) => `../${name}`)], project)
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true })
  const modules = join(root, react === 18 ? 'tests/react18' : '', 'node_modules')
  for (const name of ['react', 'react-dom', '@types/react', '@types/react-dom'])
    symlinkSync(join(modules, name), join(project, 'node_modules', name))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text)
  return project
}

const USE = `
import { MetroneProvider, useAnalytics, useMetrone, withMetrone, type AnalyticsOptions, type MetroneActions, type MetroneProviderProps, type WithMetroneProps } from '@metrone-io/react'
import { Component, type ComponentType } from 'react'
const props: MetroneProviderProps = { config: { apiKey: 'metrone_live_x', respectGPC: true }, trackRouteChanges: true }
const options: AnalyticsOptions = { autoTrack: true, trackRouteChanges: true, eventPrefix: 'a_', properties: { a: 1 } }
class Old extends Component<WithMetroneProps & { label: string }> {
  render() { return <b>{this.props.label}</b> }
}
const Wrapped: ComponentType<{ label: string }> = withMetrone(Old)
function Inner() {
  const actions: MetroneActions = useMetrone()
  const { trackEvent, trackConversion, trackAICall, trackAIChat, trackAIIntent, trackAISession, flush } = useAnalytics(options)
  trackEvent('signup', { plan: 'growth' })
  trackConversion('purchase', 69, { plan: 'growth' })
  trackAICall({ call_id: 'c', provider: 'vapi', duration: 47, outcome: 'completed' })
  trackAICall({ callId: 'c', metadata: { a: 1 } })
  trackAIChat({ session_id: 's', message_count: 5, resolved: true })
  trackAIIntent({ intent: 'pricing', confidence: 0.9, source: 'voice' })
  trackAISession({ session_id: 's', action: 'start' })
  actions.trackPageView('/pricing', 'Pricing')
  const sent: Promise<{ sent: number }> = flush()
  // @ts-expect-error a name is a string
  trackEvent(5)
  // @ts-expect-error there is no such moment of a session
  trackAISession({ session_id: 's', action: 'pause' })
  return <p>{String(sent)}</p>
}
// @ts-expect-error a wrapped component keeps the props that it asks for
export const wrong = <Wrapped />
// @ts-expect-error a provider needs a config
export const bare = <MetroneProvider><Inner /></MetroneProvider>
export const app = <MetroneProvider {...props}><Inner /><Wrapped label="a" /></MetroneProvider>
`

const RUN = `
import { createElement, version } from 'react'
import { renderToString } from 'react-dom/server'
import { MetroneProvider, useMetrone } from '@metrone-io/react'
const Inner = () => createElement('p', null, typeof useMetrone().trackEvent)
const config = { apiKey: 'metrone_live_' + '0123456789abcdef'.repeat(2) }
console.log(version.split('.')[0], renderToString(createElement(MetroneProvider, { config }, createElement(Inner))))
`

const OPTIONS = {
  strict: true,
  noEmit: true,
  exactOptionalPropertyTypes: true,
  jsx: 'react-jsx',
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  skipLibCheck: false,
}

test.each([18, 19] as const)('the tarballs compile and run beside React %d and nothing else', (react) => {
  const project = makeProject(react, { 'use.tsx': USE, 'run.js': RUN, ...tsxBlocks() })
  // The snippets are written for bundlers, which need no endings in imports.
  for (const [module, include] of Object.entries({ NodeNext: ['use.tsx'], Preserve: ['*.tsx'] })) {
    const compilerOptions = { ...OPTIONS, module, types: [] }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }))
    run(process.execPath, [tsc, '-p', '.'], project)
  }
  expect(run(process.execPath, ['run.js'], project)).toBe(`${react} <p>function</p>\n`)
})

test('the documentation installs what is packed', () => {
  const names = readdirSync(folder).flatMap((name) => /^metrone-io-(\w+)-/.exec(name)?.[1] ?? [])
  expect(blocksOf('sh')).toEqual([`npm install ${names.map((name) => `@metrone-io/${name}`).join(' ')}\n`])
})

test('the package gives four names', async () => {
  expect(Object.keys(await import(join(here, 'dist/index.js'))).sort()).toEqual([
    'MetroneProvider',
    'useAnalytics',
    'useMetrone',
    'withMetrone',
  ])
})

test('nothing but the build is published, and nothing of it is private', () => {
  const tarball = readdirSync(folder).find((name) => name.startsWith('metrone-io-react')) as string
  const names = run('tar', ['-tzf', tarball], folder).trim().split('\n').sort()
  expect(names.filter((name) => !/^package\/dist\/\w+\.(js|d\.ts)$/.test(name))).toEqual([
    'package/package.json',
  ])
  for (const name of readdirSync(join(here, 'dist'))) {
    const text = readFileSync(join(here, 'dist', name), 'utf8')
    for (const [, module] of text.matchAll(/(?:from|import) ?\(?['"]([^'"]+)['"]/g))
      expect(module).toMatch(/^(react|react\/jsx-runtime|@metrone-io\/sdk|\.\/\w+\.js)$/)
  }
})

test('whoever bundles it decides what a development build is', () => {
  expect(readFileSync(join(here, 'dist/index.js'), 'utf8')).toContain('process.env.NODE_ENV')
})

test('server components may import it: it says that it is for clients', () => {
  expect(readFileSync(join(here, 'dist/index.js'), 'utf8')).toMatch(/^['"]use client['"]/)
})

test('the package stays small', async () => {
  const bundle = await rolldown({
    input: join(here, 'dist/index.js'),
    external: [/^react/, '@metrone-io/sdk'],
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  expect(gzipSync(output[0].code, { level: 9 }).length).toBeLessThanOrEqual(MAX_GZIP_BYTES)
})
