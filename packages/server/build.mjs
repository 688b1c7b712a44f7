/** Builds `dist/index.js`, the private core bundled into it, and the declarations beside it. */
import { execFileSync } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(await readFile(here('package.json'), 'utf8'))

await rm(here('dist'), { recursive: true, force: true })
const bundle = await rolldown({
  input: here('src/index.ts'),
  platform: 'neutral',
  transform: { target: 'es2022', define: { __VERSION__: JSON.stringify(version) } },
})
await bundle.write({ file: here('dist/index.js'), format: 'esm' })
await bundle.close()

const compiler = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc')
execFileSync(process.execPath, [compiler, '-p', here('tsconfig.types.json')], { stdio: 'inherit' })

// TypeScript keeps the `.ts` of imports in declarations; who installs the package has only what was made of them.
for (const name of await readdir(here('dist'))) {
  if (!name.endsWith('.d.ts')) continue
  const text = await readFile(here(`dist/${name}`), 'utf8')
  await writeFile(here(`dist/${name}`), text.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"))
}
