/** Before all tests: both packages are what the sources say. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export default function setUp(): void {
  for (const name of ['sdk', 'react'])
    execFileSync(process.execPath, ['build.mjs'], {
      cwd: join(import.meta.dirname, '../..', name),
      stdio: 'pipe',
    })
}
