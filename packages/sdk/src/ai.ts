/** From what pages hand in, by name or as fields, `callId` or `call_id`, to the fields of the wire. Pure. */
import type { AnalyticsEvent, Properties } from './types.ts'

const FIELDS =
  /^(call_id|session_id|provider|intent|outcome|model|sentiment|duration_sec|cost_usd|messages|tokens_(in|out)|latency_ms|resolved)$/

/** An interaction as fields of the wire. What is none of those is among the properties, where the server looks for `message_count`. */
export function sortInteraction({ properties, ...given }: Properties): Partial<AnalyticsEvent> {
  const others = { ...(properties as Properties) }
  const fields: Partial<AnalyticsEvent> = { properties: others }
  for (const key in given) {
    const field = key
      .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      .replace(/^duration$/, '$&_sec')
      .replace(FIELDS, 'ai_$&')
    if (field.startsWith('ai_')) fields[field] = given[key]
    else others[field] = given[key]
  }
  return fields
}

/** What was given by `name` alone, as fields. */
export const asFields = <Fields>(given: string | Fields, name: string): Fields =>
  typeof given === 'string' ? ({ [name]: given } as Fields) : given
