/** What the tests of `@metrone-io/sdk` share: the built package on pages of a site, the real server, and the promises that always hold. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import type { Metrone as Client } from '../../packages/sdk/src/types.ts'
import { type Metrone, startMetrone } from './metrone.ts'
import { listenAnywhere, stopServer } from './site.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MODULE = readFileSync(`${ROOT}packages/sdk/dist/index.js`)
/** A person's browser, another one for each test: who comes from one address with one browser is one visitor. */
let people = 100
const nameBrowser = (): string =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${++people}.0.0.0 Safari/537.36`
/** Until an event is readable: the drain runs every second, the rest is for busy machines. */
export const POLL = { timeout: 25_000, intervals: [200] }

export interface EventRow {
  event_type: string
  event_name: string | null
  page_path: string
  page_title: string | null
  referrer: string | null
  session_id: string
  source: string
  visitor_type: string
  properties: Record<string, unknown>
  [column: string]: unknown
}

/** What a page's script holds on to, for the test to call. */
export interface SdkWindow {
  metrone: Client
  lost: { reason: string; events: unknown[]; status?: number | undefined }[]
}

/** A plain page of one module, which makes `metrone` of `config` (the source of an object, `{}` for none). */
export function makePage(endpoint: string, key: string, config = '{}'): string {
  return `<!doctype html><html><head><title>Home</title><script type="module" nonce="n1">
    import Metrone, { Metrone as Named } from '/sdk.js'
    window.lost = []
    const onError = ({ reason, events, cause }) => window.lost.push({ reason, events, status: cause?.status })
    window.metrone = new Named({ apiKey: '${key}', endpoint: '${endpoint}', onError, ...${config} })
    </script></head><body><a id="out" href="https://partner.example/">Partner</a>
    <button id="cta" data-track="cta" data-track-plan="pro">Go</button><div style="height:3000px"></div>
    <script nonce="n1">addEventListener('click', (event) => event.preventDefault())</script></body></html>`
}

interface Opening {
  /** Unlike that of every other test: events are found by it. */
  path: string
  config?: string
  endpoint?: string
  key?: string
}

interface Fixtures {
  context: BrowserContext
  site: { origin: string; html: string; headers: Record<string, string> }
  open: (opening: Opening, page?: Page) => Promise<void>
  /** The rows of all events on pages below `path`, the oldest first. */
  readRows: (path: string) => Promise<EventRow[]>
  /** Waits until what `read` gives of the rows below `path` is `expected`. */
  expectRows: (path: string, read: (rows: EventRow[]) => unknown, expected: unknown) => Promise<void>
}

export const test = base.extend<Fixtures, { metrone: Metrone }>({
  metrone: [
    async ({ browser: _ }, use) => {
      const metrone = await startMetrone()
      await use(metrone)
      await metrone.stop()
    },
    { scope: 'worker' },
  ],
  context: async ({ browser }, use) => {
    const context = await browser.newContext({ userAgent: nameBrowser() })
    const pageErrors: string[] = []
    context.on('weberror', (error) => pageErrors.push(error.error().message))
    await use(context)
    await context.close()
    expect(pageErrors, 'nothing is ever thrown into the page').toEqual([])
  },
  page: async ({ context }, use) => {
    await use(await context.newPage())
  },
  site: async ({ browser: _ }, use) => {
    const site: Fixtures['site'] = { origin: '', html: '', headers: {} }
    const { server, origin } = await listenAnywhere((request, response) => {
      const isModule = request.url === '/sdk.js'
      const type = isModule ? 'text/javascript' : 'text/html; charset=utf-8'
      response.writeHead(200, { 'Content-Type': type, ...site.headers }).end(isModule ? MODULE : site.html)
    })
    await use(Object.assign(site, { origin }))
    await stopServer(server)
  },
  open: async ({ page: first, site, metrone }, use) => {
    await use(async ({ path, config, endpoint = metrone.origin, key = metrone.keys.write }, page = first) => {
      site.html = makePage(endpoint, key, config)
      await page.goto(site.origin + path)
      await page.waitForFunction(() => 'metrone' in window)
    })
  },
  readRows: async ({ metrone }, use) => {
    await use(async (path) => {
      const { data } = (await metrone.read('events?limit=1000')) as { data: EventRow[] }
      return data.filter((row) => row.page_path?.startsWith(path)).reverse()
    })
  },
  expectRows: async ({ readRows }, use) => {
    await use(async (path, read, expected) => {
      await expect.poll(async () => read(await readRows(path)), POLL).toEqual(expected)
    })
  },
})

/** Runs `run` in the page, with what its script holds on to. */
export function inPage<Result>(page: Page, run: (held: SdkWindow) => Result): Promise<Awaited<Result>> {
  return page.evaluate(`(${run})(window)`)
}

export const names = (rows: EventRow[]): string[] =>
  rows.map((row) => row.event_name ?? row.event_type).sort()
/** How many rows there are of each name. */
export const countNames = (rows: EventRow[]): Record<string, number> =>
  Object.fromEntries(names(rows).map((name, _, all) => [name, all.filter((other) => other === name).length]))

/** The names of what localStorage holds. */
export const readStorage = (page: Page): Promise<string[]> => page.evaluate(() => Object.keys(localStorage))

/** A proxy in front of `origin` that fails as `plan` says, one fault for each request; see tests/flaky.py. */
export async function startFlaky(
  origin: string,
  plan: unknown[],
): Promise<{ origin: string; stop: () => Promise<void> }> {
  const args = ['-m', 'tests.flaky', '--target', new URL(origin).port, '--plan', JSON.stringify(plan)]
  const program = spawn(`${ROOT}.venv/bin/python`, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(program.stdout, 'data')
  return {
    origin: `http://127.0.0.1:${JSON.parse(String(line)).port}`,
    async stop() {
      const hasEnded = once(program, 'exit')
      if (program.kill('SIGKILL')) await hasEnded
    },
  }
}

export { expect }
