/** The smallest import: pageviews and nothing else. */
import { createClient } from './client.ts'
import { followPage } from './follow.ts'
import type { AnalyticsConfig } from './types.ts'

/** Counts pageviews, and gives what ends it. Throws where the key or the endpoint is malformed. */
export function trackPageviews(options: string | AnalyticsConfig): () => void {
  const client = createClient(options)
  followPage(client, client.view, () => {})
  return client.destroy
}
