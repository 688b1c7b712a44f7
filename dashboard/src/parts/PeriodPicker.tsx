/** Chooses the period: a menu of presets, a calendar for any range, arrows and keys to step. */
import type { CalendarDate } from '@internationalized/date'
import { useState } from 'react'
import type { Scope } from '../api/reads.ts'
import { labelRange } from '../bucket.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { PERIOD_NAMES, type Period, type PeriodName, rangeOf, stepPeriod } from '../period.ts'
import { useToday } from '../scope.ts'
import { PERIOD_KEYS, useKeys } from '../shortcuts.ts'
import { ChoiceButton } from './ChoiceButton.tsx'
import type { Choice, Opened } from './ChoicePopover.tsx'
import { IconButton } from './IconButton.tsx'
import { PERIOD_TITLES } from './periodTitles.ts'

export function PeriodPicker({ view, show, scope }: ViewProps & { scope: Scope }) {
  const today = useToday(scope.timezone)
  const [opened, open] = useState<Opened>(null)
  const choose = (name: PeriodName) => {
    open(name === 'custom' ? 'calendar' : null)
    if (name !== 'custom') show({ period: { name } as Period })
  }
  const step = (direction: -1 | 1) => {
    const period = stepPeriod(view.period, direction, today)
    if (period) show({ period })
  }
  useKeys({
    ...Object.fromEntries(PERIOD_NAMES.map((name) => [PERIOD_KEYS[name].toLowerCase(), () => choose(name)])),
    arrowleft: () => step(-1),
    arrowright: () => step(1),
  })
  const title = titleOf(view.period, today)
  return (
    <fieldset className="period" aria-label="Period">
      <IconButton
        label="Earlier period"
        icon="left"
        isOff={!stepPeriod(view.period, -1, today)}
        onClick={() => step(-1)}
      />
      <ChoiceButton
        label="Period"
        title={title}
        opened={opened}
        open={open}
        choices={choicesOf(view.period)}
        range={scope.range}
        today={today}
        onChoice={(key) => choose(key as PeriodName)}
        onRange={(from, to) => {
          open(null)
          show({ period: { name: 'custom', from, to } })
        }}
      >
        <span>{title}</span>
      </ChoiceButton>
      <IconButton
        label="Later period"
        icon="right"
        isOff={!stepPeriod(view.period, 1, today)}
        onClick={() => step(1)}
      />
    </fieldset>
  )
}

function choicesOf(period: Period): Choice[] {
  return PERIOD_NAMES.map((name) => ({
    key: name,
    title: PERIOD_TITLES[name],
    hint: PERIOD_KEYS[name],
    isCurrent: name === period.name,
  }))
}

/** A preset by its name; anything else by its days. */
function titleOf(period: Period, today: CalendarDate): string {
  const isAnchored = (period.name === 'month' || period.name === 'year') && period.date !== undefined
  if (period.name !== 'custom' && !isAnchored) return PERIOD_TITLES[period.name]
  return labelRange(rangeOf(period, today))
}
