/** The options of `MetroneServer`: their defaults, and the one place that refuses or mends what is given. */
import { isKey } from '@metrone-io/core/event'
import { type MetroneError, MetroneValidationError } from './errors.ts'
import type { WireEvent } from './event.ts'

export interface MetroneServerConfig {
  /** `metrone_live_` or `metrone_test_` and 32 hex characters. Writes need the scope write, reads the scope read. */
  apiKey: string
  /** Where the server is. Default `https://api.metrone.io`. */
  endpoint?: string | undefined
  /** Events of one request, 1 to 100; so many waiting events are sent at once. Default 10. */
  batchSize?: number | undefined
  /** Milliseconds until a waiting event is sent. Default 5000. */
  flushIntervalMs?: number | undefined
  /** How often a failed request is tried again before its error is told. Default 3. */
  maxRetries?: number | undefined
  /** Milliseconds to wait for an answer. Default 10000. */
  timeoutMs?: number | undefined
  /** How many events may wait while the server is away; then the oldest make room. Default 1000. */
  maxQueueSize?: number | undefined
  /** Says on the console what happens. Default false. */
  debug?: boolean | undefined
  /** Told of every failed delivery, with the events that are lost by it: none where they wait for the next attempt. */
  onError?: ((error: MetroneError, lost: WireEvent[]) => void) | undefined
}

/** The options with their defaults. */
export interface Settings {
  apiKey: string
  /** Without a slash at its end. */
  endpoint: string
  batchSize: number
  flushIntervalMs: number
  maxRetries: number
  timeoutMs: number
  maxQueueSize: number
  debug: boolean
  onError: ((error: MetroneError, lost: WireEvent[]) => void) | undefined
}

const DEFAULT_ENDPOINT = 'https://api.metrone.io'
/** `setTimeout` takes no more. */
const LONGEST_MS = 2 ** 31 - 1

/** A number outside its bounds is moved inside: it may come from an environment, and delivery must go on. */
const NUMBERS = {
  batchSize: { fallback: 10, least: 1, most: 100 },
  flushIntervalMs: { fallback: 5000, least: 10, most: LONGEST_MS },
  maxRetries: { fallback: 3, least: 0, most: 20 },
  timeoutMs: { fallback: 10_000, least: 1, most: LONGEST_MS },
  maxQueueSize: { fallback: 1000, least: 1, most: 1_000_000 },
}

/** The settings for a key or a config. Throws MetroneValidationError `INVALID_CONFIG` with one sentence. */
export function readConfig(given: string | MetroneServerConfig): Settings {
  const config: Partial<MetroneServerConfig> = typeof given === 'string' ? { apiKey: given } : (given ?? {})
  const { apiKey, debug = false, onError } = config
  if (!apiKey) throw invalid('Metrone needs an API key: new MetroneServer({ apiKey: "metrone_live_…" }).')
  if (typeof apiKey !== 'string' || !isKey(apiKey))
    throw invalid(
      'This is no Metrone API key: it must be metrone_live_ or metrone_test_ and 32 characters 0-9 a-f.',
    )
  const number = (name: keyof typeof NUMBERS): number => readNumber(config[name], NUMBERS[name])
  return {
    apiKey,
    endpoint: readEndpoint(config.endpoint ?? DEFAULT_ENDPOINT),
    batchSize: number('batchSize'),
    flushIntervalMs: number('flushIntervalMs'),
    maxRetries: number('maxRetries'),
    timeoutMs: number('timeoutMs'),
    maxQueueSize: number('maxQueueSize'),
    debug,
    onError: typeof onError === 'function' ? onError : undefined,
  }
}

function readNumber(value: unknown, { fallback, least, most }: (typeof NUMBERS)['batchSize']): number {
  const number = Math.trunc(Number(value ?? fallback))
  return Number.isNaN(number) ? fallback : Math.min(Math.max(number, least), most)
}

function readEndpoint(endpoint: string): string {
  let url: URL
  try {
    url = new URL(endpoint)
  } catch {
    throw invalid('The endpoint must be an address such as https://data.yoursite.com.')
  }
  if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
    throw invalid('The endpoint must be an http or https address without query, fragment and user name.')
  return url.href.replace(/\/+$/, '')
}

function invalid(message: string): MetroneValidationError {
  return new MetroneValidationError('INVALID_CONFIG', message)
}
