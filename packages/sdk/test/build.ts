/** Before the tests: what is in `dist` is what the sources say. */
import { execFileSync } from 'node:child_process'

export default function build(): void {
  execFileSync(process.execPath, ['build.mjs'], { cwd: new URL('..', import.meta.url), stdio: 'ignore' })
}
