/** The TypeScript of docs/mcp.md, type-checked and run against the real server. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Metrone, startMetrone, VIEWS } from './metrone.ts'

const PAGE = fileURLToPath(new URL('../../../docs/mcp.md', import.meta.url))
/** Within the package, where imports of the protocol's client are found. */
const FOLDER = fileURLToPath(new URL('../dist/page/', import.meta.url))
const TSC = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url))
const BLOCKS = [...readFileSync(PAGE, 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  (match) => match[1] ?? '',
)

let metrone: Metrone

beforeAll(async () => {
  metrone = await startMetrone()
  mkdirSync(FOLDER, { recursive: true })
})

afterAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true })
  await metrone?.stop()
})

test('the page has TypeScript', () => expect(BLOCKS).toHaveLength(1))

test.each(BLOCKS.map((text, index) => [index, text] as const))(
  'block %i type-checks and runs',
  async (index, text) => {
    const file = `${FOLDER}block-${index}.ts`
    const filled = text
      .replaceAll('https://data.yoursite.com', metrone.origin)
      .replaceAll('metrone_live_YOUR_API_KEY', metrone.keys.full)
    writeFileSync(file, filled)
    const config = { extends: '../../tsconfig.json', include: ['*.ts'] }
    writeFileSync(`${FOLDER}tsconfig.json`, JSON.stringify(config))
    execFileSync(TSC, ['--project', FOLDER], { stdio: 'inherit' })
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    await import(/* @vite-ignore */ file)
    expect(log.mock.calls).toEqual([[expect.objectContaining({ pageviews: VIEWS })]])
    log.mockRestore()
  },
)
