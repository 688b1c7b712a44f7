/** What components call: the actions of the provider above them. */
import { useContext, useEffect, useMemo, useRef } from 'react'
import { type MetroneActions, SILENT } from './actions.ts'
import { MetroneContext } from './MetroneProvider.tsx'

declare const process: { env: { NODE_ENV?: string } } | undefined

let hasWarned = false

/**
 * The actions of the nearest provider; each is the same function in every render. Outside a provider they do nothing,
 * and a development build says so once in the console.
 */
export function useMetrone(): MetroneActions {
  const actions = useContext(MetroneContext)
  if (!actions && !hasWarned && isDevelopment()) {
    hasWarned = true
    console.warn('Metrone: useMetrone() is called outside a <MetroneProvider>, so nothing is tracked there.')
  }
  return actions ?? SILENT
}

// Bundlers put a word for the whole expression; without one there may be no `process`.
const isDevelopment = (): boolean => typeof process !== 'undefined' && process.env.NODE_ENV !== 'production'
