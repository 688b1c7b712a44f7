/** Builds the program: one file with the protocol's own SDK inside, so that npx has nothing else to fetch. */
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const here = new URL('./', import.meta.url)
const dist = new URL('dist/', here)
const { version } = JSON.parse(await readFile(new URL('package.json', here), 'utf8'))

const bundle = await rolldown({
  input: fileURLToPath(new URL('src/program.ts', here)),
  platform: 'node',
  transform: { target: 'node20', define: { __VERSION__: JSON.stringify(version) } },
})
const { output } = await bundle.generate({
  format: 'esm',
  banner: '#!/usr/bin/env node',
  minify: { compress: true, mangle: false },
  codeSplitting: false,
})
await bundle.close()
if (output.length !== 1) throw new Error(`The program became ${output.length} files.`)

/** The folders of the packages inside. Their licences want to go where their code goes. */
const inside = new Set(
  output[0].moduleIds
    .map((id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1])
    .filter((folder) => folder !== undefined),
)
const licences = []
for (const folder of [...inside].sort()) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'))
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} comes without its licence.`)
  licences.push(`${name} ${version} (${license})\n\n${await readFile(`${folder}/${file}`, 'utf8')}`)
}

await mkdir(dist, { recursive: true })
const program = new URL('metrone-mcp.mjs', dist)
await writeFile(program, output[0].code)
await chmod(program, 0o755)
await writeFile(new URL('LICENSES.txt', dist), licences.join(`\n${'-'.repeat(80)}\n\n`))
console.log(`metrone-mcp.mjs ${version}: ${output[0].code.length} bytes, ${inside.size} packages inside`)
