/** The whole suite in every runtime, against one real server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle, COMMANDS, run, startWorkerd } from './runtimes.ts'
import { openStage, type Stage } from './stage.ts'
import { GROUPS, type Group, type Outcome } from './suite/cases.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const SUITE_MS = 300_000
const RUNTIMES = [...Object.keys(COMMANDS), 'workerd']
const CASE_COUNT = Object.values(GROUPS).flatMap((cases) => Object.keys(cases)).length

let stage: Stage
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'metrone-suite-'))
  await bundle(here('suite/program.ts'), join(folder, 'program.mjs'))
  await bundle(here('suite/worker.ts'), join(folder, 'worker.mjs'))
  stage = await openStage(CASE_COUNT * RUNTIMES.length)
}, SUITE_MS)

afterAll(async () => {
  await stage?.stop()
  rmSync(folder, { recursive: true, force: true })
}, SUITE_MS)

/** Every case of a group must have passed. */
async function check(runtime: string, group: Group): Promise<void> {
  const expected = Object.keys(GROUPS[group]).map((name) => ({ name, error: null }))
  const { outcomes, errors } = await (runtime === 'workerd' ? runWorkerd(group) : runProgram(runtime, group))
  expect(outcomes, errors).toEqual(expected)
}

interface Report {
  outcomes: Outcome[]
  errors: string
}

async function runProgram(runtime: string, group: Group): Promise<Report> {
  const command = [...(COMMANDS[runtime]?.() ?? []), join(folder, 'program.mjs'), stage.origin, group]
  const { lines, errors } = await run(command, SUITE_MS)
  return { outcomes: lines.map((line) => JSON.parse(line)), errors }
}

async function runWorkerd(group: Group): Promise<Report> {
  const workerd = await startWorkerd(readFileSync(join(folder, 'worker.mjs'), 'utf8'))
  try {
    const outcomes: Outcome[] = []
    for (const name of Object.keys(GROUPS[group])) {
      const query = new URLSearchParams({ stage: stage.origin, case: name })
      outcomes.push((await (await fetch(`${workerd.origin}/?${query}`)).json()) as Outcome)
    }
    return { outcomes, errors: workerd.errors.join('') }
  } finally {
    await workerd.stop()
  }
}

// Most of the time the cases wait, so the runtimes go side by side.
describe.concurrent('every case holds', () => {
  test.each(RUNTIMES)('in %s', (runtime) => check(runtime, 'cases'), SUITE_MS)
})

describe('a server that is killed', () => {
  test.each(RUNTIMES)('in %s', (runtime) => check(runtime, 'crash'), SUITE_MS)
})

describe('a process ends by itself while events wait', () => {
  test.each(Object.entries(COMMANDS))('in %s', async (_, command) => {
    const config = `{ apiKey: 'metrone_live_${'0'.repeat(32)}', endpoint: 'http://127.0.0.1:9', flushIntervalMs: 600000 }`
    const program = `import { MetroneServer } from './index.mjs'\nnew MetroneServer(${config}).track('waits')\nconsole.log('end')`
    writeFileSync(join(folder, 'index.mjs'), readFileSync(here('../dist/index.js')))
    writeFileSync(join(folder, 'ends.mjs'), program)
    const { code, lines } = await run([...command(), join(folder, 'ends.mjs')], 30_000)
    expect([code, lines]).toEqual([0, ['end']])
  })
})
