/** The day of a project's first event, where all time begins. */
import { queryOptions } from '@tanstack/react-query'
import { ask, type Reader } from './batch.ts'

interface Series {
  data: { start: string; total_events: number }[]
}

// The longest period that a read may ask for.
const EVER_DAYS = 3660
const DAY_LENGTH = 10

/** Its date in the project's time zone, or null where there is no event: the first week that has some, then the day in it. */
export function firstDayQuery(reader: Reader, tz: string) {
  return queryOptions({
    queryKey: ['first day', reader.project, tz],
    queryFn: async () => {
      const weeks = await series(reader, { days: EVER_DAYS, interval: 'week', tz })
      const from = firstWith(weeks)
      if (from === null) return null
      const to = weeks.data.find(({ start }) => start.slice(0, DAY_LENGTH) > from)?.start.slice(0, DAY_LENGTH)
      return firstWith(await series(reader, { from, to, interval: 'day', tz })) ?? from
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

function series(reader: Reader, params: Record<string, unknown>): Promise<Series> {
  return ask<Series>(reader, { type: 'timeseries', params: { ...params, metrics: ['total_events'] } })
}

function firstWith({ data }: Series): string | null {
  return data.find(({ total_events }) => total_events > 0)?.start.slice(0, DAY_LENGTH) ?? null
}
