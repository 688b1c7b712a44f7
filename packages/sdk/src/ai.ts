/** From the names that pages use, `callId` or `call_id`, to the fields of the wire. Pure. */
import type { AnalyticsEvent, Properties } from './types.ts'

const CAMPAIGN = /^(?:utm_)?(source|medium|campaign|term|content)$/
const INTERACTION =
  /^(?:ai_)?(call_id|session_id|provider|intent|outcome|model|sentiment|duration_sec|cost_usd|messages|tokens_in|tokens_out|latency_ms|resolved)$/
/** Fields that have the same name on the wire. */
const PLAIN = /^(source|channel|agent_id|agent_type|user_id)$/
const ALIASES: Record<string, string> = {
  duration: 'duration_sec',
  cost: 'cost_usd',
  message_count: 'messages',
}

export type Sorted = [properties: Properties, fields: Partial<AnalyticsEvent>]

function sort(given: Properties, names: RegExp, prefix: string): Sorted {
  const properties: Properties = { ...(given.metadata as object), ...(given.properties as object) }
  const fields: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const [, name] = names.exec(ALIASES[snake] ?? snake) ?? []
    if (name) fields[prefix + name] = value
    else if (PLAIN.test(snake)) fields[snake] = value
    else if (!/^(properties|metadata)$/.test(key)) properties[key] = value
  }
  return [properties, fields]
}

/** The UTM fields of a campaign, and everything else as properties. */
export const sortCampaign = (given: Properties): Sorted => sort(given, CAMPAIGN, 'utm_')

/** The `ai_` fields of an interaction, what says who sent it, and everything else as properties. */
export const sortInteraction = (given: Properties): Sorted => sort(given, INTERACTION, 'ai_')
