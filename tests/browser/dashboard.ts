/** The dashboard in a browser that is watched: the real server on a folder of its own, and a page that may do nothing amiss. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'
import { listenAnywhere, stopServer } from './site.ts'
import { findFaults, watchPage } from './watching.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PROGRAM = join(ROOT, '.venv/bin/metrone')
const PERSON =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
const START = { timeout: 30_000, intervals: [100] }

export interface Dashboard {
  origin: string
  context: BrowserContext
  page: Page
  /** Whatever a page must never do: script errors, dialogs, breaches of the policy, requests to other hosts. */
  breaches: string[]
  /** The command line on the server's folder. */
  run(...args: string[]): string
  /** The same with a text on its standard input. */
  give(input: string, ...args: string[]): string
  /** Sends events as a person's browser would; each may say otherwise. */
  send(writeKey: string, events: object[]): Promise<void>
  /** What axe finds on the page as it is. */
  findFaults(): Promise<string[]>
  /** Whether the page can be scrolled sideways. */
  isTooWide(): Promise<boolean>
  stop(): Promise<void>
}

/** Longer than a build, a filled folder and a start take on a busy machine. */
export const START_MS = 90_000

/** Builds the dashboard, lets `prepare` fill the folder, starts the server, opens a page. */
export async function startDashboard(
  browser: Browser,
  prepare: (run: Dashboard['run']) => void,
): Promise<Dashboard> {
  execFileSync('npm', ['run', 'build', '--workspace', 'dashboard'], { cwd: ROOT, stdio: 'ignore' })
  const dataDir = mkdtempSync(join(tmpdir(), 'metrone-dashboard-'))
  const give = (input: string, ...args: string[]) =>
    execFileSync(PROGRAM, [...args, '--data-dir', dataDir], {
      encoding: 'utf8',
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  const run = (...args: string[]) => give('', ...args)
  prepare(run)
  const free = await listenAnywhere(() => {})
  await stopServer(free.server)
  const { origin } = free
  const program = spawn(PROGRAM, ['serve', '--port', new URL(origin).port, '--data-dir', dataDir], {
    stdio: 'ignore',
  })
  try {
    await expect.poll(() => isUp(origin), START).toBe(true)
  } catch (error) {
    await end(program)
    throw error
  }
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: 'en-US' })
  const page = await context.newPage()
  return {
    origin,
    context,
    page,
    breaches: watchPage(page, origin),
    run,
    give,
    send: (writeKey, events) => send(origin, writeKey, events),
    findFaults: () => findFaults(page),
    isTooWide: () =>
      page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
    async stop() {
      await context.close()
      await end(program)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export function isUp(origin: string): Promise<boolean> {
  return fetch(`${origin}/v1/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}

export async function end(program: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => program.once('exit', resolve))
  program.kill()
  await ended
}

async function send(origin: string, writeKey: string, events: object[]): Promise<void> {
  const answer = await fetch(`${origin}/v1/events/batch`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Api-Key': writeKey },
    body: JSON.stringify(events.map((event) => ({ source: 'web', user_agent: PERSON, ...event }))),
  })
  expect(answer.status).toBe(202)
}
