/** Which days a period covers, in the project's time zone, and how arrows step it. Pure: today is an argument. */
import {
  CalendarDate,
  endOfMonth,
  endOfYear,
  parseDate,
  startOfMonth,
  startOfYear,
} from '@internationalized/date'

export const ROLLING_DAYS = { '7d': 7, '28d': 28, '30d': 30, '90d': 90 } as const
export type RollingName = keyof typeof ROLLING_DAYS
export type Period =
  | { name: 'today' | 'yesterday' | 'all' | RollingName }
  | { name: 'month' | 'year'; date?: string }
  | { name: 'custom'; from: string; to: string }
export type PeriodName = Period['name']
export type Interval = 'minute' | 'hour' | 'day' | 'week' | 'month'

/** Both ends are whole days and belong to the range. */
export interface DayRange {
  from: CalendarDate
  to: CalendarDate
}

export const PERIOD_NAMES = [
  'today',
  'yesterday',
  '7d',
  '28d',
  '30d',
  '90d',
  'month',
  'year',
  'all',
  'custom',
] as const
const FIRST_DAY = new CalendarDate(2000, 1, 1)
// The longest range that is still readable with one point a day, and with one a week.
const MOST_DAYS_BY_DAY = 120
const MOST_DAYS_BY_WEEK = 370

/**
 * The days of `period`, never beyond `today`; a custom range given backwards is turned round. `since` is the day of the first
 * event, where all time begins.
 */
export function rangeOf(period: Period, today: CalendarDate, since = today): DayRange {
  switch (period.name) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return oneDay(today.subtract({ days: 1 }))
    case 'all':
      return { from: earlier(since, today), to: today }
    case 'month':
    case 'year':
      return calendarRange(period, today)
    case 'custom':
      return customRange(period.from, period.to, today)
    default:
      return { from: today.subtract({ days: ROLLING_DAYS[period.name] - 1 }), to: today }
  }
}

/** The period one step earlier (-1) or later (+1); null where there is nothing, because it lies in the future. */
export function stepPeriod(period: Period, step: -1 | 1, today: CalendarDate): Period | null {
  if (period.name === 'all') return null
  const range = rangeOf(period, today)
  if (period.name === 'month' || period.name === 'year') {
    const size = period.name === 'month' ? { months: step } : { years: step }
    const start = startOf(period.name, range.from).add(size)
    return isReachable(start, today) ? calendarPeriod(period.name, start, today) : null
  }
  const days = countDays(range)
  const from = range.from.add({ days: days * step })
  if (!isReachable(from, today)) return null
  return namedPeriod({ from, to: from.add({ days: days - 1 }) }, today)
}

/** The preset that covers exactly these days today, else a custom period. Cut off at `today`. */
export function namedPeriod(range: DayRange, today: CalendarDate): Period {
  const to = earlier(range.to, today)
  const presets: Period[] = [{ name: 'today' }, { name: 'yesterday' }]
  presets.push(...(Object.keys(ROLLING_DAYS) as RollingName[]).map((name) => ({ name })))
  for (const preset of presets) {
    const days = rangeOf(preset, today)
    if (days.from.compare(range.from) === 0 && days.to.compare(to) === 0) return preset
  }
  return { name: 'custom', from: range.from.toString(), to: to.toString() }
}

/** The width of one point of the chart, so that a chart has between a dozen and about 120 points. */
export function intervalOf(range: DayRange, name: PeriodName): Interval {
  const days = countDays(range)
  if (days === 1) return 'hour'
  if (name === 'year') return 'month'
  if (days <= MOST_DAYS_BY_DAY) return 'day'
  return days <= MOST_DAYS_BY_WEEK ? 'week' : 'month'
}

/** How many days the range covers, both ends counted. */
export function countDays(range: DayRange): number {
  return range.to.toDate('UTC').getTime() / 86_400_000 - range.from.toDate('UTC').getTime() / 86_400_000 + 1
}

/** A date from an untrusted string, or null. */
export function readDate(text: string | null | undefined): CalendarDate | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  try {
    return parseDate(text)
  } catch {
    return null
  }
}

function oneDay(day: CalendarDate): DayRange {
  return { from: day, to: day }
}

function calendarRange(period: { name: 'month' | 'year'; date?: string }, today: CalendarDate): DayRange {
  const anchor = earlier(readDate(period.date) ?? today, today)
  const end = period.name === 'month' ? endOfMonth(anchor) : endOfYear(anchor)
  return { from: startOf(period.name, anchor), to: earlier(end, today) }
}

function calendarPeriod(name: 'month' | 'year', start: CalendarDate, today: CalendarDate): Period {
  return start.compare(startOf(name, today)) === 0 ? { name } : { name, date: start.toString() }
}

function customRange(from: string, to: string, today: CalendarDate): DayRange {
  const a = earlier(readDate(from) ?? today, today)
  const b = earlier(readDate(to) ?? today, today)
  return a.compare(b) <= 0 ? { from: a, to: b } : { from: b, to: a }
}

function startOf(name: 'month' | 'year', day: CalendarDate): CalendarDate {
  return name === 'month' ? startOfMonth(day) : startOfYear(day)
}

function earlier(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a.compare(b) <= 0 ? a : b
}

function isReachable(day: CalendarDate, today: CalendarDate): boolean {
  return day.compare(today) <= 0 && day.compare(FIRST_DAY) >= 0
}
