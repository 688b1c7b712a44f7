/** The real server as a child process over a temporary data folder, and the proxy that fails: the counterparts of tests/running.py and tests/flaky.py. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const BIN = join(ROOT, '.venv/bin/')
/** Longer than any start on a busy machine. */
const START_MS = 60_000

export interface Project {
  id: string
  full: string
  write: string
}

/** The first truthy value of `check`; fails after `ms`. */
export async function eventually<T>(check: () => T | Promise<T>, what: string, ms = 20_000): Promise<T> {
  const until = Date.now() + ms
  for (;;) {
    const value = await check()
    if (value) return value
    if (Date.now() > until) throw new Error(`Waited ${ms} ms for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export class RunningServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'metrone-server-'))
  readonly #settings: Record<string, string>
  port = 0
  #program: ChildProcess | undefined
  #log: string[] = []

  /** Settings by the names of their environment variables. */
  constructor(settings: Record<string, string> = {}) {
    this.#settings = settings
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Starts, and gives itself when it answers. */
  async start(): Promise<this> {
    this.port ||= await findFreePort()
    const env = {
      ...process.env,
      METRONE_DRAIN_INTERVAL_MS: '20',
      METRONE_RATE_LIMITS: 'off',
      ...this.#settings,
    }
    const args = ['serve', '--port', String(this.port), '--data-dir', join(this.folder, 'data')]
    const program = spawn(`${BIN}metrone`, args, { env })
    for (const stream of [program.stdout, program.stderr])
      stream.on('data', (text) => this.#log.push(String(text)))
    this.#program = program
    await eventually(() => this.#answers(), 'the server to answer', START_MS)
    return this
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Asks it to stop, waits, and removes its folder. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** New projects with their keys, known to the running server. */
  async projects(count: number): Promise<Project[]> {
    const args = [join(ROOT, 'packages/server/test/projects.py'), join(this.folder, 'data'), String(count)]
    const { stdout } = await promisify(execFile)(`${BIN}python`, args)
    const made: Project[] = JSON.parse(stdout)
    const last = made[made.length - 1]?.full
    await eventually(async () => (await this.ask('/v1/api/live', last)).ok, 'the keys to be known')
    return made
  }

  async project(): Promise<Project> {
    const [made] = await this.projects(1)
    return made as Project
  }

  /** Waits until everything that was accepted is in the store. */
  async drained(): Promise<void> {
    const isDrained = async (): Promise<boolean> => {
      const health = (await (await this.ask('/v1/health')).json()) as { spool: { events: number } }
      return health.spool.events === 0
    }
    await eventually(isDrained, 'the spool to drain')
  }

  ask(path: string, key = ''): Promise<Response> {
    return fetch(this.origin + path, key ? { headers: { 'X-Api-Key': key } } : {})
  }

  async #answers(): Promise<boolean> {
    if (this.#program?.exitCode != null) throw new Error(`The server ended by itself:\n${this.#log.join('')}`)
    return this.ask('/v1/health').then(
      (answer) => answer.ok,
      () => false,
    )
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const program = this.#program
    if (!program || program.exitCode !== null) return
    const hasEnded = new Promise((resolve) => program.once('exit', resolve))
    if (program.kill(signal)) await hasEnded
  }
}

export async function findFreePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

export interface Flaky {
  origin: string
  stop(): void
}

/** The proxy in front of the server's port that fails as `plan` says (tests/flaky.py). */
export async function startFlaky(port: number, plan: unknown[]): Promise<Flaky> {
  const args = ['-m', 'tests.flaky', '--target', String(port), '--plan', JSON.stringify(plan)]
  const program = spawn(`${BIN}python`, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(program.stdout))
    return { origin: `http://127.0.0.1:${JSON.parse(line).port}`, stop: () => void program.kill() }
  throw new Error('The flaky proxy did not start.')
}
