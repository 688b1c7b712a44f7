/** The whole suite in every runtime, against one real server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle, COMMANDS, run, startWorkerd } from './runtimes.ts'
import { openStage, type Stage } from './stage.ts'
import { CASES, type Outcome } from './suite/cases.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const SUITE_MS = 300_000
const NONE_FAILED = Object.keys(CASES).map((name) => ({ name, error: null }))

let stage: Stage
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'metrone-suite-'))
  await bundle(here('suite/program.ts'), join(folder, 'program.mjs'))
  await bundle(here('suite/worker.ts'), join(folder, 'worker.mjs'))
  stage = await openStage(NONE_FAILED.length * (Object.keys(COMMANDS).length + 1))
}, SUITE_MS)

afterAll(async () => {
  await stage?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe.each(Object.entries(COMMANDS))('%s', (_, command) => {
  test(
    'every case of the suite holds',
    async () => {
      const { lines, errors } = await run([...command(), join(folder, 'program.mjs'), stage.origin], SUITE_MS)
      const outcomes: Outcome[] = lines.map((line) => JSON.parse(line))
      expect(outcomes, errors).toEqual(NONE_FAILED)
    },
    SUITE_MS,
  )

  test('a process ends by itself while events wait', async () => {
    const program = `import { MetroneServer } from './index.mjs'
new MetroneServer({ apiKey: 'metrone_live_${'0'.repeat(32)}', endpoint: 'http://127.0.0.1:9', flushIntervalMs: 600000 }).track('waits')
console.log('end')`
    writeFileSync(join(folder, 'index.mjs'), readFileSync(here('../dist/index.js')))
    writeFileSync(join(folder, 'ends.mjs'), program)
    const { code, lines } = await run([...command(), join(folder, 'ends.mjs')], 30_000)
    expect([code, lines]).toEqual([0, ['end']])
  }, 60_000)
})

describe('workerd', () => {
  test(
    'every case of the suite holds',
    async () => {
      const workerd = await startWorkerd(readFileSync(join(folder, 'worker.mjs'), 'utf8'))
      try {
        const outcomes: Outcome[] = []
        for (const name of Object.keys(CASES)) {
          const query = new URLSearchParams({ stage: stage.origin, case: name })
          const answer = await fetch(`${workerd.origin}/?${query}`)
          outcomes.push((await answer.json()) as Outcome)
        }
        expect(outcomes, workerd.errors.join('')).toEqual(NONE_FAILED)
      } finally {
        await workerd.stop()
      }
    },
    SUITE_MS,
  )
})
