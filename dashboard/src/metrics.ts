/** The six numbers of the page in their order. Only what the screen needs: a definition is the server's word (GET /app/metrics). */
import type { Unit } from './numbers.ts'

export interface Metric {
  name: MetricName
  title: string
  unit: Unit
  /** Whether more is better: colours the change. */
  better: 'up' | 'down'
}

export const METRIC_NAMES = [
  'unique_visitors',
  'unique_sessions',
  'pageviews',
  'bounce_rate',
  'avg_session_duration_sec',
  'conversions',
] as const
export type MetricName = (typeof METRIC_NAMES)[number]

export const METRICS: readonly Metric[] = [
  { name: 'unique_visitors', title: 'Visitors', unit: 'count', better: 'up' },
  { name: 'unique_sessions', title: 'Sessions', unit: 'count', better: 'up' },
  { name: 'pageviews', title: 'Pageviews', unit: 'count', better: 'up' },
  { name: 'bounce_rate', title: 'Bounce rate', unit: 'percent', better: 'down' },
  { name: 'avg_session_duration_sec', title: 'Visit duration', unit: 'seconds', better: 'up' },
  { name: 'conversions', title: 'Conversions', unit: 'count', better: 'up' },
]

export function metricOf(name: MetricName): Metric {
  return METRICS.find((metric) => metric.name === name) as Metric
}
