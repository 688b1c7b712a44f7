/** The fenced snippets of a page of the documentation, and the addresses and the key that stand in for those of the examples. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './running.ts'

export interface Snippet {
  language: string
  text: string
}

/** The fenced blocks of a page, in their order. */
export function snippets(page: string): Snippet[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    text: code,
  }))
}

/** The texts of one language. */
export function texts(page: string, language: string): string[] {
  return snippets(page)
    .filter((snippet) => snippet.language === language)
    .map(({ text }) => text)
}

/** The text with a real key and real addresses. Nothing else is changed. */
export function fill(text: string, key: string, addresses: Record<string, string>): string {
  let filled = text.replaceAll('metrone_live_YOUR_API_KEY', key)
  for (const [example, real] of Object.entries(addresses)) filled = filled.replaceAll(example, real)
  return filled
}
