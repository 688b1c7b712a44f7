/** Every snippet of docs/server-js.md and of the package's README, run against the real server. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MetroneServer } from '../src/index.ts'
import { complaints } from './compiler.ts'
import { fill, snippets, texts } from './pages.ts'
import { eventually, findFreePort, type Project, ROOT, RunningServer } from './running.ts'
import { bundle, startWorkerd } from './runtimes.ts'
import { withScratch } from './scratch.ts'
import { serve, visit } from './wire.ts'

const PAGE = 'docs/server-js.md'
const README = 'packages/server/README.md'
const GPTBOT = 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)'

let server: RunningServer
let projects: Project[]

beforeAll(async () => {
  server = await new RunningServer().start()
  projects = await server.projects(4)
})
afterAll(() => server?.stop())

function next(): { key: string; metrone: MetroneServer } {
  const key = projects.pop()?.full ?? ''
  return { key, metrone: new MetroneServer({ apiKey: key, endpoint: server.origin }) }
}

const filled = (text: string, key: string): string =>
  fill(text, key, { 'https://data.yoursite.com': server.origin })

interface Program {
  lines: string[]
  errors: string[]
  stop(): void
  end: Promise<number | null>
}

/** Starts a module in Node; its imports resolve as in a project that has the package. */
function start(file: string, env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env } })
  const lines: string[] = []
  const errors: string[] = []
  child.stdout.on('data', (text) => lines.push(String(text)))
  child.stderr.on('data', (text) => errors.push(String(text)))
  const end = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { lines, errors, stop: () => void child.kill('SIGTERM'), end }
}

/** Strips the types; what is imported stays so. */
async function compile(text: string, folder: string): Promise<string> {
  writeFileSync(join(folder, 'program.ts'), text)
  const made = await rolldown({ input: join(folder, 'program.ts'), external: /^@metrone-io/ })
  await made.write({ file: join(folder, 'program.mjs'), format: 'esm' })
  await made.close()
  return join(folder, 'program.mjs')
}

test.each([PAGE, README])('the typed snippets of %s compile, as one program', async (page) => {
  await withScratch(async (folder) => {
    writeFileSync(join(folder, 'page.ts'), texts(page, 'ts').join('\n'))
    expect(await complaints(folder, { lib: ['ES2022'], types: ['node'] })).toEqual([])
  })
})

test('the typed snippets run from top to bottom', async () => {
  const { key, metrone } = next()
  await withScratch(async (folder) => {
    const program = start(await compile(filled(texts(PAGE, 'ts').join('\n'), key), folder))
    const isStreaming = async (): Promise<boolean> => {
      metrone.track('a_visit')
      await metrone.flush()
      return program.lines.join('').includes('custom null')
    }
    await eventually(isStreaming, `the stream to tell an event: ${program.errors.join('')}`, 40_000)
    program.stop()
    expect(await program.end, program.errors.join('')).toBe(0)
  })
  await server.drained()
  const { data } = await metrone.getEvents({ limit: 1000 })
  const told = data.filter(({ event_name }) => event_name !== 'a_visit').map(({ event_type }) => event_type)
  expect(told.sort()).toEqual([
    'ai_call',
    'ai_chat',
    'ai_intent',
    'ai_query',
    'ai_session_end',
    'conversion',
    'custom',
    'custom',
    'interaction',
    'pageview',
  ])
})

test('the README runs', async () => {
  const { key, metrone } = next()
  await withScratch(async (folder) => {
    const program = start(await compile(filled(texts(README, 'ts').join('\n'), key), folder))
    expect(await program.end, program.errors.join('')).toBe(0)
  })
  await server.drained()
  expect((await metrone.getEvents()).data.map(({ event_type }) => event_type).sort()).toEqual([
    'ai_call',
    'custom',
  ])
})

test('the Express application runs, and counts an agent', async () => {
  const { key, metrone } = next()
  const PORT = String(await findFreePort())
  await withScratch(async (folder) => {
    const file = join(folder, 'program.mjs')
    writeFileSync(file, filled(texts(PAGE, 'js').find((text) => text.includes("'express'")) ?? '', key))
    const program = start(file, { PORT })
    const page = `http://127.0.0.1:${PORT}/pricing`
    const answers = (): Promise<boolean> =>
      visit(page, { headers: { 'user-agent': GPTBOT } }).then(
        ({ text }) => text === 'Ten a month.',
        () => false,
      )
    await eventually(answers, 'the application to answer')
    program.stop()
    expect(await program.end, program.errors.join('')).toBe(0)
  })
  await server.drained()
  const [row] = (await metrone.getEvents()).data
  expect([row?.page_url, row?.visitor_type]).toEqual(['https://yoursite.com/pricing', 'ai_agent'])
})

test('the worker counts an agent, and passes on what the site answers', async () => {
  const { key, metrone } = next()
  const text = texts(PAGE, 'js').find((snippet) => snippet.includes('export default')) ?? ''
  await withScratch(async (folder) => {
    writeFileSync(join(folder, 'worker.ts'), filled(text, key))
    await bundle(join(folder, 'worker.ts'), join(folder, 'worker.mjs'))
    const workerd = await startWorkerd(readFileSync(join(folder, 'worker.mjs'), 'utf8'))
    await serve(
      (_, response) => response.end('the site'),
      async (port) => {
        const headers = { host: `127.0.0.1:${port}`, 'user-agent': GPTBOT }
        expect((await visit(`${workerd.origin}/pricing`, { headers })).text).toBe('the site')
        await eventually(async () => (await metrone.getEvents()).data.length === 1, 'the event to be there')
      },
    ).finally(() => workerd.stop())
  })
  const [row] = (await metrone.getEvents()).data
  expect([row?.page_path, row?.properties.agent_capture]).toEqual(['/pricing', 'edge'])
})

test('what is left of the page is how to install the package', () => {
  const { name } = JSON.parse(readFileSync(join(ROOT, 'packages/server/package.json'), 'utf8'))
  const others = snippets(PAGE).filter(({ language }) => !['ts', 'js'].includes(language))
  expect(others).toEqual([{ language: 'sh', text: `npm install ${name}\n` }])
})
