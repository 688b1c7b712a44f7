/** The real server, on a folder and a port of its own, with one project or more. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from '@playwright/test'
import { listenAnywhere, stopServer } from './site.ts'

const PROGRAM = fileURLToPath(new URL('../../.venv/bin/metrone', import.meta.url))
/** Longer than any start on a busy machine. */
const START_MS = 30_000

export interface Project {
  keys: { full: string; write: string }
  /** The answer of a read such as `stats?days=1`. */
  read(question: string): Promise<unknown>
}

export interface Metrone extends Project {
  origin: string
  /** One more project, known to the running server. */
  addProject(): Promise<Project>
  /** Ends it at once, as a crash does (SIGKILL). */
  kill(): Promise<void>
  /** Starts it again after a crash, on the same folder and port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

async function findFreePort(): Promise<string> {
  const { server, origin } = await listenAnywhere(() => {})
  await stopServer(server)
  return new URL(origin).port
}

function createProject(dataDir: string): Pick<Project, 'keys'> {
  const args = ['projects', 'create', 'Journey', '--domain', 'site.example', '--data-dir', dataDir, '--json']
  return JSON.parse(execFileSync(PROGRAM, args, { encoding: 'utf8' }))
}

async function waitUntilHealthy(origin: string, program: ChildProcess, log: string[]): Promise<void> {
  const isHealthy = async (): Promise<boolean> => {
    if (program.exitCode !== null) throw new Error(`The server ended by itself:\n${log.join('')}`)
    return fetch(`${origin}/v1/health`).then(
      (answer) => answer.ok,
      () => false,
    )
  }
  await expect.poll(isHealthy, { timeout: START_MS, intervals: [100] }).toBe(true)
}

/** Until all that the server has accepted is stored, what is known beside the events too, and every read says so. */
export async function drained(origin: string): Promise<void> {
  const waiting = async (): Promise<unknown> => {
    const { spool } = await fetch(`${origin}/v1/health`).then((answer) => answer.json())
    return [spool.events, spool.bytes]
  }
  await expect.poll(waiting, { timeout: 20_000, intervals: [100] }).toEqual([0, 0])
}

async function stopProgram(program: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  const hasEnded = new Promise((resolve) => program.once('exit', resolve))
  if (program.exitCode === null && program.signalCode === null && program.kill(signal)) await hasEnded
}

async function startProgram(dataDir: string, origin: string): Promise<ChildProcess> {
  const program = spawn(PROGRAM, ['serve', '--data-dir', dataDir, '--port', new URL(origin).port])
  const log: string[] = []
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (text) => log.push(String(text)))
  await waitUntilHealthy(origin, program, log)
  return program
}

function openProject(origin: string, { keys }: Pick<Project, 'keys'>): Project {
  return {
    keys,
    async read(question) {
      const answer = await fetch(`${origin}/v1/api/${question}`, { headers: { 'X-Api-Key': keys.full } })
      if (!answer.ok) throw new Error(`${question}: ${answer.status} ${await answer.text()}`)
      return answer.json()
    },
  }
}

export async function startMetrone(): Promise<Metrone> {
  const dataDir = mkdtempSync(join(tmpdir(), 'metrone-browser-'))
  const made = createProject(dataDir)
  const origin = `http://127.0.0.1:${await findFreePort()}`
  let program = await startProgram(dataDir, origin)
  return {
    origin,
    ...openProject(origin, made),
    async addProject() {
      const project = openProject(origin, createProject(dataDir))
      await expect(() => project.read('live')).toPass({ timeout: START_MS })
      return project
    },
    kill: () => stopProgram(program, 'SIGKILL'),
    async restart() {
      program = await startProgram(dataDir, origin)
    },
    async stop() {
      await stopProgram(program)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
