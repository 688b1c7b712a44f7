/** Chooses the period: a menu of presets, a calendar for any range, arrows and keys to step. */
import type { CalendarDate } from '@internationalized/date'
import { lazy, Suspense, useRef, useState } from 'react'
import { labelRange } from '../bucket.ts'
import type { ViewProps } from '../pages/Overview.tsx'
import { type Period, type PeriodName, rangeOf, stepPeriod } from '../period.ts'
import { useToday } from '../scope.ts'
import { useShortcuts } from '../shortcuts.ts'
import { Icon } from './Icon.tsx'
import { PERIOD_TITLES } from './periodTitles.ts'

// Menu and calendar are a quarter of the page's weight and are not seen before they are opened.
const loadPopover = () => import('./PeriodPopover.tsx')
const PeriodPopover = lazy(loadPopover)

export type Opened = 'menu' | 'calendar' | null

export function PeriodPicker({ view, show, timezone }: ViewProps & { timezone: string }) {
  const today = useToday(timezone)
  const [opened, open] = useState<Opened>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  const choose = (name: PeriodName) => {
    open(name === 'custom' ? 'calendar' : null)
    if (name !== 'custom') show({ period: { name } as Period })
  }
  const step = (direction: -1 | 1) => {
    const period = stepPeriod(view.period, direction, today)
    if (period) show({ period })
  }
  useShortcuts({ choosePeriod: choose, step, clear: () => view.filters.length > 0 && show({ filters: [] }) })
  const title = titleOf(view.period, today)
  return (
    <fieldset className="period" aria-label="Period">
      <StepButton
        label="Earlier"
        icon="left"
        isOff={!stepPeriod(view.period, -1, today)}
        onStep={() => step(-1)}
      />
      <button
        ref={trigger}
        type="button"
        className="button"
        aria-haspopup="menu"
        aria-expanded={opened !== null}
        aria-label={`Period: ${title}`}
        onPointerEnter={() => void loadPopover()}
        onFocus={() => void loadPopover()}
        onClick={() => open(opened ? null : 'menu')}
      >
        <span>{title}</span>
        <Icon name="down" />
      </button>
      <StepButton
        label="Later"
        icon="right"
        isOff={!stepPeriod(view.period, 1, today)}
        onStep={() => step(1)}
      />
      {opened && (
        <Suspense>
          <PeriodPopover
            trigger={trigger}
            opened={opened}
            period={view.period}
            today={today}
            onClose={() => open(null)}
            onName={choose}
            onRange={(period) => {
              open(null)
              show({ period })
            }}
          />
        </Suspense>
      )}
    </fieldset>
  )
}

interface StepProps {
  label: string
  icon: 'left' | 'right'
  isOff: boolean
  onStep: () => void
}

function StepButton({ label, icon, isOff, onStep }: StepProps) {
  return (
    <button
      type="button"
      className="button icon-only"
      aria-label={`${label} period`}
      disabled={isOff}
      onClick={onStep}
    >
      <Icon name={icon} />
    </button>
  )
}

/** A preset by its name; anything else by its days. */
function titleOf(period: Period, today: CalendarDate): string {
  const isAnchored = (period.name === 'month' || period.name === 'year') && period.date !== undefined
  if (period.name !== 'custom' && !isAnchored) return PERIOD_TITLES[period.name]
  return labelRange(rangeOf(period, today))
}
