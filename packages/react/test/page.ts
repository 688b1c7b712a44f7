/** docs/react.md as code: its fenced blocks, with a key in them that could be real. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PAGE = join(import.meta.dirname, '../../../docs/react.md')
export const KEY = `metrone_live_${'0123456789abcdef'.repeat(2)}`

/** The blocks of one language, in their order. */
export function blocksOf(language: string): string[] {
  const text = readFileSync(PAGE, 'utf8').replaceAll('metrone_live_YOUR_WRITE_KEY', KEY)
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, code]) =>
    name === language ? [code as string] : [],
  )
}

/** What the snippets import of a reader's own. */
export const YOUR_APP = 'export const YourApp = () => <main>Your app</main>\n'

/** The component blocks as files of a project, in which each can be imported. */
export function tsxBlocks(): Record<string, string> {
  const files = Object.fromEntries(blocksOf('tsx').map((code, at) => [`snippet${at}.tsx`, code]))
  return { ...files, 'YourApp.tsx': YOUR_APP }
}
