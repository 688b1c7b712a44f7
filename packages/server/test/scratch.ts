/** A folder for a while inside this package, where what is written resolves its imports as users of the package do. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BUILD = fileURLToPath(new URL('../build/', import.meta.url))

/** Makes the folder for `use`, and removes it afterwards. */
export async function withScratch<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  mkdirSync(BUILD, { recursive: true })
  const folder = mkdtempSync(BUILD)
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
