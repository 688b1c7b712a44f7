/** A calendar for any range of days. */
import type { CalendarDate } from '@internationalized/date'
import { Button } from 'react-aria-components/Button'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { CalendarCell, CalendarGrid, RangeCalendar } from 'react-aria-components/RangeCalendar'
import type { DayRange } from '../period.ts'
import { Icon } from './Icon.tsx'

interface Props {
  range: DayRange
  today: CalendarDate
  onChoose: (from: string, to: string) => void
}

export function RangeDialog({ range, today, onChoose }: Props) {
  return (
    <Dialog className="calendar" aria-label="Custom range">
      <RangeCalendar
        aria-label="Custom range"
        autoFocus
        defaultValue={{ start: range.from, end: range.to }}
        defaultFocusedValue={range.to}
        maxValue={today}
        onChange={({ start, end }) => onChoose(start.toString(), end.toString())}
      >
        <div className="calendar-head">
          <Button slot="previous" className="button icon-only">
            <Icon name="left" />
          </Button>
          <Heading />
          <Button slot="next" className="button icon-only">
            <Icon name="right" />
          </Button>
        </div>
        <CalendarGrid>{(date) => <CalendarCell date={date} className="day" />}</CalendarGrid>
      </RangeCalendar>
      <p className="quiet">Choose the first day, then the last.</p>
    </Dialog>
  )
}
