/** Writes `src/agent-names.ts` from the server's list of AI agents; gives its text to the test that holds it to that. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const LIST = new URL('../../src/metrone/intake/data/agents.tsv', import.meta.url)
const MODULE = new URL('src/agent-names.ts', import.meta.url)

export function writeAgentNames() {
  const lines = readFileSync(LIST, 'utf8').split('\n')
  const names = lines.filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t')[0])
  const rows = names.map((name) => `  '${name}',\n`).join('')
  return `/** The names of AI agents. Made by agents.mjs from the server's src/metrone/intake/data/agents.tsv. */
export const AGENT_NAMES: readonly string[] = [
${rows}]
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(MODULE, writeAgentNames())
