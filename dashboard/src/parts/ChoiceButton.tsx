/** A button that opens a menu of choices or a calendar, which are loaded then: they are a quarter of the page's weight. */
import type { CalendarDate } from '@internationalized/date'
import { lazy, type ReactNode, Suspense, useRef } from 'react'
import type { DayRange } from '../period.ts'
import type { Choice, Opened } from './ChoicePopover.tsx'
import { Icon } from './Icon.tsx'

const loadPopover = () => import('./ChoicePopover.tsx')
const ChoicePopover = lazy(loadPopover)

interface Props {
  label: string
  /** What is chosen, in words. */
  title: string
  children: ReactNode
  opened: Opened
  open: (what: Opened) => void
  choices: readonly Choice[]
  range: DayRange
  today: CalendarDate
  onChoice: (key: string) => void
  onRange: (from: string, to: string) => void
}

export function ChoiceButton(props: Props) {
  const { label, title, children, opened, open, ...popover } = props
  const trigger = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className="button"
        aria-haspopup="menu"
        aria-expanded={opened !== null}
        aria-label={`${label}: ${title}`}
        onPointerEnter={() => void loadPopover()}
        onFocus={() => void loadPopover()}
        onClick={() => open(opened ? null : 'menu')}
      >
        {children}
        <Icon name="down" />
      </button>
      {opened && (
        <Suspense>
          <ChoicePopover
            {...popover}
            label={label}
            trigger={trigger}
            opened={opened}
            onClose={() => open(null)}
          />
        </Suspense>
      )}
    </>
  )
}
