import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MOST_INITIAL_BYTES = 180 * 1024
// Namespaces and the addresses of error messages: text that no browser ever asks for.
const INERT = [/^http:\/\/www\.w3\.org\//, /^https:\/\/react\.dev\/errors\//, /^https:\/\/tanstack\.com\//]

const root = join(import.meta.dirname, '..')
const out = mkdtempSync(join(tmpdir(), 'dashboard-'))
const read = (name: string) => readFileSync(join(out, name), 'utf8')
const assets = (ending: string) => readdirSync(join(out, 'assets')).filter((name) => name.endsWith(ending))

beforeAll(async () => {
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    mode: 'production',
    build: { outDir: out },
  })
  process.env.NODE_ENV = NODE_ENV
})
afterAll(() => rmSync(out, { recursive: true }))

test('the scripts that the page starts with stay within the budget', () => {
  const initial = [...read('index.html').matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
    ([, name]) => name as string,
  )
  const all = new Set(initial)
  for (const name of initial)
    for (const [, file] of read(name).matchAll(/(?:^|;)import[^"'()]*["']\.\/([^"']+\.js)["']/g))
      all.add(`assets/${file}`)
  const bytes = [...all].reduce((sum, name) => sum + gzipSync(readFileSync(join(out, name))).length, 0)
  expect(bytes).toBeGreaterThan(50 * 1024)
  expect(bytes).toBeLessThanOrEqual(MOST_INITIAL_BYTES)
})

test('no built file names another host', () => {
  const foreign = [
    'index.html',
    ...assets('.js').map((name) => `assets/${name}`),
    ...assets('.css').map((name) => `assets/${name}`),
  ]
    .flatMap(
      (name) => read(name).match(/(?:https?:|wss?:)?\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+[^"'`\s)]*/gi) ?? [],
    )
    .filter((address) => !INERT.some((known) => known.test(address)))
  expect(foreign).toEqual([])
})

test('the page has nothing that a strict content policy refuses', () => {
  const html = read('index.html')
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i)
  for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
    expect(attributes).toContain('src="/assets/')
    expect(body).toBe('')
  }
  expect(html).toContain('id="react-aria-pressable-style"')
})

test('assets carry a hash in their name and the mock stays out', () => {
  for (const name of [...assets('.js'), ...assets('.css'), ...assets('.svg')])
    expect(name).toMatch(/-[\w-]{8}\.\w+$/)
  for (const name of assets('.js')) expect(read(`assets/${name}`)).not.toContain('Acme Voice')
})
