/** Builds what is published: one module, and the declarations beside it. React and the SDK stay outside. */
import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const here = fileURLToPath(new URL('./', import.meta.url))
const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))

await rm(join(here, 'dist'), { recursive: true, force: true })
const bundle = await rolldown({
  input: join(here, 'src/index.ts'),
  external: [/^react($|\/)/, '@metrone-io/sdk'],
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
execFileSync(process.execPath, [join(typescript, 'bin/tsc'), '-p', 'tsconfig.types.json'], {
  cwd: here,
  stdio: 'inherit',
})
