/** From the view and the clock to what the reads ask: the days, in the project's time zone. */
import { today as todayIn } from '@internationalized/date'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { firstDayQuery } from './api/firstDay.ts'
import type { Scope } from './api/reads.ts'
import type { Project, Session } from './api/session.ts'
import { intervalOf, rangeOf, readDate } from './period.ts'
import type { View } from './view.ts'

const TICK_MS = 30_000

/** Today's date at the project, changing at its midnight. */
export function useToday(timezone: string) {
  const [day, setDay] = useState(() => todayIn(timezone))
  useEffect(() => {
    const timer = setInterval(() => {
      const now = todayIn(timezone)
      setDay((shown) => (shown.compare(now) === 0 ? shown : now))
    }, TICK_MS)
    return () => clearInterval(timer)
  }, [timezone])
  return day
}

export function useScope(session: Session, project: Project, view: View): Scope {
  const today = useToday(project.timezone)
  const isAll = view.period.name === 'all'
  const { csrf, share, has_account: hasAccount = false } = session
  const reader = useMemo(
    () => ({ project: project.id, csrf, share, hasAccount }),
    [project.id, csrf, share, hasAccount],
  )
  const first = useQuery({ ...firstDayQuery(reader, project.timezone), enabled: isAll })
  const since = isAll ? first.data : null
  return useMemo(() => {
    const range = rangeOf(view.period, today, readDate(since) ?? today)
    return {
      reader,
      range,
      isKnown: !isAll || since !== undefined,
      interval: intervalOf(range, view.period.name),
      filters: view.filters,
      compare: isAll ? ({ name: 'off' } as const) : view.compare,
      timezone: project.timezone,
      isRunning: range.to.compare(today) === 0,
    }
  }, [reader, project.timezone, view.period, view.filters, view.compare, isAll, since, today])
}
