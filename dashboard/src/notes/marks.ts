/** Where annotations stand on a chart. Pure: no DOM, no clock. */
import { fromAbsolute, toCalendarDate } from '@internationalized/date'
import { endOfBucket, startOfBucket } from '../bucket.ts'
import type { Interval } from '../period.ts'
import type { Annotation } from './api.ts'

/** Those of a chart by the place of their bucket. */
export type Notes = ReadonlyMap<number, readonly Annotation[]>
export const NO_NOTES: Notes = new Map()

export interface ChartTimes {
  /** When each bucket begins, in the order of time. */
  starts: readonly number[]
  interval: Interval
  timezone: string
}

/** The annotations of each bucket, by its place; those outside of the chart are left out. */
export function placeAnnotations(
  annotations: readonly Annotation[],
  { starts, interval, timezone }: ChartTimes,
): Map<number, Annotation[]> {
  const places = new Map<number, Annotation[]>()
  const last = starts.at(-1)
  if (last === undefined) return places
  const end = endOfBucket(last, interval, timezone)
  for (const annotation of annotations) {
    const at = startOfBucket(annotation.on, timezone)
    if (!(at < end)) continue
    const place = starts.findLastIndex((start) => start <= at)
    if (place >= 0) places.set(place, [...(places.get(place) ?? []), annotation])
  }
  return places
}

/** What an annotation of a bucket is on: the hour or minute as a moment, anything longer as the day that it begins with. */
export function onBucket(start: number, interval: Interval, timezone: string): string {
  if (interval === 'hour' || interval === 'minute') return new Date(start).toISOString()
  return toCalendarDate(fromAbsolute(start, timezone)).toString()
}

/** Whether it is of a whole day. */
export function isDay(on: string): boolean {
  return !on.includes('T')
}
