/** Chooses what the period is compared with. */
import { useState } from 'react'
import type { Scope } from '../api/reads.ts'
import { labelRange } from '../bucket.ts'
import { COMPARE_NAMES, COMPARE_TITLES, type CompareName, type Comparison } from '../comparison.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { countDays, type DayRange, readDate } from '../period.ts'
import { useToday } from '../scope.ts'
import { useKeys } from '../shortcuts.ts'
import { ChoiceButton } from './ChoiceButton.tsx'
import type { Choice, Opened } from './ChoicePopover.tsx'

const WEEKDAY = 'weekday'

export function ComparePicker({ view, show, scope }: ViewProps & { scope: Scope }) {
  const today = useToday(scope.timezone)
  const [opened, open] = useState<Opened>(null)
  const chosen = view.compare
  useKeys({ x: () => show({ compare: { name: chosen.name === 'off' ? 'previous' : 'off' } }) })
  const choose = (key: string) => {
    open(key === 'custom' ? 'calendar' : null)
    if (key === WEEKDAY) show({ compare: { ...chosen, isSameWeekday: !chosen.isSameWeekday } })
    else if (key !== 'custom') show({ compare: keepWeekday({ name: key as 'year' }, chosen) })
  }
  // All time has nothing before it.
  if (view.period.name === 'all') return null
  const words = chosen.name === 'custom' ? labelRange(rangeOf(chosen)) : COMPARE_TITLES[chosen.name]
  const title = chosen.name === 'off' ? words : `vs. ${words}`
  return (
    <div className="compare">
      <ChoiceButton
        label="Comparison"
        title={title}
        opened={opened}
        open={open}
        choices={choicesOf(chosen)}
        range={chosen.name === 'custom' ? rangeOf(chosen) : daysBefore(scope.range)}
        today={today}
        onChoice={choose}
        onRange={(from, to) => {
          open(null)
          show({ compare: { name: 'custom', from, to } })
        }}
      >
        <span>
          {chosen.name !== 'off' && <span className="quiet">vs. </span>}
          {words}
        </span>
      </ChoiceButton>
    </div>
  )
}

function choicesOf(chosen: Comparison): Choice[] {
  const choices: Choice[] = COMPARE_NAMES.map((name: CompareName) => ({
    key: name,
    title: COMPARE_TITLES[name],
    ...(name === 'off' ? { hint: 'X' } : {}),
    isCurrent: name === chosen.name,
  }))
  if (chosen.name === 'off' || chosen.name === 'custom') return choices
  const isSame = chosen.isSameWeekday === true
  return [...choices, { key: WEEKDAY, title: 'From the same weekday', isCurrent: isSame }]
}

function keepWeekday(next: { name: 'previous' | 'year' | 'off' }, { isSameWeekday }: Comparison): Comparison {
  return isSameWeekday && next.name !== 'off' ? { ...next, isSameWeekday } : next
}

function rangeOf(custom: { from: string; to: string }): DayRange {
  return { from: readDate(custom.from), to: readDate(custom.to) } as DayRange
}

function daysBefore(range: DayRange): DayRange {
  const days = countDays(range)
  return { from: range.from.subtract({ days }), to: range.to.subtract({ days }) }
}
