/** Every snippet of docs/browser.md: type-checked as it stands, and run in Chromium against the real server. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { countNames, expect, test } from './sdksite.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGE = readFileSync(join(ROOT, 'docs/browser.md'), 'utf8')
const TSC = fileURLToPath(
  new URL('bin/tsc', pathToFileURL(createRequire(import.meta.url).resolve('typescript/package.json'))),
)
const SNIPPETS = [...PAGE.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code = '']) => ({
  language,
  code,
}))
const TYPED = SNIPPETS.filter(({ language }) => language === 'ts')
/** What each snippet sends by itself, beside engagement. */
const SENT: Record<string, number>[] = [
  { pageview: 1, signup: 1 },
  {
    pageview: 3,
    purchase: 1,
    signup: 1,
    interaction: 1,
    campaign: 1,
    product_view: 1,
    ai_call: 1,
    ai_chat: 1,
    ai_intent: 1,
    ai_session_end: 1,
  },
  { pageview: 1 },
  {},
  { pageview: 1 },
]

let folder: string

test.beforeAll(() => {
  // Inside of the package, so that it finds itself by its own name.
  folder = mkdtempSync(join(ROOT, 'packages/sdk/.snippets-'))
  TYPED.forEach(({ code }, at) => {
    writeFileSync(join(folder, `snippet${at}.ts`), code)
  })
})

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('the page has snippets of known languages', () => {
  expect(SNIPPETS.map(({ language }) => language)).toEqual(['sh', ...TYPED.map(() => 'ts')])
  expect(TYPED).toHaveLength(SENT.length)
  // The tarball's own test installs it in a bare project: packages/sdk/test/package.test.ts.
  expect(SNIPPETS[0]?.code).toBe('npm install @metrone-io/sdk\n')
})

test('every snippet compiles as it stands', () => {
  const options = [
    '--noEmit',
    '--ignoreConfig',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
  ]
  const files = TYPED.map((_, at) => join(folder, `snippet${at}.ts`))
  execFileSync(
    process.execPath,
    [TSC, ...options, '--module', 'esnext', '--moduleResolution', 'bundler', ...files],
    {
      cwd: folder,
      stdio: 'pipe',
    },
  )
})

TYPED.forEach((_, at) => {
  test(`snippet ${at} does what the page says`, async ({ page, metrone, site, expectRows }) => {
    const source = readFileSync(join(folder, `snippet${at}.ts`), 'utf8')
      .replaceAll('metrone_live_YOUR_WRITE_KEY', metrone.keys.write)
      .replaceAll('https://data.yoursite.com', metrone.origin)
    writeFileSync(join(folder, `run${at}.ts`), source)
    const build = await rolldown({ input: join(folder, `run${at}.ts`), transform: { target: 'es2022' } })
    const { output } = await build.generate({ format: 'es' })
    await build.close()
    site.html = '<!doctype html><title>Docs</title><body>'
    await page.goto(`${site.origin}/snippet${at}`)
    await page.addScriptTag({ content: output[0].code, type: 'module' })
    await page.waitForLoadState('networkidle')
    await page.goto('about:blank')
    await expectRows(
      `/snippet${at}`,
      (rows) =>
        countNames(
          rows.filter((row) => row.event_type !== 'engagement' && row.page_path !== '/checkout/step-2'),
        ),
      at === 1 ? { ...SENT[at], pageview: 2 } : SENT[at],
    )
  })
})
