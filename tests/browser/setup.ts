/** Before all browser tests: a browser is there, and m.js and the packages are what the sources say. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CHROMIUM_PATH } from './chromium.ts'

export default function setUp(): void {
  try {
    accessSync(CHROMIUM_PATH, constants.X_OK)
  } catch {
    throw new Error(
      `There is no Chromium at ${CHROMIUM_PATH}: install it with "make system-packages", or name another one in CHROMIUM.`,
    )
  }
  for (const name of ['sdk', 'react'])
    execFileSync(process.execPath, ['build.mjs'], {
      cwd: fileURLToPath(new URL(`../../packages/${name}/`, import.meta.url)),
    })
}
