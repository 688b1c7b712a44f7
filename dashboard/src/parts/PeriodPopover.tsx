/** What the period button opens: the menu of presets, or the calendar. Loaded when it is wanted. */
import type { CalendarDate } from '@internationalized/date'
import type { RefObject } from 'react'
import { Menu, MenuItem } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { PERIOD_NAMES, type Period, type PeriodName, rangeOf } from '../period.ts'
import { PERIOD_KEYS } from '../shortcuts.ts'
import { overlayPlace } from './Overlays.tsx'
import type { Opened } from './PeriodPicker.tsx'
import { PERIOD_TITLES } from './periodTitles.ts'
import { RangeDialog } from './RangeDialog.tsx'

interface Props {
  trigger: RefObject<HTMLButtonElement | null>
  opened: Exclude<Opened, null>
  period: Period
  today: CalendarDate
  onClose: () => void
  onName: (name: PeriodName) => void
  onRange: (period: Period) => void
}

// Not modal: a modal one locks the scroll by an inline style element, which our policy refuses.
export default function PeriodPopover({ trigger, opened, period, today, onClose, onName, onRange }: Props) {
  return (
    <Popover
      key={opened}
      className="popover"
      UNSTABLE_portalContainer={overlayPlace()}
      aria-label="Period"
      isNonModal
      isOpen
      triggerRef={trigger}
      onOpenChange={(isOpen) => isOpen || onClose()}
      placement="bottom end"
      offset={4}
    >
      {opened === 'calendar' ? (
        <RangeDialog range={rangeOf(period, today)} today={today} onChoose={onRange} />
      ) : (
        <Menu
          className="menu"
          aria-label="Period"
          autoFocus="first"
          onAction={(key) => onName(key as PeriodName)}
          onClose={onClose}
        >
          {PERIOD_NAMES.map((name) => (
            <MenuItem
              key={name}
              id={name}
              textValue={PERIOD_TITLES[name]}
              className="menu-item"
              data-current={name === period.name}
            >
              {PERIOD_TITLES[name]}
              <kbd>{PERIOD_KEYS[name]}</kbd>
            </MenuItem>
          ))}
        </Menu>
      )}
    </Popover>
  )
}
