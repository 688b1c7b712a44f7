/** Builds what is published: one module, and the declarations beside it. React and the SDK stay outside. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const here = fileURLToPath(new URL('./', import.meta.url))
const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))

/** The declarations that a user's code can reach. */
const DECLARATIONS = ['index', 'actions', 'hooks', 'MetroneProvider', 'withMetrone']

await rm(join(here, 'dist'), { recursive: true, force: true })
const bundle = await rolldown({
  input: join(here, 'src/index.ts'),
  external: [/^react($|\/)/, '@metrone-io/sdk'],
  // Else the bundler would decide here what a development build is.
  platform: 'neutral',
  transform: { target: 'es2022' },
})
// Without the banner, React's server components would refuse hooks in a module that says nothing.
await bundle.write({
  file: join(here, 'dist/index.js'),
  format: 'esm',
  banner: "'use client'",
  comments: false,
})
await bundle.close()
// Into a folder of its own, since the SDK's sources, which say its types, come along.
const made = await mkdtemp(join(tmpdir(), 'metrone-react-'))
execFileSync(process.execPath, [join(typescript, 'bin/tsc'), '-p', 'tsconfig.types.json', '--outDir', made], {
  cwd: here,
  stdio: 'inherit',
})
for (const name of DECLARATIONS) {
  const text = await readFile(join(made, `react/src/${name}.d.ts`), 'utf8')
  // TypeScript keeps the endings of sources in the imports of declarations; who installs the package has none of those.
  await writeFile(join(here, `dist/${name}.d.ts`), text.replace(/(from '\.\/\w+)\.tsx?'/g, "$1.js'"))
}
await rm(made, { recursive: true })
