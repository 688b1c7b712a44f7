/** Small labels beside an interaction: unverified, unsure, handed over. */
import type { Interaction } from '../api/interactions.ts'
import { sayValue } from '../words.ts'
import { marksOf } from './said.ts'

export function Marks({ row }: { row: Interaction }) {
  return marksOf(row).map(({ text, title, tone }) => (
    <span key={text} className="mark-label" data-tone={tone} title={title}>
      {text}
    </span>
  ))
}

/** How it ended; the colour only repeats the word. */
export function Outcome({ outcome }: { outcome: string | null }) {
  return (
    <span className="outcome" data-outcome={outcome ?? 'unknown'}>
      {sayValue('outcome', outcome)}
    </span>
  )
}
