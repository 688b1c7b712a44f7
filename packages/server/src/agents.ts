/**
 * Whether a User-Agent is an AI agent's, by the names in `agent-names.ts`. The server has the last word on what an event
 * counts as (src/metrone/intake/agents.py); this only decides what is worth sending, by the same rule.
 */
import { AGENT_NAMES } from './agent-names.ts'

/** A User-Agent names its agent in its first 300 characters; longer ones are somebody playing. */
const LONGEST_USER_AGENT = 1000

// A name is a whole word: YouBot is one, YouBots and MyYouBot are not.
const AGENT = new RegExp(`(?<![a-z0-9])(?:${AGENT_NAMES.map(toPattern).join('|')})`, 'i')

function toPattern(name: string): string {
  const literal = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  return /[a-z0-9]$/i.test(name) ? `${literal}(?![a-z0-9])` : literal
}

/** Whether this User-Agent is an AI agent's. */
export function isAgent(userAgent: string | null | undefined): userAgent is string {
  return typeof userAgent === 'string' && AGENT.test(userAgent.slice(0, LONGEST_USER_AGENT))
}
