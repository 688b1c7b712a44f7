/** Builds the program once before the tests that start it. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export default function build(): void {
  execFileSync(process.execPath, ['build.mjs'], { cwd: fileURLToPath(new URL('..', import.meta.url)) })
}
