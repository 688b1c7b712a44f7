/** What a page hands in, checked and completed. The one place that throws. */
import { isKey } from '@metrone-io/core'
import type { AnalyticsConfig } from './types.ts'

const MAX_BATCH_EVENTS = 100

/** A config that lacks nothing. */
export interface Settings extends AnalyticsConfig {
  batchUrl: string
  batchSize: number
  flushInterval: number
  maxQueueSize: number
}

/** `options` with the documented defaults. Throws, in one sentence, where the key or the endpoint is malformed. */
export function readSettings(options: string | AnalyticsConfig): Settings {
  const config = Object(options) === options ? (options as AnalyticsConfig) : { apiKey: options as string }
  const { apiKey, endpoint = 'https://api.metrone.io', flushInterval = 5e3, maxQueueSize = 100 } = config
  if (!isKey(apiKey))
    throw Error('Metrone: apiKey must be "metrone_live_" or "metrone_test_" and 32 hex digits.')
  if (!/^(https?:\/)?\//.test(endpoint)) throw Error('Metrone: endpoint must begin with "https://" or "/".')
  return {
    ...config,
    batchUrl: endpoint.replace(/(\/v1\/events)?\/*$/, '/v1/events/batch'),
    // More than may wait would never come together.
    batchSize: Math.max(1, Math.min(config.batchSize ?? 10, maxQueueSize, MAX_BATCH_EVENTS)),
    flushInterval,
    maxQueueSize,
  }
}
