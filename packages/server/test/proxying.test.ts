/** Every snippet of docs/proxying.md, run by the program that it is for, in front of the real server. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MetroneServer } from '../src/index.ts'
import { fill, texts } from './pages.ts'
import { eventually, findFreePort, type Project, ROOT, RunningServer } from './running.ts'
import { startWorkerd } from './runtimes.ts'
import { serve, visit } from './wire.ts'

const PAGE = 'docs/proxying.md'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

let server: RunningServer
let projects: Project[]
let folder: string
let program: ChildProcess | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'metrone-proxy-'))
  server = await new RunningServer({ METRONE_TRUSTED_PROXIES: '127.0.0.1,::1' }).start()
  projects = await server.projects(3)
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The snippet with the server's and the proxy's real addresses. */
function real(language: string, addresses: Record<string, string> = {}): string {
  const [text = ''] = texts(PAGE, language)
  return fill(text, '', {
    '127.0.0.1:8000': `127.0.0.1:${server.port}`,
    'https://metrone.yourcompany.com': server.origin,
    ...addresses,
  })
}

/** Runs a proxy of Debian's on its snippet while `use` runs. */
async function behind(name: string, args: string[], origin: string, use: () => Promise<void>): Promise<void> {
  const file = join(ROOT, '.stamps/proxies/usr', name)
  if (!existsSync(file)) throw new Error(`There is no ${file}: make .stamps/proxies unpacks it.`)
  const said: string[] = []
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const child = spawn(file, args, { env })
  program = child
  child.stderr.on('data', (text) => said.push(String(text)))
  const hasEnded = new Promise((resolve) => child.once('exit', resolve))
  const answers = (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(said.join(''))
    return visit(`${origin}/v1/health`).then(
      ({ status }) => status === 200,
      () => false,
    )
  }
  try {
    await eventually(answers, `${name} to answer`)
    await use()
  } finally {
    if (program.kill()) await hasEnded
  }
}

/** Two visitors, told apart by `who`: the script, events, reads and the stream come through, and both are counted. */
async function checkWay(
  origin: string,
  who: (number: number) => { from?: string; headers?: Record<string, string> },
) {
  const { full, write } = projects.pop() as Project
  const direct = new MetroneServer({ apiKey: full, endpoint: server.origin })
  const through = new MetroneServer({ apiKey: full, endpoint: origin })
  const script = await (await server.ask('/m.js')).text()
  expect((await visit(`${origin}/m.js`, who(1))).text).toBe(script)
  const stop = new AbortController()
  const streamed: (string | null)[] = []
  const streaming = (async () => {
    for await (const event of through.stream({ signal: stop.signal })) streamed.push(event.page_path)
  })()
  const view = async (number: number): Promise<number> => {
    const { from, headers } = who(number)
    const body = JSON.stringify({ event_type: 'pageview', page_url: 'https://yoursite.com/pricing' })
    const forged = { 'x-forwarded-for': `198.51.100.${(Math.random() * 200) | 0}`, ...headers }
    const sent = {
      method: 'POST',
      body,
      headers: { ...forged, 'user-agent': CHROME, cookie: 'session=secret' },
    }
    return (await visit(`${origin}/v1/events?api_key=${write}`, { ...sent, ...(from && { from }) })).status
  }
  await eventually(async () => (await view(1)) === 202 && streamed.length > 0, 'an event to be streamed')
  expect(await view(2)).toBe(202)
  stop.abort()
  await streaming
  await server.drained()
  expect((await direct.getStats({ days: 1 })).unique_visitors).toBe(2)
  expect((await through.getPages({ days: 1 })).data[0]?.page_path).toBe('/pricing')
}

const byAddress = (number: number) => ({ from: `127.0.0.${number + 1}` })

test('Caddy', async () => {
  const origin = `http://127.0.0.1:${await findFreePort()}`
  writeFileSync(join(folder, 'site'), real('caddyfile', { 'data.yoursite.com': origin }))
  writeFileSync(join(folder, 'Caddyfile'), `{\n\tadmin off\n}\nimport ${join(folder, 'site')}\n`)
  const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
  await behind('bin/caddy', args, origin, () => checkWay(origin, byAddress))
})

test('nginx', async () => {
  const port = await findFreePort()
  writeFileSync(join(folder, 'places.conf'), real('nginx'))
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  )
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${join(folder, 'nginx.pid')}; error_log stderr;
events {}
http {
  access_log off;
  ${paths.join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    include ${join(folder, 'places.conf')};
    location / { return 200 "the site"; }
  }
}
`,
  )
  const origin = `http://127.0.0.1:${port}`
  await behind(
    'sbin/nginx',
    ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'],
    origin,
    async () => {
      await checkWay(origin, byAddress)
      expect((await visit(`${origin}/pricing`)).text).toBe('the site')
    },
  )
})

test('the edge function', async () => {
  const workerd = await startWorkerd(real('js'))
  const seen: (string | undefined)[] = []
  try {
    await checkWay(workerd.origin, (number) => ({ headers: { 'cf-connecting-ip': `203.0.113.${number}` } }))
    await serve(
      (request, response) => {
        seen.push(request.headers.cookie)
        response.end('the site')
      },
      async (port) => {
        const headers = { host: `127.0.0.1:${port}`, cookie: 'session=secret' }
        expect((await visit(`${workerd.origin}/pricing`, { headers })).text).toBe('the site')
      },
    )
    expect(seen).toEqual(['session=secret'])
  } finally {
    await workerd.stop()
  }
})

test('the script tags load the tracker and send where the server takes events', async () => {
  const tags = texts(PAGE, 'html')
  expect(tags).toHaveLength(2)
  for (const tag of tags) {
    const [, src, api] =
      /^<script defer src="(.*?)" data-key="metrone_live_YOUR_WRITE_KEY"(?: data-api="(.*?)")?><\/script>\n$/.exec(
        tag,
      ) ?? []
    const at = (address = ''): string =>
      new URL(address, 'https://data.yoursite.com').href.replace('https://data.yoursite.com', server.origin)
    expect((await visit(at(src))).text).toBe(await (await server.ask('/m.js')).text())
    const refused = await visit(at(api ?? '/v1/events'), { method: 'POST', body: '{}' })
    // No event, but this is where events are taken.
    expect(refused.text).toContain('INVALID_PAYLOAD')
  }
})

test('the DNS record leads from your name to the server’s', () => {
  expect(texts(PAGE, 'dns')).toEqual([
    expect.stringMatching(/^data\.yoursite\.com\. +\d+ +IN +CNAME +metrone\.yourcompany\.com\.\n$/),
  ])
})
