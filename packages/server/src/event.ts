/**
 * One event as the wire has it, and how the arguments of the tracking methods become one: a table of names, in the
 * manner of JavaScript and of the wire. Pure but for the clock and the dice. Sending lives in `queue.ts`.
 */
import { makeIdempotencyKey } from '@metrone-io/core/event'

export type Properties = Record<string, unknown>

/** An event as `POST /v1/events/batch` takes it (docs/events.md has every field). */
export interface WireEvent extends Record<string, unknown> {
  event_type: string
  event_name?: string
  properties?: Properties
  idempotency_key: string
  /** Epoch milliseconds. */
  timestamp: number
  sdk_version: string
}

/** What may be said of any event; each name also as the wire has it (`user_id`, `page_url`, …). */
export interface EventContext {
  /** Your own id of the person; only a keyed hash of it is stored. */
  userId?: string | undefined
  /** The visit that this belongs to, such as `metrone.sessionId` of the browser. */
  sessionId?: string | undefined
  /** The visitor's User-Agent, if you forward their event. Never stored. */
  userAgent?: string | undefined
  pageUrl?: string | undefined
  pagePath?: string | undefined
  pageTitle?: string | undefined
  referrer?: string | undefined
  /** `web`, `voice`, `chat`, `assistant` or `server`. */
  source?: string | undefined
  channel?: string | undefined
  utmSource?: string | undefined
  utmMedium?: string | undefined
  utmCampaign?: string | undefined
  utmTerm?: string | undefined
  utmContent?: string | undefined
  agentId?: string | undefined
  agentType?: string | undefined
  /** When it happened. Default: now. */
  timestamp?: Date | string | number | undefined
  /** Your own; an event whose key was seen within 24 hours counts once. Default: a fresh one for each event. */
  idempotencyKey?: string | undefined
  properties?: Properties | undefined
}

declare const __VERSION__: string
export const SDK_VERSION = `metrone-server/${__VERSION__}`

/** The wire's name for each name of {@link EventContext}, beside which the wire's own is accepted. */
export const CONTEXT_NAMES: Record<string, string> = {
  userId: 'user_id',
  sessionId: 'session_id',
  userAgent: 'user_agent',
  pageUrl: 'page_url',
  pagePath: 'page_path',
  pageTitle: 'page_title',
  referrer: 'referrer',
  source: 'source',
  channel: 'channel',
  utmSource: 'utm_source',
  utmMedium: 'utm_medium',
  utmCampaign: 'utm_campaign',
  utmTerm: 'utm_term',
  utmContent: 'utm_content',
  agentId: 'agent_id',
  agentType: 'agent_type',
  timestamp: 'timestamp',
  idempotencyKey: 'idempotency_key',
}

/** What is in these is a property each, beside those names that are no field. */
const PROPERTY_BAGS = new Set(['properties', 'metadata'])

/** A table that finds the wire's name by the caller's name in camelCase, in snake_case and as the wire has it. */
export function spellings(names: Record<string, string>): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, wire] of Object.entries(names)) {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    for (const spelling of [wire, snake, name]) found.set(spelling, wire)
  }
  return found
}

const CONTEXT = spellings(CONTEXT_NAMES)

/** An event of `type`; what `given` has under no name of `names` goes into its properties. */
export function makeEvent(type: string, given: object = {}, names: Map<string, string> = CONTEXT): WireEvent {
  const fields: Record<string, unknown> = {}
  const properties: [string, unknown][] = []
  for (const [name, value] of Object.entries(given ?? {})) {
    const field = names.get(name)
    if (PROPERTY_BAGS.has(name)) properties.push(...Object.entries(value ?? {}))
    else if (field) fields[field] ??= value
    else properties.push([name, value])
  }
  return {
    event_type: type,
    ...fields,
    // `fromEntries` defines its keys, so one that is called `__proto__` is only a key.
    ...(properties.length && { properties: Object.fromEntries(properties) }),
    idempotency_key: String(fields.idempotency_key ?? makeIdempotencyKey()),
    timestamp: readTime(fields.timestamp),
    sdk_version: SDK_VERSION,
  }
}

/** Epoch milliseconds; now, where it is no time. */
function readTime(value: unknown): number {
  const time = value == null ? Number.NaN : new Date(value as string).getTime()
  return Number.isNaN(time) ? Date.now() : time
}
