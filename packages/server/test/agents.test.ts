/** The names of AI agents are the server's, and they are found in a User-Agent as the server finds them. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { AGENT_NAMES } from '../src/agent-names.ts'
import { isAgent } from '../src/agents.ts'
import { ROOT } from './running.ts'

const NOBODY = [
  '',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'curl/8.5.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (Linux; Android 9; CUBOT_X19)',
  'GPTBots/1.0',
  'MyGPTBot/1.0',
  'YouBotsy',
  `${'x'.repeat(1200)} GPTBot/1.0`,
]

/** What the server itself makes of these. */
function classify(userAgents: string[]): string[] {
  const program =
    'import json, sys; from metrone.intake.agents import classify; ' +
    'print(json.dumps([classify(ua, "", True).visitor_type for ua in json.load(sys.stdin)]))'
  const input = JSON.stringify(userAgents)
  return JSON.parse(
    execFileSync(join(ROOT, '.venv/bin/python'), ['-c', program], { input, encoding: 'utf8' }),
  )
}

test('the copy of the list is what agents.mjs makes of the server’s', async () => {
  const { writeAgentNames } = (await import('../agents.mjs' as string)) as { writeAgentNames(): string }
  const copy = readFileSync(fileURLToPath(new URL('../src/agent-names.ts', import.meta.url)), 'utf8')
  expect(copy).toBe(writeAgentNames())
  expect(AGENT_NAMES.length).toBeGreaterThan(100)
})

test('the server and this package find the same agents', () => {
  const shapes = AGENT_NAMES.flatMap((name) => [
    name,
    `Mozilla/5.0 (compatible; ${name}/1.0; +https://example.com)`,
    name.toUpperCase(),
    `x${name}`,
    `${name}s`,
  ])
  const userAgents = [...NOBODY, ...shapes]
  const expected = classify(userAgents).map((type) => type === 'ai_agent')
  const wrong = userAgents.filter((userAgent, index) => isAgent(userAgent) !== expected[index])
  expect(wrong).toEqual([])
})

test('a long User-Agent takes no time', () => {
  const startedAt = performance.now()
  for (const text of ['a'.repeat(100_000), 'GPTBo'.repeat(20_000), '-'.repeat(100_000)]) isAgent(text)
  expect(performance.now() - startedAt).toBeLessThan(50)
})
