/** The last half hour: by minute, and what people look at, where they came from and from which country. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Filter } from '../filters.ts'
import { ask, type Reader } from './batch.ts'
import { type Breakdown, type Point, ROWS } from './reads.ts'

const MINUTES = 30
const MINUTE_MS = 60_000
const REFRESH_MS = 15_000

export interface HalfHour {
  minutes: Point[]
  page: Breakdown
  channel: Breakdown
  country: Breakdown
}

export function halfHourQuery(reader: Reader, tz: string, filters: readonly Filter[]) {
  return queryOptions({
    queryKey: ['read', reader.project, 'half hour', tz, filters],
    queryFn: () => readHalfHour(reader, { tz, filters }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
}

/** The minute that runs and the 29 before it. */
async function readHalfHour(reader: Reader, scope: { tz: string; filters: readonly Filter[] }) {
  const end = (Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS
  const period = {
    ...scope,
    from: new Date(end - MINUTES * MINUTE_MS).toISOString(),
    to: new Date(end).toISOString(),
  }
  const metrics = ['unique_visitors']
  const by = (dimension: string) =>
    ask<Breakdown>(reader, { type: 'breakdown', params: { ...period, dimension, metrics, limit: ROWS } })
  const [{ data: minutes }, page, channel, country] = await Promise.all([
    ask<{ data: Point[] }>(reader, {
      type: 'timeseries',
      params: { ...period, metrics, interval: 'minute' },
    }),
    by('page'),
    by('channel'),
    by('country'),
  ])
  return { minutes, page, channel, country } satisfies HalfHour
}
