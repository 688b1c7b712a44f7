/** The keys of the page: one a period, arrows to step, Esc for the filters. Widgets that use a key themselves keep it. */
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
  custom: 'C',
}

export interface Shortcuts {
  choosePeriod: (name: PeriodName) => void
  step: (direction: -1 | 1) => void
  clear: () => void
}

const TYPING = 'input, textarea, select, [contenteditable="true"]'
const OWN_KEYS = '[role="menu"], [role="dialog"], [role="tablist"], [role="slider"], [role="grid"]'

export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  useEffect(() => {
    latest.current = shortcuts
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => runShortcut(event, latest.current)
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

/** Does what the key means, unless the focus is where it means something else. */
export function runShortcut(event: KeyboardEvent, shortcuts: Shortcuts): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const target = event.target instanceof Element ? event.target : null
  if (target?.closest(TYPING)) return
  if (event.key.length > 1 && target?.closest(OWN_KEYS) && event.key !== 'Escape') return
  if (target?.closest('[role="menu"], [role="dialog"]')) return
  if (event.key === 'Escape') shortcuts.clear()
  else if (event.key === 'ArrowLeft') shortcuts.step(-1)
  else if (event.key === 'ArrowRight') shortcuts.step(1)
  else {
    const found = Object.entries(PERIOD_KEYS).find(([, key]) => key === event.key.toUpperCase())
    if (found) shortcuts.choosePeriod(found[0] as PeriodName)
  }
}
