/** What the presets are called. */
import type { PeriodName } from '../period.ts'

export const PERIOD_TITLES: Record<PeriodName, string> = {
  today: 'Today',
  yesterday: 'Yesterday',
  '7d': 'Last 7 days',
  '28d': 'Last 28 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  month: 'This month',
  year: 'This year',
  all: 'All time',
  custom: 'Custom range',
}
