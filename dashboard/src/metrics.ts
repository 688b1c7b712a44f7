/** The key numbers of the page in their order. Only what the screen needs: a definition is the server's word (GET /app/metrics). */
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
  'revenue',
  'ai_interactions',
  'ai_completed',
  'ai_not_answered',
  'ai_failed',
  'ai_resolution_rate',
  'ai_handoffs',
  'avg_ai_duration_sec',
  'ai_duration_sec',
  'ai_cost_usd',
  'ai_cost_per_resolved_usd',
  'p50_ai_latency_ms',
  'p95_ai_latency_ms',
  'ai_messages',
  'avg_ai_messages',
  'avg_ai_csat',
  'ai_tokens_in',
  'ai_tokens_out',
] as const
export type MetricName = (typeof METRIC_NAMES)[number]

/** What a read gives: numbers, and amounts by currency. */
export type Numbers = Partial<Record<Exclude<MetricName, 'revenue'>, number | null>> & {
  revenue?: Record<string, number>
}

export const METRICS: readonly Metric[] = [
  { name: 'unique_visitors', title: 'Visitors', unit: 'count', better: 'up' },
  { name: 'unique_sessions', title: 'Sessions', unit: 'count', better: 'up' },
  { name: 'pageviews', title: 'Pageviews', unit: 'count', better: 'up' },
  { name: 'bounce_rate', title: 'Bounce rate', unit: 'percent', better: 'down' },
  { name: 'avg_session_duration_sec', title: 'Visit duration', unit: 'seconds', better: 'up' },
  { name: 'conversions', title: 'Conversions', unit: 'count', better: 'up' },
  { name: 'revenue', title: 'Revenue', unit: 'money:', better: 'up' },
  { name: 'ai_interactions', title: 'AI interactions', unit: 'count', better: 'up' },
]

/** The key numbers of an answer: revenue, in its largest currency, only where there is some now or before. */
export function metricsOf(now: Numbers | undefined, before?: Numbers, metrics = METRICS): Metric[] {
  const currency = largest(now?.revenue) ?? largest(before?.revenue)
  return metrics
    .filter(({ name }) => name !== 'revenue' || currency)
    .map((metric) => (metric.name === 'revenue' ? { ...metric, unit: `money:${currency}` } : metric))
}

/** The value of a metric; revenue in the currency of its unit, since currencies are never added up. */
export function amountOf(numbers: Numbers | undefined, { name, unit }: Metric): number | null | undefined {
  if (name !== 'revenue') return numbers?.[name]
  if (!numbers?.revenue) return undefined
  return numbers.revenue[unit.slice('money:'.length)] ?? 0
}

function largest(amounts: Record<string, number> = {}): string | undefined {
  return Object.entries(amounts).sort(([, a], [, b]) => b - a)[0]?.[0]
}
