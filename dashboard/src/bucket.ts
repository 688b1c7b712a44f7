/** One point of a time line: when it starts and ends in the project's time zone, and how its time is written. */
import { fromAbsolute, parseDateTime, toZoned } from '@internationalized/date'
import type { DayRange, Interval } from './period.ts'

const STEP = {
  minute: { minutes: 1 },
  hour: { hours: 1 },
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
} as const
const HAS_OFFSET = /T.*(Z|[+-]\d{2}:?\d{2})$/

/** Milliseconds since 1970 of a bucket's `start`; a time without an offset is wall time of `zone`. NaN if unreadable. */
export function startOfBucket(start: string, zone: string): number {
  if (HAS_OFFSET.test(start)) return Date.parse(start)
  try {
    const wall = parseDateTime(start.length === 10 ? `${start}T00:00` : start.replace(' ', 'T'))
    return toZoned(wall, zone).toDate().getTime()
  } catch {
    return Number.NaN
  }
}

/** Where the bucket that starts at `start` ends: on a day when clocks change, a day has 23 or 25 hours. */
export function endOfBucket(start: number, interval: Interval, zone: string): number {
  return fromAbsolute(start, zone).add(STEP[interval]).toDate().getTime()
}

export type BucketState = 'past' | 'running' | 'future'

export function stateOfBucket(start: number, interval: Interval, zone: string, now: number): BucketState {
  if (start > now) return 'future'
  return endOfBucket(start, interval, zone) > now ? 'running' : 'past'
}

const AXIS: Record<Interval, Intl.DateTimeFormatOptions> = {
  minute: { hour: 'numeric', minute: '2-digit' },
  hour: { hour: 'numeric' },
  day: { day: 'numeric', month: 'short' },
  week: { day: 'numeric', month: 'short' },
  month: { month: 'short' },
}
const FULL: Record<Interval, Intl.DateTimeFormatOptions> = {
  minute: { hour: 'numeric', minute: '2-digit' },
  hour: { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  week: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
}

/** Short text under the axis. */
export function labelAxis(start: number, interval: Interval, zone: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { ...AXIS[interval], timeZone: zone }).format(start)
}

/** The whole time of a bucket, as the cursor shows it. */
export function labelBucket(start: number, interval: Interval, zone: string, locale?: string): string {
  const text = new Intl.DateTimeFormat(locale, { ...FULL[interval], timeZone: zone }).format(start)
  return interval === 'week' ? `Week of ${text}` : text
}

/** A range of days in the reader's own manner, such as `3 – 9 Nov 2026`. */
export function labelRange(range: DayRange, locale?: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return format.formatRange(range.from.toDate('UTC'), range.to.toDate('UTC'))
}
