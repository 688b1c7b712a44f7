/** `@metrone-io/sdk/pageviews`: pageviews and nothing else, in a file of its own. */
import { createClient } from './client.ts'
import type { AnalyticsConfig } from './types.ts'

/** Counts pageviews, and gives what ends it. Throws, in one sentence, where the key is missing or malformed. */
export function trackPageviews(options: string | AnalyticsConfig): () => void {
  return createClient(options)[3]
}
