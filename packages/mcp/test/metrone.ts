/** The real server, on a folder and a port of its own, with one project that has some pageviews. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

export const METRONE = fileURLToPath(new URL('../../../.venv/bin/metrone', import.meta.url))
export const VIEWS = 3
/** Longer than any start on a busy machine. */
const START_MS = 30_000

export interface Metrone {
  origin: string
  keys: { full: string; write: string }
  /** The answer of a read such as `stats?days=1`. */
  read(question: string): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

async function findFreePort(): Promise<number> {
  const probe = createServer()
  const port = await new Promise<number>((resolve) => {
    probe.listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port))
  })
  await new Promise((resolve) => probe.close(resolve))
  return port
}

function createProject(dataDir: string): { keys: Metrone['keys'] } {
  const args = ['projects', 'create', 'Tools', '--data-dir', dataDir, '--json']
  return JSON.parse(execFileSync(METRONE, args, { encoding: 'utf8' }))
}

async function until(check: () => Promise<boolean>): Promise<void> {
  await vi.waitUntil(() => check().catch(() => false), { timeout: START_MS, interval: 50 })
}

async function stopProgram(program: ChildProcess): Promise<void> {
  const hasEnded = new Promise((resolve) => program.once('exit', resolve))
  if (program.exitCode === null && program.kill('SIGTERM')) await hasEnded
}

export async function startMetrone(): Promise<Metrone> {
  const dataDir = mkdtempSync(join(tmpdir(), 'metrone-mcp-'))
  const { keys } = createProject(dataDir)
  const port = await findFreePort()
  const origin = `http://127.0.0.1:${port}`
  const program = spawn(METRONE, ['serve', '--data-dir', dataDir, '--port', `${port}`], { stdio: 'ignore' })
  const headers = { 'X-Api-Key': keys.full, 'Content-Type': 'application/json' }
  const metrone: Metrone = {
    origin,
    keys,
    async read(question) {
      const answer = await fetch(`${origin}/v1/api/${question}`, { headers })
      if (!answer.ok) throw new Error(`${question}: ${answer.status} ${await answer.text()}`)
      return answer.json() as Promise<Record<string, unknown>>
    },
    async stop() {
      await stopProgram(program)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  await until(async () => (await fetch(`${origin}/v1/health`)).ok)
  const view = { event_type: 'pageview', page_url: 'https://site.example/pricing' }
  await fetch(`${origin}/v1/events/batch`, {
    method: 'POST',
    headers,
    body: JSON.stringify(Array(VIEWS).fill(view)),
  })
  await until(async () => (await metrone.read('stats?days=1')).pageviews === VIEWS)
  return metrone
}
