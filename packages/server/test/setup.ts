/** Before all tests: the built package is what the sources say. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export default function setUp(): void {
  execFileSync(process.execPath, ['build.mjs'], { cwd: fileURLToPath(new URL('..', import.meta.url)) })
}
