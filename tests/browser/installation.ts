/** A fresh installation as `make run` starts it: the built dashboard, and what the server prints. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page } from '@playwright/test'
import { end, isUp } from './dashboard.ts'
import { listenAnywhere, stopServer } from './site.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PROGRAM = join(ROOT, '.venv/bin/metrone')

export interface Installation {
  origin: string
  /** The address that the server printed, where the owner account is made. */
  setUpLink(): string
  /** What a command prints, over the same folder. */
  run(...args: string[]): string
  stop(): Promise<void>
}

export const OWNER = 'ann@shop.example'
export const PASSWORD = 'violet anchor humming drum'

/** Makes the owner account behind a link that the server printed, and arrives at the project's numbers. */
export async function becomeOwner(page: Page, link: string, project = 'My website'): Promise<void> {
  await page.goto(link)
  await page.getByLabel('E-mail').fill(OWNER)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: project })).toBeVisible()
}

export async function startInstallation(): Promise<Installation> {
  execFileSync('npm', ['run', 'build', '--workspace', 'dashboard'], { cwd: ROOT, stdio: 'ignore' })
  const dataDir = mkdtempSync(join(tmpdir(), 'metrone-fresh-'))
  const { server, origin } = await listenAnywhere(() => {})
  await stopServer(server)
  const args = ['serve', '--first-project', '--port', new URL(origin).port, '--data-dir', dataDir]
  const program = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let printed = ''
  program.stdout.on('data', (text) => {
    printed += String(text)
  })
  await expect.poll(() => isUp(origin), { timeout: 30_000, intervals: [100] }).toBe(true)
  return {
    origin,
    setUpLink: () => /\S+\/setup#token=\S+/.exec(printed)?.[0] as string,
    run: (...args) =>
      execFileSync(PROGRAM, [...args, '--data-dir', dataDir], {
        encoding: 'utf8',
        env: { ...process.env, METRONE_PUBLIC_URL: origin },
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    async stop() {
      await end(program)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
