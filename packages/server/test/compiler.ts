/** The TypeScript compiler over a folder of a test. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './running.ts'
import { run } from './runtimes.ts'

/** What the compiler complains of in all files of `folder`, under these options; empty where all is well. */
export async function complaints(folder: string, options: object = {}): Promise<string[]> {
  const compilerOptions = {
    target: 'ES2022',
    module: 'NodeNext',
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    ...options,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  const { lines } = await run([process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder])
  return lines
}
