/** What a period button opens: a menu of choices, or the calendar. Loaded when it is wanted. */
import type { CalendarDate } from '@internationalized/date'
import type { RefObject } from 'react'
import { Menu, MenuItem } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import type { DayRange } from '../period.ts'
import { overlayPlace } from './Overlays.tsx'
import { RangeDialog } from './RangeDialog.tsx'

export type Opened = 'menu' | 'calendar' | null

export interface Choice {
  key: string
  title: string
  hint?: string
  isCurrent: boolean
}

interface Props {
  label: string
  trigger: RefObject<HTMLButtonElement | null>
  opened: Exclude<Opened, null>
  choices: readonly Choice[]
  range: DayRange
  today: CalendarDate
  onClose: () => void
  onChoice: (key: string) => void
  onRange: (from: string, to: string) => void
}

// Not modal: a modal one locks the scroll by an inline style element, which our policy refuses.
export default function ChoicePopover(props: Props) {
  const { label, trigger, opened, choices, range, today, onClose, onChoice, onRange } = props
  return (
    <Popover
      key={opened}
      className="popover"
      UNSTABLE_portalContainer={overlayPlace()}
      aria-label={label}
      isNonModal
      isOpen
      triggerRef={trigger}
      onOpenChange={(isOpen) => isOpen || onClose()}
      placement="bottom end"
      offset={4}
    >
      {opened === 'calendar' ? (
        <RangeDialog range={range} today={today} onChoose={onRange} />
      ) : (
        <Menu
          className="menu"
          aria-label={label}
          autoFocus="first"
          // The choice says what comes then: closing here would close the calendar that it opened.
          onAction={(key) => onChoice(String(key))}
        >
          {choices.map(({ key, title, hint, isCurrent }) => (
            <MenuItem key={key} id={key} textValue={title} className="menu-item" data-current={isCurrent}>
              <span>
                {title}
                {isCurrent && <span className="unseen">, chosen</span>}
              </span>
              {hint && <kbd>{hint}</kbd>}
            </MenuItem>
          ))}
        </Menu>
      )}
    </Popover>
  )
}
