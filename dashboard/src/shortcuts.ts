/** The keys of the page: who uses one says so here, and `?` lists them. Widgets that use a key themselves keep it. */
import { useEffect, useRef } from 'react'
import type { PeriodName } from './period.ts'

export const PERIOD_KEYS: Record<PeriodName, string> = {
  today: 'T',
  yesterday: 'E',
  '7d': 'W',
  '28d': 'F',
  '30d': 'D',
  '90d': 'Q',
  month: 'M',
  year: 'Y',
  all: 'A',
  custom: 'C',
}

/** What an action is called in the list, by its key; the periods have their own titles. */
export const OTHER_KEYS: readonly (readonly [keys: string, text: string])[] = [
  ['← →', 'The period before, the period after'],
  ['X', 'Compare, or not'],
  ['B', 'Line or bars'],
  ['/', 'Add a filter'],
  ['S', 'Segments'],
  ['Esc', 'Clear the filters'],
  ['O', 'Overview'],
  ['R', 'Realtime'],
  ['L', 'Event log'],
  ['V', 'Voice'],
  ['H', 'Chat & assistants'],
  ['?', 'This list'],
]
export const PLACE_KEYS: readonly (readonly [keys: string, text: string])[] = [
  ['← → Home End', 'In the chart: move the cursor'],
  ['Enter', 'In the chart: open the days of the point'],
  ['A', 'In the chart: annotate the point'],
  ['1 … 9', 'In a panel: its tabs'],
  ['Alt Enter', 'On a row: leave it out'],
]

/** What each key does, by its name in lower case (`t`, `?`, `arrowleft`, `escape`). */
export type Keys = Record<string, () => void>

const TYPING = 'input, textarea, select, [contenteditable="true"]'
const OWN_KEYS = '[role="menu"], [role="dialog"], [role="tablist"], [role="slider"], [role="grid"]'

/** `isFirst`: before the keys of the page, which may mean something else by them. */
export function useKeys(keys: Keys, isFirst = false): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => runKey(event, latest.current)
    window.addEventListener('keydown', onKey, isFirst)
    return () => window.removeEventListener('keydown', onKey, isFirst)
  }, [isFirst])
}

/** Does what the key means, unless the focus is where it means something else. */
export function runKey(event: KeyboardEvent, keys: Keys): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const target = event.target instanceof Element ? event.target : null
  if (target?.closest(TYPING) || document.querySelector('dialog[open]')) return
  if (event.key.length > 1 && target?.closest(OWN_KEYS) && event.key !== 'Escape') return
  if (target?.closest('[role="menu"], [role="dialog"]')) return
  const act = keys[event.key.toLowerCase()]
  if (!act) return
  event.preventDefault()
  act()
}
